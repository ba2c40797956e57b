//! Pinned uplinks change places with others. No leaf has more or fewer links to a spine after it,
//! so the shares of the spines stay as they were decided.

use std::collections::{BTreeMap, BTreeSet};

use super::read::{Pin, Target};
use crate::fabric::placement::{LinkKind, Placement, SwitchEnd};
use crate::fabric::spec::Spec;
use crate::fabric::units::Speed;

fn speed(spec: &Spec<'_>, end: &SwitchEnd) -> Option<Speed> {
    let switch = spec
        .switches
        .iter()
        .find(|switch| switch.name == end.device.class)?;
    let zone = switch.zones.iter().find(|zone| zone.name == end.zone)?;
    Some(zone.mode.speed)
}

/// Puts pinned uplinks on their ports, as far as the shares allow it.
pub(super) fn exchange(spec: &Spec<'_>, placement: &mut Placement, pins: &[Pin]) {
    let pins: Vec<(&SwitchEnd, &SwitchEnd)> = pins
        .iter()
        .filter_map(|pin| match &pin.of {
            Target::Leaf { end } => Some((end, &pin.to)),
            Target::Server { .. } => None,
        })
        .collect();
    if pins.is_empty() {
        return;
    }
    let fixed: BTreeSet<&SwitchEnd> = pins.iter().map(|(end, _)| *end).collect();
    let uplinks = placement.switch_links.iter();
    let mut spine_of: BTreeMap<SwitchEnd, SwitchEnd> = uplinks
        .filter(|link| link.kind == LinkKind::Fabric)
        .map(|link| (link.a.clone(), link.b.clone()))
        .collect();
    for (end, to) in &pins {
        let Some(now) = spine_of
            .get(*end)
            .filter(|_| speed(spec, end) == speed(spec, to))
        else {
            continue;
        };
        if now.device != to.device {
            // An uplink of the same leaf that goes to the wanted spine.
            let partner = spine_of.iter().find(|(other, spine)| {
                let mine = other.device == end.device && spine.device == to.device;
                mine && !fixed.contains(other) && speed(spec, other) == speed(spec, end)
            });
            let Some(partner) = partner.map(|(other, _)| other.clone()) else {
                continue;
            };
            swap(&mut spine_of, end, &partner);
        }
        let owner = spine_of.iter().find(|(_, spine)| spine == to);
        match owner.map(|(owner, _)| owner.clone()) {
            Some(owner) => swap(&mut spine_of, end, &owner),
            None => {
                spine_of.insert((*end).clone(), (*to).clone());
            }
        }
    }
    let uplinks = placement.switch_links.iter_mut();
    for link in uplinks.filter(|link| link.kind == LinkKind::Fabric) {
        if let Some(spine) = spine_of.get(&link.a) {
            link.b.clone_from(spine);
        }
    }
    placement.switch_links.sort();
}

fn swap(spine_of: &mut BTreeMap<SwitchEnd, SwitchEnd>, one: &SwitchEnd, other: &SwitchEnd) {
    let both = spine_of.get(one).cloned().zip(spine_of.get(other).cloned());
    if let Some((first, second)) = both {
        spine_of.insert(one.clone(), second);
        spine_of.insert(other.clone(), first);
    }
}
