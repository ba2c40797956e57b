//! Names that cannot be, found without a placement: devices that there will be whatever the quantities.

use std::collections::BTreeSet;

use super::{Names, check};
use crate::fabric::design::Design;
use crate::fabric::placement::DeviceKey;
use crate::fabric::problem::{Problem, Subject};
use crate::fabric::spec::{Spec, SwitchSpec};

/// Faults of the names of all servers, and of the first switch of each class that is needed.
///
/// A class about which something has been said is left out, and so are all where the templates are not
/// what is meant.
pub(in crate::fabric) fn names(
    design: &Design,
    spec: &Spec<'_>,
    problems: &[Problem],
) -> Vec<Problem> {
    if design.unread.contains(&Subject::Plan) || !check::templates(design).is_empty() {
        return Vec::new();
    }
    let errors = problems.iter().filter(|problem| problem.is_error());
    let mut told: BTreeSet<&Subject> = errors.map(|problem| &problem.locus.subject).collect();
    told.extend(&design.unread);
    let servers = spec.servers.iter().flat_map(|server| {
        let class = &server.name;
        let subject = Subject::ServerClass {
            class: class.clone(),
        };
        let numbers = server.numbers.iter();
        numbers.map(move |index| (key(class, *index), subject.clone()))
    });
    let needed = needed(spec);
    let switches = spec.switches.iter().filter(|switch| {
        let there = needed.contains(switch.name.as_str()) || switch.min_quantity > 0;
        switch.override_quantity.map_or(there, |given| given > 0)
    });
    let switches = switches.map(|switch| {
        let class = switch.name.clone();
        (key(&switch.name, 1), Subject::SwitchClass { class })
    });
    let devices = switches.chain(servers);
    check::devices(
        &Names::new(design),
        devices.filter(|(_, subject)| !told.contains(subject)),
    )
}

fn key(class: &str, index: u32) -> DeviceKey {
    DeviceKey {
        class: class.to_owned(),
        index,
    }
}

/// Classes that servers are attached to, and the spines of their fabrics.
fn needed<'s>(spec: &'s Spec<'_>) -> BTreeSet<&'s str> {
    let built = spec.servers.iter().filter(|s| !s.numbers.is_empty());
    let attachments = built.flat_map(|server| &server.attachments);
    let leaves: Vec<&SwitchSpec<'_>> = attachments
        .map(|attachment| &spec.switches[attachment.switch])
        .collect();
    let fabrics: BTreeSet<&str> = leaves.iter().map(|leaf| leaf.fabric.as_str()).collect();
    let spines = spec.switches.iter();
    let spines =
        spines.filter(|switch| !switch.role.is_leaf() && fabrics.contains(switch.fabric.as_str()));
    let all = leaves.into_iter().chain(spines);
    all.map(|switch| switch.name.as_str()).collect()
}
