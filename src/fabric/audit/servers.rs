//! Servers: every attachment has its cables, on the zone that it names, spread as it says.

use std::collections::{BTreeMap, BTreeSet};

use super::{View, ZoneKey, zones};
use crate::fabric::blueprint::{Cable, CableKind, DeviceKind, ModuleKind};
use crate::fabric::design::{Attachment, Reference};

/// Where one attachment of one server goes: the switches, port by port.
pub(super) struct Attached<'v> {
    pub server: &'v str,
    pub attachment: &'v Attachment,
    pub zone: ZoneKey<'v>,
    pub switches: Vec<&'v str>,
}

pub(super) fn check(view: &mut View<'_>) {
    let mut complaints = Vec::new();
    let attached = attached(view, &mut complaints);
    for one_attached in &attached {
        let distinct: BTreeSet<&str> = one_attached.switches.iter().copied().collect();
        let kind = one_attached.attachment.attachment_type.as_deref();
        let fine = match one_attached.attachment.distribution.as_deref() {
            // Bundles over several switches have rules of their own.
            _ if matches!(kind, Some("mclag" | "eslag")) => distinct.len() > 1,
            Some("alternating") => distinct.len() == one_attached.switches.len(),
            _ => distinct.len() == 1,
        };
        if !fine {
            complaints.push(format!("{} is on {distinct:?}", one_attached.server));
        }
    }
    rails(&attached, &mut complaints);
    alternating_pairs(view, &attached, &mut complaints);
    modules(view, &mut complaints);
    view.complaints.extend(complaints);
}

pub(super) fn attached<'v>(view: &View<'v>, complaints: &mut Vec<String>) -> Vec<Attached<'v>> {
    let mut by_key: BTreeMap<&str, &Cable> = view
        .cables_of(CableKind::Server)
        .map(|cable| (cable.key.as_str(), cable))
        .collect();
    let mut attached = Vec::new();
    for device in &view.blueprint.devices {
        if !matches!(device.kind, DeviceKind::Server) {
            continue;
        }
        let Some(class) = view.design.server_classes.get(&device.key.class) else {
            continue;
        };
        for (name, attachment) in &class.attachments {
            let mut switches = Vec::new();
            for ordinal in 0..attachment.ports.unwrap_or(1) {
                let key = format!("{}/{}/{name}/{ordinal}", device.key.class, device.key.index);
                match by_key.remove(key.as_str()) {
                    Some(cable) if cable.a.device == device.name => {
                        one(view, attachment, cable, complaints);
                        switches.push(cable.b.device.as_str());
                    }
                    _ => complaints.push(format!("no cable {key}")),
                }
            }
            let zone = attachment.zone.split_once('/').unwrap_or_default();
            attached.push(Attached {
                server: &device.name,
                attachment,
                zone,
                switches,
            });
        }
    }
    complaints.extend(
        by_key
            .keys()
            .map(|key| format!("nobody asked for cable {key}")),
    );
    attached
}

/// One cable: right card, right zone, right speed.
fn one(view: &View<'_>, attachment: &Attachment, cable: &Cable, complaints: &mut Vec<String>) {
    let Some((switch, port)) = view.switch_port(&cable.b.device, &cable.b.interface) else {
        return complaints.push(format!("{} does not end on a switch", cable.key));
    };
    let zone = format!(
        "{}/{}",
        switch.key.class,
        port.zone.as_deref().unwrap_or("-")
    );
    if zone != attachment.zone {
        complaints.push(format!("{} ends in {zone}", cable.key));
    }
    let wanted = match attachment.port_type.as_deref() {
        Some("ipmi") => "oob",
        _ => "server",
    };
    match zones::zone_of(view, switch, port) {
        Some((zone, (_, speed))) if zone.zone_type == wanted && zone.peer.is_none() => {
            if speed != attachment.speed.to_string() {
                complaints.push(format!("{} has {} at {speed}", cable.key, attachment.speed));
            }
        }
        _ => complaints.push(format!(
            "{} does not end in a zone of type {wanted}",
            cable.key
        )),
    }
}

/// Servers that share the leaf of one rail share the leaves of all their rails.
fn rails(attached: &[Attached<'_>], complaints: &mut Vec<String>) {
    let mut servers: BTreeMap<(&str, ZoneKey<'_>), BTreeMap<u32, &str>> = BTreeMap::new();
    for one_attached in attached {
        let is_rail = one_attached.attachment.distribution.as_deref() == Some("rail-optimized");
        let first = one_attached.switches.first();
        if let (true, Some(rail), Some(leaf)) = (is_rail, one_attached.attachment.rail, first) {
            let leaves = servers
                .entry((one_attached.server, one_attached.zone))
                .or_default();
            if leaves
                .insert(rail, leaf)
                .is_some_and(|other| other != *leaf)
            {
                complaints.push(format!(
                    "{}: rail {rail} is on two leaves",
                    one_attached.server
                ));
            }
        }
    }
    let mut together: BTreeMap<(ZoneKey<'_>, u32, &str, u32), &str> = BTreeMap::new();
    for ((server, zone), leaves) in &servers {
        for (rail, leaf) in leaves {
            for (other, other_leaf) in leaves {
                let expect = together
                    .entry((*zone, *rail, leaf, *other))
                    .or_insert(other_leaf);
                if expect != other_leaf {
                    complaints.push(format!("{server}: rail {other} is not on {expect}"));
                }
            }
        }
    }
}

/// A zone with alternating attachments has two switches, unless an override forbids it.
fn alternating_pairs(view: &View<'_>, all: &[Attached<'_>], complaints: &mut Vec<String>) {
    let alternating =
        |a: &&Attached<'_>| a.attachment.distribution.as_deref() == Some("alternating");
    let classes: BTreeSet<&str> = all.iter().filter(alternating).map(|a| a.zone.0).collect();
    for class in classes {
        let Some(count) = view.blueprint.switch_counts.get(class) else {
            continue;
        };
        if count.override_quantity.is_none() && count.effective < 2 {
            complaints.push(format!(
                "{class} alternates over {} switches",
                count.effective
            ));
        }
    }
}

/// Each used card is there once.
fn modules(view: &View<'_>, complaints: &mut Vec<String>) {
    for device in &view.blueprint.devices {
        let Some(class) = view.design.server_classes.get(&device.key.class) else {
            continue;
        };
        let used: BTreeSet<&str> = class.attachments.values().map(|c| c.nic.as_str()).collect();
        let wanted: BTreeSet<(&str, &Reference)> = used
            .into_iter()
            .filter_map(|nic| Some((nic, class.nics.get(nic)?.module_type.as_ref()?)))
            .collect();
        let there: BTreeSet<(&str, &Reference)> = device
            .modules
            .iter()
            .filter(|m| m.kind == ModuleKind::Nic)
            .map(|m| (m.bay.as_str(), &m.module_type))
            .collect();
        let cards = device.modules.iter().filter(|m| m.kind == ModuleKind::Nic);
        if wanted != there || there.len() != cards.count() {
            complaints.push(format!("{} has the wrong modules", device.name));
        }
    }
}
