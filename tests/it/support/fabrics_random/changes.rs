//! What may be changed in a design, and what must then be the same.

use std::collections::{BTreeMap, BTreeSet};

use hedgehog::fabric::design::Design;

/// More servers at the end of each class.
pub fn grown(design: &Design, more: u32) -> Design {
    let mut grown = design.clone();
    for class in grown.server_classes.values_mut() {
        class.quantity += more;
    }
    grown
}

/// Zone and rail of all servers that there are.
pub fn rails(design: &Design) -> BTreeSet<(&str, u32)> {
    let classes = design.server_classes.values();
    let built = classes.filter(|class| (1..=class.quantity).any(|n| !class.retired.contains(&n)));
    let attachments = built.flat_map(|class| class.attachments.values());
    attachments
        .filter_map(|attachment| Some((attachment.zone.as_str(), attachment.rail?)))
        .collect()
}

/// A cage of a class more that stays free.
pub fn excluding(design: &Design, class: &str, cage: u32) -> Design {
    let mut design = design.clone();
    let class = design.switch_classes.get_mut(class).expect("it is known");
    let before = class.excluded_ports.take();
    let ports = before.map_or_else(String::new, |ports| format!("{ports},"));
    class.excluded_ports = Some(format!("{ports}{cage}"));
    design
}

/// All classes under other names.
pub fn renamed(design: &Design, name: impl Fn(&str) -> String) -> Design {
    let mut design = design.clone();
    let zone = |zone: &mut String| {
        let (class, rest) = zone.split_once('/').expect("class and zone");
        *zone = format!("{}/{rest}", name(class));
    };
    for class in design.switch_classes.values_mut() {
        let zones = class.zones.values_mut();
        zones.filter_map(|zone| zone.peer.as_mut()).for_each(zone);
    }
    for class in design.server_classes.values_mut() {
        let attachments = class.attachments.values_mut();
        attachments
            .map(|attachment| &mut attachment.zone)
            .for_each(zone);
    }
    design.switch_classes = keys(design.switch_classes, &name);
    design.server_classes = keys(design.server_classes, &name);
    design
}

/// The same, and the classes say what they were called.
pub fn renamed_formerly(design: &Design, name: impl Fn(&str) -> String) -> Design {
    let mut design = design.clone();
    for (old, class) in &mut design.switch_classes {
        class.formerly = Some(old.clone());
    }
    for (old, class) in &mut design.server_classes {
        class.formerly = Some(old.clone());
    }
    renamed(&design, name)
}

/// All zones and attachments under other names, in the order that they had.
pub fn parts_renamed(design: &Design) -> Design {
    let name = |name: &str| format!("new-{name}");
    let zone = |zone: &mut String| {
        let (class, rest) = zone.split_once('/').expect("class and zone");
        *zone = format!("{class}/{}", name(rest));
    };
    let mut design = design.clone();
    for class in design.switch_classes.values_mut() {
        let zones = class.zones.values_mut();
        zones.filter_map(|zone| zone.peer.as_mut()).for_each(zone);
        class.zones = keys(std::mem::take(&mut class.zones), name);
    }
    for class in design.server_classes.values_mut() {
        let attachments = class.attachments.values_mut();
        attachments
            .map(|attachment| &mut attachment.zone)
            .for_each(zone);
        class.attachments = keys(std::mem::take(&mut class.attachments), name);
    }
    design
}

fn keys<T>(map: BTreeMap<String, T>, name: impl Fn(&str) -> String) -> BTreeMap<String, T> {
    map.into_iter()
        .map(|(key, value)| (name(&key), value))
        .collect()
}
