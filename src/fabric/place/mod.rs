//! Decides: how many switches of each class, and which port serves which.
//!
//! Sizing is placement. A quantity is right because everything has been placed with it, and the
//! smallest such quantity is the answer.
//!
//! 1. [`demand`]: what is asked of each zone, and which of the intended links may stay.
//! 2. [`size`]: the smallest quantity of each class that places its zones. Who asks another class for
//!    ports comes before it, so that each quantity is found once.
//! 3. [`spine`]: leaves on spines, and how many spines that takes.
//! 4. [`ports`]: chosen switches become ports, in the order of who asks.
//! 5. [`mesh`] and [`pair`]: links among leaves, whose ports nobody else uses.

mod demand;
pub(crate) mod distribution;
mod far;
mod mesh;
mod pair;
mod ports;
mod size;
mod spine;
mod stripe;

use std::collections::BTreeMap;

use super::limits::SWITCHES_PER_CLASS_MAX;
use super::placement::Placement;
use super::problem::{Fault, Problem, Subject};
use super::spec::{Spec, SwitchSpec, Topology};
use demand::Intended;
use size::Need;

/// How many switches a class has.
#[derive(Debug, Clone, Copy, Default)]
struct Quantity {
    /// What everything needs.
    calculated: u32,
    /// What is built.
    effective: u32,
}

/// What is decided for one switch class.
#[derive(Debug, Default)]
struct Decision {
    quantity: Quantity,
    /// By position of the zone: the switch (from 0) of each port that servers ask for.
    assigned: BTreeMap<usize, Vec<u32>>,
}

/// Places everything, or says what does not fit. Links of `intended` that are legal stay. Where an
/// error leaves something open, the rest is tried all the same, for what does not fit there.
pub(crate) fn place(
    spec: &Spec<'_>,
    intended: Option<&Placement>,
) -> (Option<Placement>, Vec<Problem>) {
    let mut problems = Vec::new();
    if spec.gaps.everything {
        return (None, problems);
    }
    let mut demands = demand::of_servers(spec);
    let ends = intended.map(Intended::new).unwrap_or_default();
    let mut needs: Vec<Option<Need>> = spec.switches.iter().map(|_| None).collect();
    let mut sizes = vec![Quantity::default(); spec.switches.len()];
    for class in spec.sizing_order.iter().copied() {
        // What is asked of a class is not known as long as who asks has no quantity.
        let waits = spec.asking(class).any(|asker| needs[asker].is_none());
        if waits || !spec.gaps.sized(class) {
            continue;
        }
        let switch = &spec.switches[class];
        demand::of_switches(spec, class, &sizes, &mut demands[class]);
        demand::complete(spec, class, &ends, &mut demands[class]);
        needs[class] = size::need(spec, switch, &demands[class], &mut problems);
        sizes[class] = size::quantity(switch, needs[class].as_ref());
    }
    let (quantities, switch_links) = spine::connect(spec, &needs, intended, &mut problems);
    let mut decisions = Vec::new();
    for (index, switch) in spec.switches.iter().enumerate() {
        let Some(need) = &needs[index] else { continue };
        let quantity = quantities[index];
        let linked = |number| spine::allows(spec, &quantities, index, number);
        let (decision, found) = size::assign(spec, switch, &demands[index], need, quantity, linked);
        problems.extend(found);
        decisions.push(decision);
    }
    problems.extend(size::in_doubt(spec, &needs, &quantities));
    problems.extend(too_many(spec, &quantities));
    if problems.iter().any(Problem::is_error) || spec.gaps.unplaced {
        return (None, problems);
    }
    let mut placement = Placement {
        switch_links,
        ..Placement::default()
    };
    for ((switch, demands), decision) in spec.switches.iter().zip(&demands).zip(&decisions) {
        placement
            .quantities
            .insert(switch.name.clone(), decision.quantity.effective);
        if switch.topology == Topology::SpineLeaf {
            placement
                .calculated
                .insert(switch.name.clone(), decision.quantity.calculated);
        }
        for (zone, demand) in demands {
            let Some(assigned) = decision.assigned.get(zone) else {
                continue;
            };
            let zone = &switch.zones[*zone];
            let given = ports::give(spec, switch, zone, demand, assigned, &mut placement);
            problems.extend(given.err());
        }
    }
    mesh::join(spec, intended, &mut placement);
    pair::join(spec, &mut placement);
    placement.server_links.sort();
    placement.switch_links.sort();
    let placed = !problems.iter().any(Problem::is_error);
    (placed.then_some(placement), problems)
}

/// Classes that would need more switches than a class may have.
fn too_many(spec: &Spec<'_>, quantities: &[Quantity]) -> Vec<Problem> {
    let limit = u64::from(SWITCHES_PER_CLASS_MAX);
    let classes = spec.switches.iter().zip(quantities);
    let over = classes.filter(|(_, quantity)| quantity.effective > SWITCHES_PER_CLASS_MAX);
    let tell = |(switch, quantity): (&SwitchSpec<'_>, &Quantity)| {
        let fault = Fault::TooMany {
            what: "switches",
            count: u64::from(quantity.effective),
            limit,
        };
        let class = switch.name.clone();
        Problem::new(Subject::SwitchClass { class }, None, fault)
    };
    over.map(tell).collect()
}
