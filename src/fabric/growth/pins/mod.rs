//! `pins`: cables whose ports are chosen by hand.
//!
//! A pin is not a second way to place. Everything is placed without pins first; then pinned cables
//! take their ports, others give way, and what results is placed again as if it had been intended:
//! a server's port is then a link that is legal and stays, or that its distribution does not allow,
//! which is an error. Where that fails, or takes more switches, everything in the zones of the pins but
//! the pinned cables and rails is placed anew. A leaf's uplink is exchanged with others at the end, so
//! that no leaf has more or fewer links to a spine than before.

mod fabric;
mod read;
mod servers;

use std::collections::BTreeSet;

use read::{Pin, Target};

use crate::fabric::design::Design;
use crate::fabric::name::{self, Names};
use crate::fabric::place;
use crate::fabric::placement::{Placement, SwitchEnd};
use crate::fabric::problem::{Fault, PinFault, Problem, Subject};
use crate::fabric::spec::Spec;

/// A placement that honours all pins.
pub(in crate::fabric) struct Pinned {
    pub placement: Option<Placement>,
    pub problems: Vec<Problem>,
    /// Ports that pins name, on the side that gives them.
    pub ports: BTreeSet<SwitchEnd>,
}

/// [`place::place`], with the design's pins.
pub(in crate::fabric) fn place(
    design: &Design,
    spec: &Spec<'_>,
    intended: Option<&Placement>,
) -> Pinned {
    let (placement, mut problems) = place::place(spec, intended);
    let mut ports = BTreeSet::new();
    let free = match placement {
        Some(placement) if !design.pins.is_empty() => placement,
        placement => {
            problems.extend(read::malformed(design));
            return Pinned {
                placement,
                problems,
                ports,
            };
        }
    };
    let (pins, faults) = read::read(design, spec, &free);
    problems.extend(faults);
    ports.extend(pins.iter().map(|pin| pin.to.clone()));
    let wanted = servers::take(spec, &free, &pins);
    let mut tried = attempt(design, spec, &wanted, &pins);
    if tried.switches() > switches(&free) {
        let alone = servers::without_others(spec, &free, &pins);
        let anew = attempt(design, spec, &servers::take(spec, &alone, &pins), &pins);
        if anew.problems.is_empty() && anew.switches() < tried.switches() {
            tried = anew;
        }
    }
    problems.extend(tried.problems);
    let placement = tried.placement;
    let placed = !problems.iter().any(Problem::is_error);
    Pinned {
        placement: placement.filter(|_| placed),
        problems,
        ports,
    }
}

/// What came of placing pins on top of these links.
struct Attempt {
    placement: Option<Placement>,
    problems: Vec<Problem>,
}

impl Attempt {
    /// How many there are; more than any number if the pins are not kept.
    fn switches(&self) -> u64 {
        let kept = self.placement.as_ref().filter(|_| self.problems.is_empty());
        kept.map_or(u64::MAX, switches)
    }
}

fn switches(placement: &Placement) -> u64 {
    placement.quantities.values().copied().map(u64::from).sum()
}

fn attempt(design: &Design, spec: &Spec<'_>, wanted: &Placement, pins: &[Pin]) -> Attempt {
    let (placement, found) = place::place(spec, Some(wanted));
    // What is told about sizes and links is the same each time.
    let mut problems: Vec<Problem> = found.into_iter().filter(Problem::is_error).collect();
    let placement = placement.map(|mut placement| {
        fabric::exchange(spec, &mut placement, pins);
        problems.extend(broken(design, &placement, pins));
        placement
    });
    Attempt {
        placement,
        problems,
    }
}

fn problem(pin: &str, to: &str, fault: PinFault) -> Problem {
    let (pin, to) = (pin.to_owned(), to.to_owned());
    let subject = Subject::Pin { pin: pin.clone() };
    Problem::new(subject, None, Fault::Pin { pin, to, fault })
}

/// Pins that the placement does not have, with what it has instead.
fn broken(design: &Design, placement: &Placement, pins: &[Pin]) -> Vec<Problem> {
    let names = Names::new(design);
    let found = |pin: &Pin| match &pin.of {
        Target::Server { end, .. } => {
            let links = &placement.server_links;
            let link = links.iter().find(|link| link.server == *end);
            link.map(|link| link.switch.clone())
        }
        Target::Leaf { end } => {
            let links = &placement.switch_links;
            let link = links.iter().find(|link| link.a == *end);
            link.map(|link| link.b.clone())
        }
    };
    let mut problems = Vec::new();
    for pin in pins {
        let found = found(pin);
        if found.as_ref() != Some(&pin.to) {
            let instead = found.map_or_else(String::new, |end| {
                format!("{}/{}", names.device(&end.device), name::port(end.port))
            });
            let rule = match pin.of {
                Target::Server { distribution, .. } => distribution,
                Target::Leaf { .. } => "an equal number of links to every spine",
            };
            problems.push(problem(&pin.a, &pin.b, PinFault::Rule { rule, instead }));
        }
    }
    problems
}
