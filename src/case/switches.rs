//! Switch classes and their zones.

use std::collections::BTreeMap;

use super::finding::{Fault, Findings, Note, Place};
use super::library::{Extension, Library};
use super::reader::Mapping;
use super::{custom, put};
use crate::fabric::catalog::Catalog;
use crate::fabric::design::{Redundancy, Reference, SwitchClass, Zone};
use crate::fabric::problem::Subject;

/// A class, and what its uplink count says of zones that are read later.
#[derive(Debug)]
pub(super) struct Class {
    pub class: SwitchClass,
    /// `uplink_ports_per_switch`.
    uplinks: Option<(u32, Place)>,
    lacking: Option<Lacking>,
}

/// A switch that the catalogue lacks.
type Lacking = (Extension, Place);

pub(super) type Classes = BTreeMap<String, Class>;

pub(super) fn read_class(
    mut entry: Mapping<'_>,
    library: &Library,
    catalog: &Catalog,
    classes: &mut Classes,
    findings: &mut Findings,
) -> Option<Subject> {
    let place = entry.place();
    let name = either(&mut entry, "switch_class_id", "id", findings)?;
    let subject = Subject::SwitchClass {
        class: name.clone(),
    };
    let fabric = either(&mut entry, "fabric_name", "fabric", findings);
    let switch = read_switch(&mut entry, library, catalog, findings);
    let (switch, lacking) = switch.unwrap_or_default();
    let uplinks_at = entry.place_of("uplink_ports_per_switch");
    let uplinks = entry.count("uplink_ports_per_switch", findings);
    let class = SwitchClass {
        topology: entry
            .text("topology_mode", findings)
            .filter(|topology| topology != "spine-leaf"),
        fabric_class: fabric_class(&mut entry, &name, fabric.as_deref(), findings),
        role: role(&mut entry, &name, findings),
        redundancy: redundancy(&mut entry, &name, findings),
        override_quantity: entry.count("override_quantity", findings),
        fabric: fabric.unwrap_or_default(),
        ..switch
    };
    entry.finish(findings);
    let uplinks = uplinks.map(|count| (count, uplinks_at));
    let class = Class {
        class,
        uplinks,
        lacking,
    };
    let what = ("switch class", name.clone());
    put(classes, (name, class), what, (place, findings));
    Some(subject)
}

/// A key that has another spelling.
fn either(
    entry: &mut Mapping<'_>,
    key: &'static str,
    other: &'static str,
    findings: &mut Findings,
) -> Option<String> {
    let place = entry.place();
    match (entry.text(key, findings), entry.text(other, findings)) {
        (Some(one), Some(two)) if one != two => {
            findings.fault(place, Fault::SpellingsDiffer { key, other });
            None
        }
        (one @ Some(_), _) | (None, one @ Some(_)) => one,
        (None, None) => {
            findings.fault(place, Fault::Missing { key });
            None
        }
    }
}

/// The profile, and the device type where it is not the profile's own.
fn read_switch(
    entry: &mut Mapping<'_>,
    library: &Library,
    catalog: &Catalog,
    findings: &mut Findings,
) -> Option<(SwitchClass, Option<Lacking>)> {
    let place = entry.place_of("device_type_extension");
    let id = entry.required_text("device_type_extension", findings)?;
    let extension = library.extension(&id, place.clone(), findings)?;
    let slug = &extension.device_type.slug;
    let profile = extension.profile.as_ref().unwrap_or(slug).clone();
    let known = catalog.profile(&profile).is_some();
    if known {
        let profile = profile.clone();
        findings.note(place.clone(), Note::FromCatalogue { profile });
    }
    let own_type = !known || *slug != profile;
    let device_type = own_type.then(|| extension.device_type.reference());
    let class = SwitchClass {
        device_type: device_type.map(Reference::Known),
        profile: Some(profile),
        ..SwitchClass::default()
    };
    let lacking = (!known).then(|| (extension.clone(), place));
    Some((class, lacking))
}

/// Without it, the fabric's name decides. `managed` is the default.
fn fabric_class(
    entry: &mut Mapping<'_>,
    class: &str,
    fabric: Option<&str>,
    findings: &mut Findings,
) -> Option<String> {
    let place = entry.place();
    let fabric_class = match entry.text("fabric_class", findings) {
        Some(word) => word,
        None if matches!(fabric, Some("frontend" | "backend")) => return None,
        None => {
            let note = Note::FabricClass {
                class: class.to_owned(),
                fabric_class: "unmanaged",
            };
            findings.note(place, note);
            "unmanaged".to_owned()
        }
    };
    Some(fabric_class).filter(|word| word != "managed")
}

fn role(entry: &mut Mapping<'_>, class: &str, findings: &mut Findings) -> String {
    let place = entry.place_of("hedgehog_role");
    let role = entry.text("hedgehog_role", findings).unwrap_or_default();
    if !role.is_empty() && role != "virtual" {
        return role;
    }
    let class = class.to_owned();
    findings.note(place, Note::Role { class, role });
    "server-leaf".to_owned()
}

fn redundancy(entry: &mut Mapping<'_>, class: &str, findings: &mut Findings) -> Option<Redundancy> {
    let pair_at = entry.place_of("mclag_pair");
    let group_at = entry.place_of("redundancy_group");
    let groups_at = entry.place_of("groups");
    let pair = entry.flag("mclag_pair", findings).unwrap_or(false);
    let group = entry.text("redundancy_group", findings);
    let mut groups = entry.texts("groups", findings).unwrap_or_default();
    let mut word = entry.text("redundancy_type", findings);
    if pair && word.is_none() {
        let class = class.to_owned();
        findings.note(pair_at, Note::MclagPair { class });
        word = Some("mclag".to_owned());
    }
    groups.retain(|name| Some(name) != group.as_ref());
    if !groups.is_empty() {
        let class = class.to_owned();
        findings.note(groups_at, Note::FurtherGroups { class, groups });
    }
    if let (None, Some(group)) = (&word, &group) {
        let (class, group) = (class.to_owned(), group.clone());
        findings.note(group_at, Note::GroupWithoutType { class, group });
    }
    word.map(|redundancy_type| Redundancy {
        redundancy_type,
        group,
        ..Redundancy::default()
    })
}

pub(super) fn read_zone(
    mut entry: Mapping<'_>,
    library: &Library,
    classes: &mut Classes,
    findings: &mut Findings,
) -> Option<Subject> {
    let place = entry.place();
    let class_at = entry.place_of("switch_class");
    let class = entry.required_text("switch_class", findings);
    let name = entry.required_text("zone_name", findings);
    let allocation = entry.text("allocation_strategy", findings);
    // Beside another strategy nobody reads the order.
    let custom = allocation.as_deref() == Some("custom");
    let zone = Zone {
        zone_type: entry
            .required_text("zone_type", findings)
            .unwrap_or_default(),
        ports: entry
            .required_text("port_spec", findings)
            .unwrap_or_default(),
        breakout: breakout(&mut entry, library, findings),
        allocation_order: custom
            .then(|| entry.counts("allocation_order", findings))
            .flatten(),
        allocation: allocation.filter(|word| word != "sequential"),
        priority: entry
            .count("priority", findings)
            .filter(|number| *number != 100),
        peer: entry.text("peer_zone", findings),
        transceiver: transceiver(&mut entry, library, findings),
    };
    entry.finish(findings);
    let (class, name) = (class?, name?);
    let near = crate::fabric::near::near(&class, classes.keys());
    let Some(owner) = classes.get_mut(&class) else {
        let what = "switch class";
        let fault = Fault::UnknownId {
            what,
            id: class,
            near,
        };
        findings.fault(class_at, fault);
        return None;
    };
    let what = ("zone", format!("{class}/{name}"));
    let shelf = &mut owner.class.zones;
    put(shelf, (name, zone), what, (place, findings));
    // Other zones of the class may share ports with it.
    Some(Subject::SwitchClass { class })
}

fn breakout(entry: &mut Mapping<'_>, library: &Library, findings: &mut Findings) -> Option<String> {
    let place = entry.place_of("breakout_option");
    let id = entry.text("breakout_option", findings)?;
    library.breakout(&id, place, findings).cloned()
}

/// The optic that a zone or a connection names.
pub(super) fn transceiver(
    entry: &mut Mapping<'_>,
    library: &Library,
    findings: &mut Findings,
) -> Option<Reference> {
    let place = entry.place_of("transceiver_module_type");
    let id = entry.text("transceiver_module_type", findings)?;
    let module = library.module_type(&id, place, findings)?;
    Some(Reference::Known(module.reference()))
}

/// What could not be said before the zones were known.
pub(super) fn finish(classes: Classes, findings: &mut Findings) -> BTreeMap<String, SwitchClass> {
    let finish = |(name, class): (String, Class)| {
        let Class {
            mut class,
            uplinks,
            lacking,
        } = class;
        if let Some((ports, place)) = uplinks {
            count_uplinks(&name, &mut class, ports, &place, findings);
        }
        if let Some((extension, place)) = lacking {
            describe(&name, &mut class, &extension, place, findings);
        }
        (name, class)
    };
    classes.into_iter().map(finish).collect()
}

/// What the count of uplinks means. Ports of a class whose count is 0 lead to no spine; a zone with a
/// far end of its own is none of that.
fn count_uplinks(
    name: &str,
    class: &mut SwitchClass,
    ports: u32,
    place: &Place,
    findings: &mut Findings,
) {
    let is_uplink = |zone: &Zone| zone.zone_type == "uplink";
    if ports > 0 {
        let by_zones = class.zones.values().any(is_uplink);
        let class = name.to_owned();
        let note = if by_zones {
            Note::UplinksByZones { class, ports }
        } else {
            Note::UplinksWithoutZone { class, ports }
        };
        findings.note(place.clone(), note);
        return;
    }
    let nowhere = |zone: &Zone| is_uplink(zone) && zone.peer.is_none();
    let zones = class.zones.iter().filter(|(_, zone)| nowhere(zone));
    for (zone, _) in zones {
        let (class, zone) = (name.to_owned(), zone.clone());
        findings.note(place.clone(), Note::UplinksNowhere { class, zone });
    }
    class.zones.retain(|_, zone| !nowhere(zone));
}

/// Describes a switch that the catalogue lacks. Where the file says too little, its name stays, and
/// the engine says that it is unknown.
fn describe(
    name: &str,
    class: &mut SwitchClass,
    extension: &Extension,
    place: Place,
    findings: &mut Findings,
) {
    let abilities = &extension.abilities;
    let Some(custom) = custom::profile(class, &extension.device_type, abilities) else {
        return;
    };
    let note = Note::Described {
        class: name.to_owned(),
        profile: class.profile.take().unwrap_or_default(),
        left_out: custom::left_out(&custom, abilities),
    };
    class.custom_profile = Some(custom);
    findings.note(place, note);
}
