//! Zones that name their far end: uplinks of border leaves and of out-of-band switches.

use std::collections::BTreeSet;

use super::link::reference;
use crate::fabric::design::Design;
use crate::fabric::problem::{Fault, Problem, Subject};
use crate::fabric::spec::{Spec, SwitchSpec, ZoneSpec};

/// Resolves the far ends, and orders the classes so that a class is sized after all that ask it for
/// ports. Spines come last: they serve all leaves.
pub(super) fn join(design: &Design, spec: &mut Spec<'_>, problems: &mut Vec<Problem>) {
    for near in 0..spec.switches.len() {
        for zone in 0..spec.switches[near].zones.len() {
            let switch = &spec.switches[near];
            let subject = Subject::Zone {
                class: switch.name.clone(),
                zone: switch.zones[zone].name.clone(),
            };
            match far_end(design, spec, near, zone) {
                Ok(peer) => spec.switches[near].zones[zone].peer = peer,
                Err(fault) => problems.push(Problem::new(subject, Some("peer"), fault)),
            }
        }
    }
    let (order, cycle) = order(&spec.switches);
    spec.sizing_order = order;
    if let Some(subject) = first_asking(&spec.switches, &cycle) {
        let classes = cycle.iter().map(|class| spec.switches[*class].name.clone());
        let fault = Fault::PeerCycle {
            classes: classes.collect(),
        };
        problems.push(Problem::new(subject, Some("peer"), fault));
    }
}

/// The first zone of a ring's first class that asks another one of the ring.
fn first_asking(switches: &[SwitchSpec<'_>], ring: &[usize]) -> Option<Subject> {
    let near = &switches[*ring.first()?];
    let asks = |zone: &&ZoneSpec| zone.peer.is_some_and(|(far, _)| ring.contains(&far));
    let zone = near.zones.iter().find(asks)?;
    Some(Subject::Zone {
        class: near.name.clone(),
        zone: zone.name.clone(),
    })
}

/// `None` if the zone names none, or one about which something has been said.
fn far_end(
    design: &Design,
    spec: &Spec<'_>,
    near: usize,
    zone: usize,
) -> Result<Option<(usize, usize)>, Fault> {
    let class = &spec.switches[near];
    let near_zone = &class.zones[zone];
    let written = &design.switch_classes[&class.name].zones[&near_zone.name];
    let names_far_end = near_zone.zone_type.may_name_far_end();
    let Some(text) = written.peer.as_ref().filter(|_| names_far_end) else {
        return Ok(None);
    };
    let Some((far_class, far_zone)) = reference(design, text)? else {
        return Ok(None);
    };
    let position = |(index, switch): (usize, &SwitchSpec<'_>)| {
        let zone = switch.zones.iter().position(|zone| zone.name == far_zone)?;
        (switch.name == far_class).then_some((index, zone))
    };
    let Some(far) = spec.switches.iter().enumerate().find_map(position) else {
        return Ok(None);
    };
    let target = &spec.switches[far.0].zones[far.1];
    if !target.zone_type.is_for_servers() || target.names_far_end {
        return Err(Fault::PeerZoneType {
            zone: text.clone(),
            zone_type: target.zone_type.word(),
        });
    }
    if target.mode.speed != near_zone.mode.speed {
        return Err(Fault::PeerSpeed {
            near: near_zone.mode,
            zone: text.clone(),
            far: target.mode,
        });
    }
    Ok(Some(far))
}

/// Of classes that wait, those that ask another one that waits: the rest only waits for them.
fn ring(mut waiting: BTreeSet<(bool, usize)>, asks: impl Fn(usize, usize) -> bool) -> Vec<usize> {
    let idle = |waiting: &BTreeSet<(bool, usize)>| {
        let asks_one = |near: usize| waiting.iter().any(|(_, far)| asks(near, *far));
        waiting.iter().find(|(_, near)| !asks_one(*near)).copied()
    };
    while let Some(class) = idle(&waiting) {
        waiting.remove(&class);
    }
    waiting.into_iter().map(|(_, class)| class).collect()
}

/// Who asks comes before who gives; among the rest the order stays. Then classes that ask each other
/// in a ring, which are not in the order, nor are those that they ask.
fn order(switches: &[SwitchSpec<'_>]) -> (Vec<usize>, Vec<usize>) {
    let asks = |near: usize, far: usize| {
        let zones = switches[near].zones.iter();
        zones.filter_map(|zone| zone.peer).any(|peer| peer.0 == far)
    };
    let mut waiting: BTreeSet<(bool, usize)> = switches
        .iter()
        .enumerate()
        .map(|(index, switch)| (!switch.role.is_leaf(), index))
        .collect();
    let mut order = Vec::with_capacity(switches.len());
    while !waiting.is_empty() {
        let free = |(_, far): &&(bool, usize)| !waiting.iter().any(|(_, near)| asks(*near, *far));
        let Some(next) = waiting.iter().find(free).copied() else {
            return (order, ring(waiting, asks));
        };
        waiting.remove(&next);
        order.push(next.1);
    }
    (order, Vec::new())
}
