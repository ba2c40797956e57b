//! The zones of one switch class together: who gets which cage, and what the hardware allows.

use std::collections::{BTreeMap, BTreeSet};

use super::excluded;
use super::zone::{self, Draft};
use crate::fabric::catalog::SwitchProfile;
use crate::fabric::design::SwitchClass;
use crate::fabric::natural::{Natural, sorted};
use crate::fabric::ports::compact;
use crate::fabric::problem::{Fault, PortLimit, Problem, Subject};
use crate::fabric::spec::{Role, Topology, ZoneSpec, ZoneType};
use crate::fabric::units::{Mode, Speed};

/// All zones, or `None` if one of them cannot be understood.
pub(super) fn zones(
    class_name: &str,
    class: &SwitchClass,
    (role, topology): (Option<Role>, Option<Topology>),
    profile: &SwitchProfile,
    problems: &mut Vec<Problem>,
) -> Option<Vec<ZoneSpec>> {
    let drafts: Vec<Option<Draft>> = sorted(class.zones.keys())
        .into_iter()
        .map(|name| zone::draft(class_name, name, &class.zones[name], profile, problems))
        .collect();
    let complete = drafts.iter().all(Option::is_some);
    let drafts: Vec<Draft> = drafts.into_iter().flatten().collect();
    if let Some(role) = role {
        problems.extend(
            drafts
                .iter()
                .filter_map(|zone| fits_role(class_name, zone, role)),
        );
    }
    let mut zones = claim(class_name, topology, drafts, problems);
    let mut tell = |fault| {
        let subject = Subject::SwitchClass {
            class: class_name.to_owned(),
        };
        problems.push(Problem::new(subject, None, fault));
    };
    group_speeds(&zones, profile)
        .into_iter()
        .for_each(&mut tell);
    port_limits(&zones, profile).into_iter().for_each(&mut tell);
    // What the hardware allows counts excluded cages too: they are run as their zone is.
    problems.extend(excluded::exclude(class_name, class, profile, &mut zones));
    complete.then_some(zones)
}

fn fits_role(class: &str, zone: &Draft, role: Role) -> Option<Problem> {
    let fits = match zone.zone_type {
        ZoneType::Server => true,
        ZoneType::Fabric => !role.is_leaf(),
        ZoneType::Uplink
        | ZoneType::Mesh
        | ZoneType::Peer
        | ZoneType::Session
        | ZoneType::Mclag
        | ZoneType::Oob => role.is_leaf(),
    };
    let subject = Subject::Zone {
        class: class.to_owned(),
        zone: zone.name.clone(),
    };
    let fault = Fault::ZoneTypeForRole {
        zone_type: zone.zone_type.word(),
        role: role.word(),
    };
    (!fits).then(|| Problem::new(subject, Some("type"), fault))
}

/// Gives each cage to one zone: those between switches before those for servers, then the lower
/// priority, then the name. The zones come back in the order in which they give out ports.
fn claim(
    class: &str,
    topology: Option<Topology>,
    mut drafts: Vec<Draft>,
    problems: &mut Vec<Problem>,
) -> Vec<ZoneSpec> {
    // Uplinks of a mesh lead nowhere unless they name their far end.
    let idle = |zone: &Draft| {
        topology == Some(Topology::Mesh)
            && zone.zone_type == ZoneType::Uplink
            && zone.peer.is_none()
    };
    drafts.sort_by(|a, b| {
        let rank = |zone: &Draft| (idle(zone), zone.zone_type.is_for_servers(), zone.priority);
        (rank(a), Natural(&a.name)).cmp(&(rank(b), Natural(&b.name)))
    });
    let mut owners: BTreeMap<u32, String> = BTreeMap::new();
    let mut zones = Vec::new();
    for draft in drafts {
        let mut lost: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
        for cage in &draft.ports {
            if let Some(owner) = owners.get(cage) {
                lost.entry(owner).or_default().push(*cage);
            }
        }
        let subject = || Subject::Zone {
            class: class.to_owned(),
            zone: draft.name.clone(),
        };
        for (winner, cages) in &lost {
            let ports = compact(cages.iter().copied());
            let fault = Fault::ZonesOverlap {
                winner: (*winner).to_owned(),
                ports,
            };
            problems.push(Problem::new(subject(), Some("ports"), fault));
        }
        let taken: BTreeSet<u32> = lost.values().flatten().copied().collect();
        if taken.len() == draft.ports.len() {
            problems.push(Problem::new(
                subject(),
                Some("ports"),
                Fault::ZoneWithoutPorts,
            ));
        }
        let (name, ports) = (draft.name.clone(), draft.ports.clone());
        zones.push(zone::finish(draft, &taken));
        for cage in ports {
            owners.entry(cage).or_insert_with(|| name.clone());
        }
    }
    zones.sort_by(|a, b| (a.priority, Natural(&a.name)).cmp(&(b.priority, Natural(&b.name))));
    zones
}

/// How each cage of the zones is run.
fn modes(zones: &[ZoneSpec]) -> BTreeMap<u32, Mode> {
    zones
        .iter()
        .flat_map(|zone| zone.cages.iter().map(|cage| (*cage, zone.mode)))
        .collect()
}

fn group_speeds(zones: &[ZoneSpec], profile: &SwitchProfile) -> Vec<Fault> {
    let modes = modes(zones);
    let mut faults = Vec::new();
    for group in &profile.groups {
        let used = group.ports.iter().filter_map(|cage| modes.get(cage));
        let speeds: BTreeSet<Speed> = used.map(|mode| mode.speed).collect();
        if speeds.len() > 1 {
            faults.push(Fault::GroupSpeeds {
                group: group.name.clone(),
                ports: compact(group.ports.iter().copied()),
                speeds: speeds.into_iter().collect(),
            });
        }
    }
    faults
}

/// Limits on logical ports. A cage outside of all zones counts as it is by default.
fn port_limits(zones: &[ZoneSpec], profile: &SwitchProfile) -> Vec<Fault> {
    let modes = modes(zones);
    let logical = |cage: u32| {
        let default = || profile.port(cage).map_or(0, |port| port.default.ports);
        modes.get(&cage).map_or_else(default, |mode| mode.ports)
    };
    let mut faults = Vec::new();
    let mut check = |limit: PortLimit, needed: u32, available: u32| {
        if needed > available {
            let profile = profile.name.clone();
            faults.push(Fault::PortLimit {
                profile,
                limit,
                needed,
                available,
            });
        }
    };
    if let Some(available) = profile.ports_max {
        check(
            PortLimit::Switch,
            (1..=profile.cages()).map(logical).sum(),
            available,
        );
    }
    for pipeline in &profile.pipelines {
        let cages = compact(pipeline.ports.iter().copied());
        let limit = PortLimit::Pipeline {
            name: pipeline.name.clone(),
            cages,
        };
        check(
            limit,
            pipeline.ports.iter().map(|cage| logical(*cage)).sum(),
            pipeline.ports_max,
        );
    }
    // A slip in one breakout exceeds all 32 pipelines of a switch; the first says it all.
    let mut pipelines = 0;
    faults.retain(|fault| {
        let pipeline = matches!(
            fault,
            Fault::PortLimit {
                limit: PortLimit::Pipeline { .. },
                ..
            }
        );
        pipelines += u32::from(pipeline);
        !pipeline || pipelines == 1
    });
    faults
}
