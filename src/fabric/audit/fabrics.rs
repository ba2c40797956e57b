//! Leaves and spines: all uplinks in use, every leaf on every spine, evenly, at one speed.

use std::collections::{BTreeMap, BTreeSet};

use super::{View, zones};
use crate::fabric::blueprint::{CableKind, Device, DeviceKind};
use crate::fabric::placement::LinkKind;

/// Fabric and whether it is a spine; `None` for a server.
fn side(device: &Device) -> Option<(&str, bool)> {
    match &device.kind {
        DeviceKind::Switch { fabric, role, .. } => Some((fabric, role == "spine")),
        DeviceKind::Server => None,
    }
}

pub(super) fn check(view: &mut View<'_>) {
    let mut complaints = Vec::new();
    // Links of a pair, and links of a leaf, by speed.
    let mut pairs: BTreeMap<(&str, String), BTreeMap<&str, u32>> = BTreeMap::new();
    for cable in view.cables_of(CableKind::Switches(LinkKind::Fabric)) {
        let ends = [(&cable.a, "uplink", false), (&cable.b, "fabric", true)];
        let mut found = Vec::new();
        for (end, zone_type, is_spine) in ends {
            let port = view.switch_port(&end.device, &end.interface);
            let zone = port.and_then(|(device, port)| zones::zone_of(view, device, port));
            let (Some((device, _)), Some((zone, (_, speed)))) = (port, zone) else {
                complaints.push(format!("{} does not end on a switch", cable.key));
                continue;
            };
            let side = side(device);
            if zone.zone_type != zone_type || side.is_none_or(|(_, spine)| spine != is_spine) {
                complaints.push(format!("{} ends on the wrong side", cable.key));
            }
            found.push((side.map(|(fabric, _)| fabric), speed));
        }
        if found.windows(2).any(|ends| ends[0] != ends[1]) {
            complaints.push(format!("{} joins fabrics or speeds that differ", cable.key));
        }
        if let Some((_, speed)) = found.into_iter().next() {
            let spines = pairs.entry((cable.a.device.as_str(), speed)).or_default();
            *spines.entry(cable.b.device.as_str()).or_default() += 1;
        }
    }
    for ((leaf, speed), spines) in &pairs {
        let (least, most) = (spines.values().min(), spines.values().max());
        if most
            .zip(least)
            .is_some_and(|(most, least)| most - least > 1)
        {
            complaints.push(format!("{leaf} is spread unevenly at {speed}: {spines:?}"));
        }
    }
    reach(view, &pairs, &mut complaints);
    view.complaints.extend(complaints);
}

/// Every leaf reaches every spine of its fabric.
fn reach(
    view: &View<'_>,
    pairs: &BTreeMap<(&str, String), BTreeMap<&str, u32>>,
    complaints: &mut Vec<String>,
) {
    let mut spines: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for device in &view.blueprint.devices {
        if let Some((fabric, true)) = side(device) {
            spines.entry(fabric).or_default().insert(&device.name);
        }
    }
    let mut reached: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for ((leaf, _), links) in pairs {
        reached.entry(leaf).or_default().extend(links.keys());
    }
    let spine_class = |fabric: &str| {
        let classes = view.design.switch_classes.values();
        classes
            .filter(|class| class.fabric == fabric)
            .any(|class| class.role == "spine")
    };
    for device in &view.blueprint.devices {
        let Some((fabric, false)) = side(device) else {
            continue;
        };
        // A leaf whose uplinks all name their far end goes there and not to the spines.
        let class = view.design.switch_classes.get(&device.key.class);
        let leads_elsewhere = class.is_some_and(|class| {
            let uplinks = || {
                class
                    .zones
                    .values()
                    .filter(|zone| zone.zone_type == "uplink")
            };
            uplinks().count() > 0 && uplinks().all(|zone| zone.peer.is_some())
        });
        if leads_elsewhere {
            continue;
        }
        let wanted = spines.get(fabric).cloned().unwrap_or_default();
        if spine_class(fabric) && wanted.is_empty() {
            complaints.push(format!("{} has no spine", device.name));
        }
        if reached.remove(device.name.as_str()).unwrap_or_default() != wanted {
            complaints.push(format!("{} does not reach every spine", device.name));
        }
        unused_uplinks(view, device, !wanted.is_empty(), complaints);
    }
}

/// With spines, every cage of an uplink zone carries cables.
fn unused_uplinks(view: &View<'_>, device: &Device, used: bool, complaints: &mut Vec<String>) {
    let Some(class) = view.design.switch_classes.get(&device.key.class) else {
        return;
    };
    let uplinks = class
        .zones
        .values()
        .filter(|zone| zone.zone_type == "uplink" && zone.peer.is_none());
    let excluded = zones::excluded_of(class);
    let wanted: BTreeSet<u32> = uplinks
        .flat_map(|zone| zones::ports_of(&zone.ports))
        .filter(|cage| !excluded.contains(cage))
        .collect();
    let cabled: BTreeSet<u32> = device
        .interfaces
        .iter()
        .filter_map(|interface| interface.physical_port)
        .collect();
    let unused: Vec<&u32> = wanted.difference(&cabled).collect();
    if used && !unused.is_empty() {
        complaints.push(format!("{}: uplinks {unused:?} are not used", device.name));
    }
}
