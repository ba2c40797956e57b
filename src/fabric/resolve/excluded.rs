//! `excluded_ports`: cages that no zone gives out, because they are broken or kept for others.

use std::collections::BTreeSet;

use crate::fabric::catalog::SwitchProfile;
use crate::fabric::design::SwitchClass;
use crate::fabric::ports::{compact, expand};
use crate::fabric::problem::{Fault, Problem, Subject};
use crate::fabric::spec::{Spec, ZoneSpec};

/// The cages that a class excludes. Empty where what is written cannot be read.
pub(crate) fn cages(class: &SwitchClass) -> BTreeSet<u32> {
    let ports = class.excluded_ports.as_deref().map(expand);
    ports
        .and_then(Result::ok)
        .unwrap_or_default()
        .into_iter()
        .collect()
}

/// Takes excluded cages out of all zones of a class.
pub(super) fn exclude(
    name: &str,
    class: &SwitchClass,
    profile: &SwitchProfile,
    zones: &mut [ZoneSpec],
) -> Vec<Problem> {
    let Some(text) = &class.excluded_ports else {
        return Vec::new();
    };
    let mut problems = Vec::new();
    let mut tell = |fault| {
        let subject = Subject::SwitchClass {
            class: name.to_owned(),
        };
        problems.push(Problem::new(subject, Some("excluded_ports"), fault));
    };
    if let Err(fault) = expand(text) {
        let spec = text.clone();
        tell(Fault::ExcludedPorts { spec, fault });
        return problems;
    }
    let excluded = cages(class);
    let lacks = |cage: &u32| profile.port(*cage).is_none();
    let outside: Vec<u32> = excluded.iter().copied().filter(lacks).collect();
    if !outside.is_empty() {
        tell(Fault::PortsOutsideProfile {
            ports: compact(outside),
            profile: profile.name.clone(),
            last: profile.cages(),
        });
    }
    for zone in zones.iter_mut().filter(|zone| !zone.slots.is_empty()) {
        zone.cages.retain(|cage| !excluded.contains(cage));
        zone.slots.retain(|port| !excluded.contains(&port.cage));
        zone.slot_of = zone.slots.iter().copied().zip(0..).collect();
        if zone.slots.is_empty() {
            tell(Fault::ZoneExcluded {
                zone: zone.name.clone(),
            });
        }
    }
    problems
}

/// Attachments whose zone has no port left.
pub(super) fn needed(spec: &Spec<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for server in spec
        .servers
        .iter()
        .filter(|server| !server.numbers.is_empty())
    {
        for attachment in &server.attachments {
            let switch = &spec.switches[attachment.switch];
            let zone = &switch.zones[attachment.zone];
            if zone.slots.is_empty() {
                let subject = Subject::Attachment {
                    class: server.name.clone(),
                    attachment: attachment.name.clone(),
                };
                let zone = format!("{}/{}", switch.name, zone.name);
                problems.push(Problem::new(
                    subject,
                    Some("zone"),
                    Fault::NoPortsLeft { zone },
                ));
            }
        }
    }
    problems
}
