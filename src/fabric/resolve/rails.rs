//! Rails that look like slips of a digit: one that two cards have and another none, or numbers that are
//! shifted against those of another class.

use std::collections::{BTreeMap, BTreeSet};

use crate::fabric::problem::{Fault, Problem, Subject};
use crate::fabric::spec::{ServerSpec, Spec};

/// Positions of a switch class and of a zone in it.
type Place = (usize, usize);

/// Ports of one server by rail.
type Rails = BTreeMap<u32, u32>;

/// Server classes that were looked at, and their rails in one zone.
type Earlier<'s> = Vec<(&'s ServerSpec, BTreeSet<u32>)>;

pub(super) fn check(spec: &Spec<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut earlier: BTreeMap<Place, Earlier<'_>> = BTreeMap::new();
    for server in &spec.servers {
        for (place, ports) in rails(server) {
            let switch = &spec.switches[place.0];
            let zone = format!("{}/{}", switch.name, switch.zones[place.1].name);
            let mine: BTreeSet<u32> = ports.keys().copied().collect();
            let others = earlier.entry(place).or_default();
            let class = server.name.clone();
            let tell = |fault| Problem::new(Subject::ServerClass { class }, None, fault);
            if let Some((other, theirs)) = others.iter().find(|(_, theirs)| shifted(&mine, theirs))
            {
                problems.push(tell(Fault::RailsShifted {
                    zone,
                    rails: mine.iter().copied().collect(),
                    other: other.name.clone(),
                    others: theirs.iter().copied().collect(),
                }));
            } else if ports.values().collect::<BTreeSet<_>>().len() > 1 {
                let rails = ports.into_iter().collect();
                problems.push(tell(Fault::RailsUneven { zone, rails }));
            }
            others.push((server, mine));
        }
    }
    problems
}

fn rails(server: &ServerSpec) -> BTreeMap<Place, Rails> {
    let mut rails = BTreeMap::<Place, Rails>::new();
    for attachment in &server.attachments {
        if let Some(rail) = attachment.distribution.rail() {
            let zone = rails
                .entry((attachment.switch, attachment.zone))
                .or_default();
            *zone.entry(rail).or_default() += attachment.ports;
        }
    }
    rails
}

/// A class with fewer rails than another is nothing odd, nor are classes that share none.
fn shifted(a: &BTreeSet<u32>, b: &BTreeSet<u32>) -> bool {
    !a.is_disjoint(b) && !a.is_subset(b) && !b.is_subset(a)
}
