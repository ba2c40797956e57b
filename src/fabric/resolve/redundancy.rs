//! Redundancy: what attachments ask of it, and whether switches and release can do it.

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::Severity;
use crate::fabric::problem::{Fault, Problem, Subject};
use crate::fabric::release::Release;
use crate::fabric::spec::{
    AttachmentType, RedundancySpec, RedundancyType, Role, Spec, SwitchSpec, Topology, ZoneType,
};

/// Marks the redundancy that is in use, and says what cannot be built or is of no use.
pub(super) fn check(spec: &mut Spec<'_>, problems: &mut Vec<Problem>) {
    // Also where an attachment cannot use it, which is told.
    let mut wanted = BTreeSet::new();
    for server in &spec.servers {
        for attachment in &server.attachments {
            let AttachmentType::Redundant(kind) = attachment.kind else {
                continue;
            };
            wanted.insert(attachment.switch);
            let switch = &mut spec.switches[attachment.switch];
            for fault in make_use(kind, switch, spec.release) {
                let subject = Subject::Attachment {
                    class: server.name.clone(),
                    attachment: attachment.name.clone(),
                };
                problems.push(Problem::new(subject, Some("type"), fault));
            }
        }
    }
    // A fabric has its groups to itself.
    let mut groups: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    for (position, switch) in spec.switches.iter().enumerate() {
        let redundancy = switch.redundancy.as_ref();
        if redundancy.is_none_or(|redundancy| redundancy.kind != RedundancyType::Mclag) {
            problems.extend(idle_zones(switch));
        }
        let Some(redundancy) = redundancy else {
            continue;
        };
        let mut tell = |field, fault| {
            let class = switch.name.clone();
            problems.push(Problem::new(Subject::Redundancy { class }, field, fault));
        };
        if let Some(other) = groups.insert((&switch.fabric, &redundancy.group), &switch.name) {
            let fault = Fault::GroupNameTwice {
                group: redundancy.group.clone(),
                other: other.to_owned(),
            };
            tell(Some("group"), fault);
        }
        let kind = redundancy.kind.word();
        for what in idle_links(redundancy) {
            let redundancy = kind;
            tell(Some(what), Fault::PairLinksUnused { what, redundancy });
        }
        if switch.role == Role::Spine {
            tell(None, Fault::RedundancyOnSpine { redundancy: kind });
        } else if redundancy.used {
            problems.extend(pair_ports(switch, redundancy));
        } else if spec.gaps.knows_askers(position) && !wanted.contains(&position) {
            // An attachment that could not be understood may use it.
            let unable = ability(redundancy.kind, switch, spec.release);
            let fault = Fault::RedundancyUnused {
                redundancy: kind,
                impossible: unable.is_some_and(|fault| fault.severity() == Severity::Error),
            };
            tell(Some("type"), fault);
        }
    }
}

/// Marks the redundancy of a switch as used, or says why an attachment cannot use it.
fn make_use(
    kind: RedundancyType,
    switch: &mut SwitchSpec<'_>,
    release: Option<Release>,
) -> Vec<Fault> {
    if switch.role == Role::Spine {
        return vec![Fault::BundleOnSpine {
            kind: kind.word(),
            class: switch.name.clone(),
        }];
    }
    let unable = ability(kind, switch, release);
    let impossible = unable
        .as_ref()
        .is_some_and(|fault| fault.severity() == Severity::Error);
    let mut faults = Vec::new();
    match &mut switch.redundancy {
        Some(redundancy) if redundancy.kind == kind => redundancy.used = true,
        // What the switch cannot do is not to be declared either.
        _ if impossible => {}
        other => faults.push(Fault::RedundancyMissing {
            kind: kind.word(),
            class: switch.name.clone(),
            found: other.as_ref().map(|redundancy| redundancy.kind.word()),
        }),
    }
    faults.extend(unable);
    faults
}

/// Why the switch or the release cannot do it, or soon cannot.
fn ability(
    kind: RedundancyType,
    switch: &SwitchSpec<'_>,
    release: Option<Release>,
) -> Option<Fault> {
    // Of a switch that Hedgehog does not manage its release says nothing.
    let mclag = release.filter(|_| kind == RedundancyType::Mclag && switch.managed);
    if let Some(release) = mclag.filter(|release| *release >= Release::MCLAG_REMOVED) {
        return Some(Fault::MclagRemoved {
            release: release.to_string(),
        });
    }
    let feature = kind.word();
    if !switch.profile.features.iter().any(|has| has == feature) {
        return Some(Fault::FeatureMissing {
            feature,
            class: switch.name.clone(),
            profile: switch.profile.name.clone(),
        });
    }
    if kind == RedundancyType::Eslag && switch.topology == Topology::Mesh {
        return Some(Fault::EslagInMesh {
            class: switch.name.clone(),
        });
    }
    let deprecated = mclag.filter(|release| *release >= Release::MCLAG_DEPRECATED)?;
    Some(Fault::MclagDeprecated {
        release: deprecated.to_string(),
    })
}

/// Zones between the switches of a pair, in a class that has no pairs.
fn idle_zones(switch: &SwitchSpec<'_>) -> Vec<Problem> {
    let between = [ZoneType::Peer, ZoneType::Session, ZoneType::Mclag];
    let zones = switch
        .zones
        .iter()
        .filter(|zone| between.contains(&zone.zone_type));
    let tell = |zone: &crate::fabric::spec::ZoneSpec| {
        let subject = Subject::Zone {
            class: switch.name.clone(),
            zone: zone.name.clone(),
        };
        let fault = Fault::PairZoneUnused {
            zone_type: zone.zone_type.word(),
        };
        Problem::new(subject, Some("type"), fault)
    };
    zones.map(tell).collect()
}

/// Numbers of links between switches of a group, where these have none.
fn idle_links(redundancy: &RedundancySpec) -> impl Iterator<Item = &'static str> {
    let idle = redundancy.kind != RedundancyType::Mclag;
    let wishes = [
        ("peer_links", redundancy.peer_links),
        ("session_links", redundancy.session_links),
    ];
    let given = wishes
        .into_iter()
        .filter(move |(_, wish)| idle && wish.is_some());
    given.map(|(what, _)| what)
}

/// An MCLAG pair has links for traffic and for the session, in zones of their own or in one for both.
fn pair_ports(switch: &SwitchSpec<'_>, redundancy: &RedundancySpec) -> Option<Problem> {
    if redundancy.kind != RedundancyType::Mclag {
        return None;
    }
    let ports = |zone_type| -> u32 {
        switch
            .zones_of(zone_type)
            .map(|(_, zone)| zone.capacity())
            .sum()
    };
    let class = switch.name.clone();
    let wanted = redundancy.pair_links(ports(ZoneType::Peer), ports(ZoneType::Session));
    let shared = ports(ZoneType::Mclag);
    let beyond = |wanted: u32, own: u32| wanted.saturating_sub(own);
    let from_shared = beyond(wanted.peer, ports(ZoneType::Peer))
        .saturating_add(beyond(wanted.session, ports(ZoneType::Session)));
    if wanted.peer == 0 || wanted.session == 0 {
        let what = if wanted.peer == 0 {
            "peer_links"
        } else {
            "session_links"
        };
        let fault = Fault::NoPairLinks { what };
        let subject = Subject::Redundancy { class };
        return Some(Problem::new(subject, Some(what), fault));
    }
    (from_shared > shared).then(|| {
        let fault = Fault::PairPorts {
            peer: wanted.peer,
            session: wanted.session,
            peer_ports: ports(ZoneType::Peer),
            session_ports: ports(ZoneType::Session),
            shared,
        };
        Problem::new(Subject::SwitchClass { class }, Some("zone"), fault)
    })
}
