//! The smallest quantity of a class that places all its zones.

use std::collections::{BTreeMap, BTreeSet};

use super::demand::{Demand, Demands};
use super::distribution::{self, Legal};
use super::{Decision, Quantity};
use crate::fabric::problem::{Fault, Problem, Subject};
use crate::fabric::spec::{Distribution, Spec, SwitchSpec};

/// Quantities that are tried above the lower bound. The bound is near the answer: it is exact for ports
/// that go anywhere, and a few more switches settle what sizes and mixed ways add.
const ATTEMPTS_MAX: u32 = 1_000;

/// Legal intended ports, by position of the zone.
type KeptByZone = BTreeMap<usize, Legal>;

/// What servers need of a class, before leaves and spines are joined.
#[derive(Debug)]
pub(super) struct Need {
    /// The smallest quantity, rounded as redundancy wants it.
    pub calculated: u32,
    kept: KeptByZone,
}

/// `None`: a problem has been told.
pub(super) fn need(
    spec: &Spec<'_>,
    switch: &SwitchSpec<'_>,
    demands: &Demands,
    problems: &mut Vec<Problem>,
) -> Option<Need> {
    let kept: KeptByZone = demands
        .iter()
        .map(|(zone, demand)| (*zone, distribution::legal(demand)))
        .collect();
    // Beside an override, the calculated quantity tells what would do without it, and without
    // the links that came from it.
    let calculated = match switch.override_quantity {
        Some(_) => smallest(spec, switch, demands, &nothing(demands)),
        None => smallest(spec, switch, demands, &kept),
    };
    match calculated {
        Ok(calculated) => Some(Need { calculated, kept }),
        Err(problem) => {
            problems.push(problem);
            None
        }
    }
}

/// What is built: the override, otherwise what is needed.
pub(super) fn quantity(switch: &SwitchSpec<'_>, need: Option<&Need>) -> Quantity {
    let calculated = need.map_or(0, |need| need.calculated);
    Quantity {
        calculated,
        effective: switch.override_quantity.unwrap_or(calculated),
    }
}

fn nothing(demands: &Demands) -> KeptByZone {
    demands
        .iter()
        .map(|(zone, demand)| (*zone, Legal::nothing(demand)))
        .collect()
}

/// The smallest legal quantity that is at least this.
pub(super) fn round(switch: &SwitchSpec<'_>, quantity: u32) -> u32 {
    let quantity = quantity.max(switch.min_quantity);
    switch
        .redundancy
        .as_ref()
        .map_or(quantity, |redundancy| redundancy.kind.round(quantity))
}

fn smallest(
    spec: &Spec<'_>,
    switch: &SwitchSpec<'_>,
    demands: &Demands,
    kept: &KeptByZone,
) -> Result<u32, Problem> {
    let mut bound = 0;
    for (zone, demand) in demands {
        let least = distribution::least(demand, &kept[zone]).map_err(|unit| {
            let item = &demand.items[unit.item];
            let fault = Fault::UnitTooLarge {
                zone: format!("{}/{}", switch.name, switch.zones[*zone].name),
                needed: unit.needed,
                available: demand.capacity,
            };
            Problem::new(item.subject(spec), Some("ports"), fault)
        })?;
        bound = bound.max(least);
    }
    let mut quantity = round(switch, bound);
    for _ in 0..ATTEMPTS_MAX {
        let fits = |(zone, demand): (&usize, &Demand)| {
            distribution::place(demand, &kept[zone], quantity).is_some()
        };
        if demands.iter().all(fits) {
            return Ok(quantity);
        }
        quantity = round(switch, quantity + 1);
    }
    Err(Problem::internal(format!(
        "switch class \"{}\" does not place with {quantity} switches, nor with fewer",
        switch.name
    )))
}

/// Places all zones on the quantity that is built. `linked`: whether leaves and spines are joined with
/// another one.
pub(super) fn assign(
    spec: &Spec<'_>,
    switch: &SwitchSpec<'_>,
    demands: &Demands,
    need: &Need,
    quantity: Quantity,
    linked: impl Fn(u32) -> bool,
) -> (Decision, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut decision = Decision {
        quantity,
        ..Decision::default()
    };
    let effective = quantity.effective;
    for (zone, demand) in demands {
        let told = alternating(spec, switch, demand, effective, &mut problems);
        uneven(spec, switch, demand, effective, &mut problems);
        match distribution::place(demand, &need.kept[zone], effective) {
            Some(assigned) => {
                decision.assigned.insert(*zone, assigned);
            }
            None if told => {}
            None => {
                let fault = Fault::OverrideTooSmall {
                    zone: switch.zones[*zone].name.clone(),
                    needed: u64::try_from(demand.ports).unwrap_or(u64::MAX),
                    available: u64::from(demand.capacity) * u64::from(effective),
                    quantity: effective,
                    sufficient: quantity.calculated,
                    linked: linked(quantity.calculated),
                };
                let subject = Subject::SwitchClass {
                    class: switch.name.clone(),
                };
                problems.push(Problem::new(subject, Some("override_quantity"), fault));
            }
        }
    }
    (decision, problems)
}

/// Tells which attachments alternate over more switches than there are. True if one cannot.
fn alternating(
    spec: &Spec<'_>,
    switch: &SwitchSpec<'_>,
    demand: &Demand,
    switches: u32,
    problems: &mut Vec<Problem>,
) -> bool {
    let attachments: BTreeSet<(Subject, u32)> = demand
        .items
        .iter()
        .filter(|item| item.distribution == Distribution::Alternating)
        .map(|item| (item.subject(spec), item.ports))
        .collect();
    let mut impossible = false;
    for (subject, ports) in attachments {
        let (field, fault) = if switches > 0 && ports > switches {
            impossible = true;
            ("ports", Fault::AlternatingSwitches { ports, switches })
        } else if switches == 1 {
            (
                "distribution",
                Fault::AlternatingAlone {
                    class: switch.name.clone(),
                },
            )
        } else {
            continue;
        };
        problems.push(Problem::new(subject, Some(field), fault));
    }
    impossible
}

/// Tells which uplinks to a named far end are not the same number for each far switch, or too few for all.
fn uneven(
    spec: &Spec<'_>,
    switch: &SwitchSpec<'_>,
    demand: &Demand,
    switches: u32,
    problems: &mut Vec<Problem>,
) {
    let zones: BTreeSet<(Subject, u32)> = demand
        .items
        .iter()
        .filter(|item| item.distribution == Distribution::Spread)
        .filter(|item| {
            item.ports
                .checked_rem(switches)
                .is_some_and(|rest| rest > 0)
        })
        .map(|item| (item.subject(spec), item.ports))
        .collect();
    problems.extend(zones.into_iter().map(|(subject, ports)| {
        let class = switch.name.clone();
        let fault = if ports < switches {
            Fault::PeerMisses {
                ports,
                class,
                switches,
            }
        } else {
            Fault::PeerUneven {
                ports,
                class,
                switches,
            }
        };
        Problem::new(subject, Some("ports"), fault)
    }));
}
