//! Uplinks to a far end that their zone names: whether each switch reaches all far switches alike.

use std::collections::BTreeSet;

use super::demand::{Asker, Demands};
use super::size::{bound, nothing, smallest, without_room};
use crate::fabric::problem::{Even, Fault, Problem, Subject};
use crate::fabric::spec::{Distribution, Spec, SwitchSpec};

/// Tells which zones have not the same number of uplinks for each far switch, or too few for all.
pub(super) fn uneven(
    spec: &Spec<'_>,
    far: &SwitchSpec<'_>,
    demands: &Demands,
    zone: usize,
    switches: u32,
) -> Vec<Problem> {
    let rest = |ports: u32| ports.checked_rem(switches).unwrap_or(0);
    let asking: BTreeSet<(usize, usize, u32)> = demands[&zone]
        .items
        .iter()
        .filter(|item| item.distribution == Distribution::Spread && rest(item.ports) > 0)
        .filter_map(|item| match item.asker {
            Asker::Switch { class, zone } => Some((class, zone, item.ports)),
            Asker::Server { .. } => None,
        })
        .collect();
    let tell = |(class, near, ports): (usize, usize, u32)| {
        let even = even(spec, far, demands, zone, (class, near, ports));
        let others = even.is_none() && for_others(spec, far, demands, zone) >= Some(switches);
        let (class, near) = (&spec.switches[class], &spec.switches[class].zones[near]);
        let subject = Subject::Zone {
            class: class.name.clone(),
            zone: near.name.clone(),
        };
        let fault = Fault::PeerUneven {
            ports,
            class: far.name.clone(),
            switches,
            even,
            others,
        };
        Problem::new(subject, Some("ports"), fault)
    };
    asking.into_iter().map(tell).collect()
}

/// Numbers that are placed for an advice.
const TRIED_MAX: usize = 16;

/// The nearest number of uplinks that is spread evenly, rather more than fewer. More of them may take more
/// far switches, which then want more uplinks: so what may do is placed.
fn even(
    spec: &Spec<'_>,
    far: &SwitchSpec<'_>,
    demands: &Demands,
    zone: usize,
    (class, near, ports): (usize, usize, u32),
) -> Option<Even> {
    let near_class = &spec.switches[class];
    let near_zone = &near_class.zones[near];
    let room = near_class.room(near_zone.mode.speed, near_zone.capacity());
    let most = room.ports;
    let with = |ports: u32| {
        let mut demands = demands.clone();
        let asks = |asker: Asker| matches!(asker, Asker::Switch { class: c, zone: z } if (c, z) == (class, near));
        let demand = demands.get_mut(&zone)?;
        *demand = demand.with_ports(asks, ports);
        Some((ports, demands))
    };
    let may_do = |(ports, demands): &(u32, Demands)| match far.override_quantity {
        Some(fixed) => fixed > 0 && ports.is_multiple_of(fixed),
        // No number is divided by a greater one.
        None => bound(spec, far, demands, &nothing(demands)).is_ok_and(|bound| bound <= *ports),
    };
    let evenly = |(ports, demands): (u32, Demands)| {
        let switches = quantity(spec, far, &demands)?;
        let even = switches > 0 && ports.is_multiple_of(switches);
        even.then_some(Even { ports, switches })
    };
    let numbers = (ports + 1..=most).chain((1..ports).rev());
    let mut tried = numbers.filter_map(with).filter(may_do).take(TRIED_MAX);
    tried.find_map(evenly)
}

/// How many switches there would be without what the zone is for.
fn for_others(
    spec: &Spec<'_>,
    far: &SwitchSpec<'_>,
    demands: &Demands,
    zone: usize,
) -> Option<u32> {
    let mut demands = demands.clone();
    demands.remove(&zone);
    quantity(spec, far, &demands)
}

/// How many switches there would be; `None`: not enough, or none are.
fn quantity(spec: &Spec<'_>, far: &SwitchSpec<'_>, demands: &Demands) -> Option<u32> {
    let kept = nothing(demands);
    match far.override_quantity {
        Some(fixed) => without_room(demands, &kept, fixed)
            .is_none()
            .then_some(fixed),
        None => smallest(spec, far, demands, &kept)
            .ok()
            .map(|(quantity, _)| quantity),
    }
}
