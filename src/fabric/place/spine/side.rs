//! The two sides of a fabric: which ports face the other side, and which intended links still fit
//! both.

use std::collections::{BTreeMap, BTreeSet};

use crate::fabric::limits::SWITCHES_PER_CLASS_MAX;
use crate::fabric::place::Quantity;
use crate::fabric::placement::{LinkKind, Placement, Port, SwitchEnd};
use crate::fabric::spec::{Spec, SwitchSpec, ZoneSpec, ZoneType};
use crate::fabric::units::{Speed, count};

/// The ports of one switch class that face the other side, by speed, in the order they are given
/// out: position of the zone, and the port.
pub(super) type Facing = BTreeMap<Speed, Vec<(usize, Port)>>;

/// A class of leaves or spines within a fabric.
#[derive(Clone)]
pub(super) struct Side<'s> {
    /// Position in `Spec::switches`.
    pub class: usize,
    pub spec: &'s SwitchSpec<'s>,
    pub facing: Facing,
}

impl<'s> Side<'s> {
    /// The classes of a fabric's leaves, or of its spines.
    pub(super) fn all(spec: &'s Spec<'s>, fabric: &str, leaf: bool) -> Vec<Self> {
        let zone_type = if leaf {
            ZoneType::Uplink
        } else {
            ZoneType::Fabric
        };
        let mine =
            |(_, s): &(usize, &SwitchSpec<'_>)| s.fabric == fabric && s.role.is_leaf() == leaf;
        let classes = spec.switches.iter().enumerate().filter(mine);
        classes
            .map(|(class, spec)| Side {
                class,
                spec,
                facing: facing(spec, zone_type),
            })
            .collect()
    }
}

fn facing(switch: &SwitchSpec<'_>, zone_type: ZoneType) -> Facing {
    let mut facing = Facing::new();
    // Zones that name their far end lead there, and those whose ports are all excluded nowhere.
    let leads = |(_, zone): &(usize, &ZoneSpec)| !zone.names_far_end && !zone.slots.is_empty();
    for (index, zone) in switch.zones_of(zone_type).filter(leads) {
        let ports = facing.entry(zone.mode.speed).or_default();
        ports.extend(zone.slots.iter().map(|port| (index, *port)));
    }
    facing
}

/// A leaf's or spine's port: position of the class on its side, number, speed, position in the
/// list of that speed.
pub(super) type End = (usize, u32, Speed, usize);

/// Intended links whose two ports still exist and face each other, in the order of the leaves.
pub(super) fn kept_links(
    leaves: &[Side<'_>],
    spines: &[Side<'_>],
    intended: Option<&Placement>,
) -> Vec<(End, End)> {
    let ends = |sides: &[Side<'_>]| {
        let mut ends = BTreeMap::new();
        for (side_index, side) in sides.iter().enumerate() {
            for (speed, ports) in &side.facing {
                for (slot, (zone, port)) in ports.iter().enumerate() {
                    let zone = side.spec.zones[*zone].name.clone();
                    let key = (side.spec.name.clone(), zone, *port);
                    ends.insert(key, (side_index, *speed, slot));
                }
            }
        }
        ends
    };
    let (leaf_ends, spine_ends) = (ends(leaves), ends(spines));
    let find = |end: &SwitchEnd, ends: &BTreeMap<(String, String, Port), (usize, Speed, usize)>| {
        let key = (end.device.class.clone(), end.zone.clone(), end.port);
        let (side, speed, slot) = *ends.get(&key)?;
        let exists = (1..=SWITCHES_PER_CLASS_MAX).contains(&end.device.index);
        exists.then_some((side, end.device.index, speed, slot))
    };
    let mut used = (BTreeSet::new(), BTreeSet::new());
    let mut kept: Vec<(End, End)> = intended
        .map_or(&[][..], |intended| &intended.switch_links)
        .iter()
        .filter(|link| link.kind == LinkKind::Fabric)
        .filter_map(|link| Some((find(&link.a, &leaf_ends)?, find(&link.b, &spine_ends)?)))
        .filter(|(leaf, spine)| leaf.2 == spine.2 && used.0.insert(*leaf) && used.1.insert(*spine))
        .collect();
    kept.sort_unstable();
    kept
}

/// Ports of one speed of all switches of one side.
pub(super) fn ports(sides: &[Side<'_>], speed: Speed, quantities: &[Quantity]) -> u64 {
    let one = |side: &Side<'_>| {
        side.facing
            .get(&speed)
            .map_or(0, |p| u64::from(count(p.len())))
    };
    sides
        .iter()
        .map(|side| one(side) * u64::from(quantities[side.class].effective))
        .sum()
}
