//! A design as one text: the same for the same meaning, whatever was left out or written out.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::design::{
    Attachment, CustomGroup, CustomPipeline, CustomPort, CustomProfile, Design, Naming, Nic,
    Redundancy, Reference, ServerClass, SwitchClass, Zone,
};
use super::resolve::PRIORITY_DEFAULT;

/// The first line. It changes when the form of the text does, so that texts of two forms never
/// agree by accident.
const HEADER: &str = "hedgehog-design 2";

impl Design {
    /// A text that a digest can be made of: classes and fields in order, absent values as their
    /// defaults. `None` while a reference is unknown, or something could not be read.
    pub fn canonical_text(&self) -> Option<String> {
        let Self {
            switch_classes,
            server_classes,
            naming,
            allocation,
            pins,
            fabric_release,
            unread,
        } = self;
        if !unread.is_empty() {
            return None;
        }
        let mut text = format!("{HEADER}\n");
        let fields = [
            ("allocation", word(allocation.as_ref(), "stable")),
            ("fabric_release", word(fabric_release.as_ref(), "-")),
        ];
        line(&mut text, "plan", "", &fields);
        naming_lines(&mut text, naming);
        for (a, b) in pins {
            line(&mut text, "pin", a, &[("to", b.clone())]);
        }
        for (name, class) in switch_classes {
            switch_class(&mut text, name, class)?;
        }
        for (name, class) in server_classes {
            server_class(&mut text, name, class)?;
        }
        Some(text)
    }
}

/// `word name key=value ..`, the values quoted, so that no value can look like two.
fn line(text: &mut String, word: &str, name: &str, fields: &[(&str, String)]) {
    // Writing into a string cannot fail.
    _ = write!(text, "{word} {name:?}");
    for (key, value) in fields {
        _ = write!(text, " {key}={value:?}");
    }
    text.push('\n');
}

fn known(reference: &Reference) -> Option<String> {
    match reference {
        Reference::Known(name) => Some(name.clone()),
        Reference::Unknown => None,
    }
}

/// `-` where nothing is referred to.
fn optional(reference: Option<&Reference>) -> Option<String> {
    reference.map_or_else(|| Some("-".to_owned()), known)
}

fn number(value: Option<u32>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}

fn word(value: Option<&String>, default: &str) -> String {
    value.cloned().unwrap_or_else(|| default.to_owned())
}

/// Words may hold anything, so each is quoted by itself.
fn words(values: Option<&Vec<String>>) -> String {
    values.map_or_else(|| "-".to_owned(), |values| format!("{values:?}"))
}

fn naming_lines(text: &mut String, naming: &Naming) {
    let Naming {
        plan,
        site,
        templates,
    } = naming;
    for (word, value) in [("plan-name", plan), ("site", site)] {
        if !value.is_empty() {
            line(text, word, value, &[]);
        }
    }
    for (category, template) in templates {
        line(text, "naming", category, &[("template", template.clone())]);
    }
}

fn switch_class(text: &mut String, name: &str, class: &SwitchClass) -> Option<()> {
    let SwitchClass {
        fabric,
        topology,
        fabric_class,
        role,
        profile,
        custom_profile,
        device_type,
        device_role,
        zones,
        redundancy,
        override_quantity,
        min_quantity,
        excluded_ports,
        formerly,
    } = class;
    let default_role = super::spec::Role::parse(role).map_or("-", super::spec::Role::device_role);
    let profile = word(profile.as_ref(), "-");
    let default_type = Reference::Known(profile.clone());
    let default_role = Reference::Known(default_role.to_owned());
    let mut fields = vec![
        ("fabric", fabric.clone()),
        ("topology", word(topology.as_ref(), "spine-leaf")),
        ("fabric_class", word(fabric_class.as_ref(), "managed")),
        ("role", role.clone()),
        ("profile", profile),
        (
            "device_type",
            known(device_type.as_ref().unwrap_or(&default_type))?,
        ),
        (
            "device_role",
            known(device_role.as_ref().unwrap_or(&default_role))?,
        ),
        ("override_quantity", number(*override_quantity)),
        ("min_quantity", number(Some(min_quantity.unwrap_or(0)))),
        ("excluded_ports", word(excluded_ports.as_ref(), "-")),
        ("formerly", word(formerly.as_ref(), "-")),
    ];
    if let Some(Redundancy {
        redundancy_type,
        group,
        peer_links,
        session_links,
    }) = redundancy
    {
        fields.push(("redundancy", redundancy_type.clone()));
        fields.push(("group", word(group.as_ref(), "-")));
        fields.push(("peer_links", number(*peer_links)));
        fields.push(("session_links", number(*session_links)));
    }
    line(text, "switch-class", name, &fields);
    custom_lines(text, custom_profile.as_ref());
    zone_lines(text, zones)
}

fn zone_lines(text: &mut String, zones: &BTreeMap<String, Zone>) -> Option<()> {
    for (name, zone) in zones {
        zone_line(text, name, zone)?;
    }
    Some(())
}

fn zone_line(text: &mut String, name: &str, zone: &Zone) -> Option<()> {
    let Zone {
        zone_type,
        ports,
        breakout,
        allocation,
        allocation_order,
        priority,
        peer,
        transceiver,
    } = zone;
    let order = allocation_order.as_ref().map(|order| format!("{order:?}"));
    let fields = [
        ("type", zone_type.clone()),
        ("ports", ports.clone()),
        ("breakout", word(breakout.as_ref(), "-")),
        ("allocation", word(allocation.as_ref(), "sequential")),
        (
            "priority",
            number(Some(priority.unwrap_or(PRIORITY_DEFAULT))),
        ),
        ("allocation_order", word(order.as_ref(), "-")),
        ("peer", word(peer.as_ref(), "-")),
        ("transceiver", optional(transceiver.as_ref())?),
    ];
    line(text, "zone", name, &fields);
    Some(())
}

fn custom_lines(text: &mut String, custom: Option<&CustomProfile>) {
    let Some(custom) = custom else { return };
    let CustomProfile {
        ports,
        port_groups,
        pipelines,
        ports_max,
        roles,
        features,
        management_ports,
    } = custom;
    let fields = [
        ("ports_max", number(*ports_max)),
        ("roles", words(roles.as_ref())),
        ("features", words(features.as_ref())),
        ("management_ports", words(management_ports.as_ref())),
    ];
    line(text, "custom-profile", "", &fields);
    for (label, port) in ports {
        let CustomPort {
            ports,
            cage,
            breakouts,
            speeds,
        } = port;
        let fields = [
            ("ports", ports.clone()),
            ("cage", cage.clone()),
            ("breakouts", words(breakouts.as_ref())),
            ("speeds", words(speeds.as_ref())),
        ];
        line(text, "port", label, &fields);
    }
    for (name, CustomGroup { ports }) in port_groups {
        line(text, "port-group", name, &[("ports", ports.clone())]);
    }
    for (name, CustomPipeline { ports, ports_max }) in pipelines {
        let fields = [
            ("ports", ports.clone()),
            ("ports_max", ports_max.to_string()),
        ];
        line(text, "pipeline", name, &fields);
    }
}

fn server_class(text: &mut String, name: &str, class: &ServerClass) -> Option<()> {
    let ServerClass {
        quantity,
        retired,
        device_type,
        device_role,
        category,
        gpus_per_server,
        nics,
        attachments,
        formerly,
    } = class;
    let default_role = Reference::Known("server".to_owned());
    let retired: Vec<String> = retired.iter().map(u32::to_string).collect();
    let fields = [
        ("quantity", quantity.to_string()),
        ("retired", retired.join(",")),
        ("device_type", known(device_type)?),
        (
            "device_role",
            known(device_role.as_ref().unwrap_or(&default_role))?,
        ),
        ("category", word(category.as_ref(), "-")),
        ("gpus_per_server", number(*gpus_per_server)),
        ("formerly", word(formerly.as_ref(), "-")),
    ];
    line(text, "server-class", name, &fields);
    nic_lines(text, nics)?;
    for (name, attachment) in attachments {
        attachment_line(text, name, attachment)?;
    }
    Some(())
}

fn nic_lines(text: &mut String, nics: &BTreeMap<String, Nic>) -> Option<()> {
    for (name, nic) in nics {
        let Nic { module_type, ports } = nic;
        let fields = [
            ("module_type", optional(module_type.as_ref())?),
            ("ports", words(ports.as_ref())),
        ];
        line(text, "nic", name, &fields);
    }
    Some(())
}

fn attachment_line(text: &mut String, name: &str, attachment: &Attachment) -> Option<()> {
    let Attachment {
        nic,
        port_index,
        ports,
        attachment_type,
        distribution,
        zone,
        speed,
        rail,
        port_type,
        transceiver,
    } = attachment;
    let fields = [
        ("nic", nic.clone()),
        ("port_index", number(Some(port_index.unwrap_or(0)))),
        ("ports", number(Some(ports.unwrap_or(1)))),
        ("type", word(attachment_type.as_ref(), "unbundled")),
        ("distribution", word(distribution.as_ref(), "")),
        ("zone", zone.clone()),
        ("speed", speed.gbps()),
        ("rail", number(*rail)),
        ("port_type", word(port_type.as_ref(), "data")),
        ("transceiver", optional(transceiver.as_ref())?),
    ];
    line(text, "attachment", name, &fields);
    Some(())
}
