//! `excluded_ports`: cages that no zone gives out, because they are broken or kept for others.

use std::collections::BTreeSet;

use crate::fabric::catalog::SwitchProfile;
use crate::fabric::design::SwitchClass;
use crate::fabric::ports::{compact, expand};
use crate::fabric::problem::{Fault, Problem, Subject};
use crate::fabric::resolve::outside;
use crate::fabric::spec::{Spec, ZoneSpec};

/// The cages that a class excludes. Empty where what is written cannot be read.
pub(super) fn cages(class: &SwitchClass) -> BTreeSet<u32> {
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
    if let Some(fault) = outside("excluded_ports", &excluded, profile) {
        tell(fault);
    }
    for zone in zones.iter_mut().filter(|zone| !zone.slots.is_empty()) {
        let cages = std::mem::take(&mut zone.cages);
        let (gone, left): (Vec<u32>, _) =
            cages.into_iter().partition(|cage| excluded.contains(cage));
        zone.cages = left;
        zone.slots.retain(|port| !excluded.contains(&port.cage));
        zone.slot_of = zone.slots.iter().copied().zip(0..).collect();
        zone.all_excluded = zone.slots.is_empty();
        if zone.all_excluded {
            let (name, ports) = (zone.name.clone(), compact(gone));
            let peer = class.zones.get(&name).and_then(|zone| zone.peer.clone());
            tell(match peer.filter(|_| zone.names_far_end) {
                Some(peer) => Fault::FarEndExcluded {
                    zone: name,
                    ports,
                    peer,
                },
                None => Fault::ZoneExcluded { zone: name },
            });
        }
    }
    problems
}

/// Attachments, and zones that name their far end, where no port is left at the other end.
pub(super) fn needed(spec: &Spec<'_>) -> Vec<Problem> {
    let left = |(switch, zone): (usize, usize)| {
        let switch = &spec.switches[switch];
        let zone = &switch.zones[zone];
        zone.all_excluded.then(|| Fault::NoPortsLeft {
            zone: format!("{}/{}", switch.name, zone.name),
        })
    };
    let servers = spec.servers.iter();
    let built = servers.filter(|server| !server.numbers.is_empty());
    let attachments = built.flat_map(|server| {
        server.attachments.iter().filter_map(move |attachment| {
            let subject = Subject::Attachment {
                class: server.name.clone(),
                attachment: attachment.name.clone(),
            };
            let fault = left((attachment.switch, attachment.zone))?;
            Some(Problem::new(subject, Some("zone"), fault))
        })
    });
    let switches = spec.switches.iter();
    let zones = switches.flat_map(|switch| {
        switch.zones.iter().filter_map(move |zone| {
            let subject = Subject::Zone {
                class: switch.name.clone(),
                zone: zone.name.clone(),
            };
            let fault = left(zone.peer?)?;
            Some(Problem::new(subject, Some("peer"), fault))
        })
    });
    attachments.chain(zones).collect()
}
