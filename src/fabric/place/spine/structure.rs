//! What is wrong with a fabric whatever its size.

use std::collections::BTreeSet;

use super::side::Side;
use crate::fabric::problem::{Fault, Problem, Subject};
use crate::fabric::spec::{Topology, ZoneType};
use crate::fabric::units::Speed;

pub(super) fn structure(fabric: &str, leaves: &[Side<'_>], spines: &[Side<'_>]) -> Vec<Problem> {
    let mut problems: Vec<Problem> = leaves
        .iter()
        .flat_map(|leaf| uplinks(fabric, leaf, spines))
        .collect();
    let fabric = fabric.to_owned();
    let mut tell = |side: &Side<'_>, field, fault| {
        problems.push(Problem::new(class(side), Some(field), fault));
    };
    for spine in spines
        .iter()
        .filter(|spine| !leaves.is_empty() && spine.facing.is_empty())
    {
        let fault = Fault::SpineWithoutFabricZone {
            fabric: fabric.clone(),
            excluded: excluded(spine, ZoneType::Fabric),
        };
        tell(spine, "zone", fault);
    }
    let free = spines
        .iter()
        .filter(|spine| spine.spec.override_quantity.is_none());
    let free: Vec<&Side<'_>> = free.collect();
    if let [_, second, ..] = free[..] {
        let classes = free.iter().map(|spine| spine.spec.name.clone()).collect();
        let fault = Fault::SeveralSpineClasses { fabric, classes };
        tell(second, "override_quantity", fault);
    }
    problems
}

/// Zones towards the other side, of which no port is left.
fn excluded(side: &Side<'_>, zone_type: ZoneType) -> Vec<String> {
    let zones = side.spec.zones_of(zone_type);
    let empty = zones.filter(|(_, zone)| !zone.names_far_end && zone.slots.is_empty());
    empty.map(|(_, zone)| zone.name.clone()).collect()
}

fn class(side: &Side<'_>) -> Subject {
    Subject::SwitchClass {
        class: side.spec.name.clone(),
    }
}

/// What is wrong with where the uplinks of one class of leaves lead.
fn uplinks(fabric: &str, leaf: &Side<'_>, spines: &[Side<'_>]) -> Vec<Problem> {
    let fabric = || fabric.to_owned();
    let mut problems = Vec::new();
    let mut tell = |subject, field, fault| problems.push(Problem::new(subject, field, fault));
    let speeds: BTreeSet<Speed> = spines
        .iter()
        .flat_map(|s| s.facing.keys().copied())
        .collect();
    let zones = leaf.spec.zones_of(ZoneType::Uplink);
    for (_, uplink) in zones.filter(|(_, zone)| !zone.names_far_end) {
        let subject = Subject::Zone {
            class: leaf.spec.name.clone(),
            zone: uplink.name.clone(),
        };
        let speed = uplink.mode.speed;
        if spines.is_empty() {
            let mesh = leaf.spec.topology == Topology::Mesh;
            let fabric = fabric();
            tell(subject, None, Fault::UplinksUnused { fabric, mesh });
        } else if !speeds.is_empty() && !speeds.contains(&speed) {
            let fault = Fault::FabricSpeed {
                fabric: fabric(),
                uplink: speed,
                spines: speeds.iter().copied().collect(),
            };
            tell(subject, Some("breakout"), fault);
        }
    }
    if let Some((uplink, spines)) = beyond_reach(leaf, spines, &speeds) {
        let fault = Fault::FabricSpeed {
            fabric: fabric(),
            uplink,
            spines,
        };
        tell(class(leaf), Some("zone"), fault);
    }
    let excluded = excluded(leaf, ZoneType::Uplink);
    let no_uplinks = leaf.spec.zones_of(ZoneType::Uplink).next().is_none();
    let none_left = leaf.facing.is_empty() && !excluded.is_empty();
    if let Some(spine) = spines.first().filter(|_| no_uplinks || none_left) {
        let fault = Fault::LeafWithoutUplinks {
            fabric: fabric(),
            spines: spine.spec.name.clone(),
            excluded,
        };
        tell(class(leaf), Some("zone"), fault);
    }
    problems
}

/// Spines that have no speed in common with a leaf's uplinks, though others have: a speed of the leaf, and
/// theirs.
fn beyond_reach(
    leaf: &Side<'_>,
    spines: &[Side<'_>],
    speeds: &BTreeSet<Speed>,
) -> Option<(Speed, Vec<Speed>)> {
    let uplink = *leaf.facing.keys().find(|speed| speeds.contains(speed))?;
    let apart = |spine: &&Side<'_>| {
        let mut facing = spine.facing.keys();
        !spine.facing.is_empty() && !facing.any(|speed| leaf.facing.contains_key(speed))
    };
    let spine = spines.iter().find(apart)?;
    Some((uplink, spine.facing.keys().copied().collect()))
}
