//! The smallest quantity of a class that places all its zones.

use std::collections::{BTreeMap, BTreeSet};

use super::demand::{Demand, Demands};
use super::distribution::{self, Legal, NoRoom};
use super::{Decision, Quantity, far};
use crate::fabric::limits::MESH_SWITCHES_MAX;
use crate::fabric::problem::{Fault, Problem, Subject};
use crate::fabric::spec::{Distribution, Spec, SwitchSpec, Topology};

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
    /// A smaller one that may do, though no way was found.
    pub doubted: Option<u32>,
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
        Ok((calculated, doubted)) => Some(Need {
            calculated,
            doubted,
            kept,
        }),
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

pub(super) fn nothing(demands: &Demands) -> KeptByZone {
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

/// The smallest quantity that places everything, and a smaller one that is not ruled out.
pub(super) fn smallest(
    spec: &Spec<'_>,
    switch: &SwitchSpec<'_>,
    demands: &Demands,
    kept: &KeptByZone,
) -> Result<(u32, Option<u32>), Problem> {
    let mut quantity = bound(spec, switch, demands, kept)?;
    let mut doubted = None;
    for _ in 0..ATTEMPTS_MAX {
        match without_room(demands, kept, quantity) {
            None => return Ok((quantity, doubted)),
            Some(NoRoom::Unknown) => doubted = doubted.or(Some(quantity)),
            Some(NoRoom::Certain) => {}
        }
        quantity = round(switch, quantity + 1);
    }
    Err(Problem::internal(format!(
        "switch class \"{}\" does not place with {quantity} switches, nor with fewer",
        switch.name
    )))
}

/// A legal quantity below which nothing is placed.
pub(super) fn bound(
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
                room: switch.room(switch.zones[*zone].mode.speed, demand.capacity),
            };
            Problem::new(item.subject(spec), Some("ports"), fault)
        })?;
        bound = bound.max(least);
    }
    Ok(round(switch, bound))
}

/// Why some zone does not fit. One that certainly does not is decisive.
pub(super) fn without_room(demands: &Demands, kept: &KeptByZone, quantity: u32) -> Option<NoRoom> {
    let mut doubt = None;
    for (zone, demand) in demands {
        match distribution::place(demand, &kept[zone], quantity) {
            Ok(_) => {}
            Err(NoRoom::Unknown) => doubt = Some(NoRoom::Unknown),
            Err(NoRoom::Certain) => return Some(NoRoom::Certain),
        }
    }
    doubt
}

/// Tells of classes that are built with what they need, where that may be a switch too many.
pub(super) fn in_doubt(
    spec: &Spec<'_>,
    needs: &[Option<Need>],
    quantities: &[Quantity],
) -> Vec<Problem> {
    let classes = spec.switches.iter().zip(needs).zip(quantities);
    let doubts = classes.filter_map(|((switch, need), built)| {
        let need = need.as_ref()?;
        let fault = Fault::QuantityInDoubt {
            quantity: need.calculated,
            doubted: need.doubted?,
        };
        let class = switch.name.clone();
        let decisive = built.effective == need.calculated && switch.override_quantity.is_none();
        decisive.then(|| Problem::new(Subject::SwitchClass { class }, None, fault))
    });
    doubts.collect()
}

/// Numbers of further ports that are tried for an advice.
const WIDER_TRIED: usize = 8;

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
        let told = alternating(spec, switch, demand, quantity, &mut problems);
        problems.extend(far::uneven(spec, switch, demands, *zone, effective));
        match distribution::place(demand, &need.kept[zone], effective) {
            Ok(assigned) => {
                decision.assigned.insert(*zone, assigned);
            }
            Err(_) if told => {}
            Err(no_room) => {
                let fault = Fault::OverrideTooSmall {
                    zone: switch.zones[*zone].name.clone(),
                    needed: u64::try_from(demand.ports).unwrap_or(u64::MAX),
                    available: u64::from(demand.capacity) * u64::from(effective),
                    quantity: effective,
                    sufficient: quantity.calculated,
                    most: most_switches(switch),
                    linked: linked(quantity.calculated),
                    certain: no_room == NoRoom::Certain,
                    more: wider(switch, *zone, demand, &need.kept[zone], effective),
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

/// How many switches a class may have at most, if that does not follow from what is asked of it.
fn most_switches(switch: &SwitchSpec<'_>) -> Option<u32> {
    (switch.topology == Topology::Mesh).then_some(MESH_SWITCHES_MAX)
}

/// How many more ports of a zone on each switch are enough, where no more switches may be built.
fn wider(
    switch: &SwitchSpec<'_>,
    zone: usize,
    demand: &Demand,
    kept: &Legal,
    switches: u32,
) -> Option<u32> {
    if switches == 0 {
        return None;
    }
    let wanted = u32::try_from(demand.ports).ok()?.div_ceil(switches);
    let least = wanted.max(demand.capacity + 1);
    let room = switch.room(switch.zones[zone].mode.speed, demand.capacity);
    let most = room.ports;
    let mut capacities = (least..=most).take(WIDER_TRIED);
    let enough = capacities.find(|capacity| {
        let wider = Demand {
            capacity: *capacity,
            ..demand.clone()
        };
        distribution::place(&wider, kept, switches).is_ok()
    });
    enough.map(|capacity| capacity - demand.capacity)
}

/// Tells which attachments alternate over more switches than there are. True if one cannot.
fn alternating(
    spec: &Spec<'_>,
    switch: &SwitchSpec<'_>,
    demand: &Demand,
    quantity: Quantity,
    problems: &mut Vec<Problem>,
) -> bool {
    let switches = quantity.effective;
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
            let fault = Fault::AlternatingSwitches {
                ports,
                switches,
                sufficient: quantity.calculated,
                most: most_switches(switch),
            };
            ("ports", fault)
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
