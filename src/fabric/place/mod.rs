//! Decides: how many switches of each class, and which port serves which.
//!
//! Sizing is placement. A quantity is right because everything has been placed with it, and the
//! smallest such quantity is the answer.
//!
//! 1. [`demand`]: what servers ask of each zone, and which of their intended links may stay.
//! 2. [`size`]: the smallest quantity of each class that places its zones.
//! 3. [`spine`]: leaves on spines, and how many spines that takes.
//! 4. [`ports`]: chosen switches become ports, in the order of the servers.

mod demand;
pub(crate) mod distribution;
mod ports;
mod size;
mod spine;
mod stripe;

use std::collections::BTreeMap;

use super::placement::Placement;
use super::problem::Problem;
use super::spec::Spec;

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

/// Places everything, or says what does not fit. Links of `intended` that are legal stay.
pub(crate) fn place(
    spec: &Spec<'_>,
    intended: Option<&Placement>,
) -> (Option<Placement>, Vec<Problem>) {
    let mut problems = Vec::new();
    let demands = demand::collect(spec, intended);
    let mut needs = Vec::new();
    for (switch, demands) in spec.switches.iter().zip(&demands) {
        needs.push(size::need(spec, switch, demands, &mut problems));
    }
    let (quantities, switch_links) = spine::connect(spec, &needs, intended, &mut problems);
    let mut decisions = Vec::new();
    for (index, switch) in spec.switches.iter().enumerate() {
        let Some(need) = &needs[index] else { continue };
        let quantity = quantities[index];
        let problems = &mut problems;
        decisions.push(size::assign(
            spec,
            switch,
            &demands[index],
            need,
            quantity,
            problems,
        ));
    }
    if problems.iter().any(Problem::is_error) {
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
        placement
            .calculated
            .insert(switch.name.clone(), decision.quantity.calculated);
        for (zone, demand) in demands {
            let Some(assigned) = decision.assigned.get(zone) else {
                continue;
            };
            match ports::give(spec, switch, &switch.zones[*zone], demand, assigned) {
                Ok(links) => placement.server_links.extend(links),
                Err(problem) => problems.push(problem),
            }
        }
    }
    placement.server_links.sort();
    placement.switch_links.sort();
    let placed = !problems.iter().any(Problem::is_error);
    (placed.then_some(placement), problems)
}
