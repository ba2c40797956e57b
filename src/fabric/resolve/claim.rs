//! The zones of one switch class together: who gets which cage, and what the hardware allows.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::excluded;
use super::zone::{self, Draft};
use crate::fabric::catalog::SwitchProfile;
use crate::fabric::design::SwitchClass;
use crate::fabric::natural::{Natural, sorted};
use crate::fabric::ports::compact;
use crate::fabric::problem::{Fault, PortLimit, Problem, Subject};
use crate::fabric::spec::{Role, SwitchSpec, Topology, ZoneSpec, ZoneType};
use crate::fabric::units::{Mode, Speed, count};

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
    // A cage that is excluded stays as it is by default, whatever its zone is broken out as.
    problems.extend(excluded::exclude(class_name, class, profile, &mut zones));
    let of_zone = |zone: usize| Subject::Zone {
        class: class_name.to_owned(),
        zone: zones[zone].name.clone(),
    };
    for (zone, fault) in group_speeds(&zones, profile) {
        problems.push(Problem::new(of_zone(zone), Some("ports"), fault));
    }
    // A cage of a zone that is not understood may be run in any way.
    let limits = complete.then(|| port_limits(&zones, profile));
    for (zone, fault) in limits.into_iter().flatten() {
        let class = class_name.to_owned();
        problems.push(match zone {
            Some(zone) => Problem::new(of_zone(zone), Some("breakout"), fault),
            None => Problem::new(Subject::SwitchClass { class }, Some("zone"), fault),
        });
    }
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

/// Port groups that would run at two speeds, each with the zone that comes last to it.
fn group_speeds(zones: &[ZoneSpec], profile: &SwitchProfile) -> Vec<(usize, Fault)> {
    let mut faults = Vec::new();
    for group in &profile.groups {
        let uses = |zone: &ZoneSpec| zone.cages.iter().any(|cage| group.ports.contains(cage));
        let used: Vec<(usize, Speed)> = (0..)
            .zip(zones)
            .filter(|(_, zone)| uses(zone))
            .map(|(index, zone)| (index, zone.mode.speed))
            .collect();
        let speeds: BTreeSet<Speed> = used.iter().map(|(_, speed)| *speed).collect();
        let first = used.first().map(|(_, speed)| *speed);
        let last = used.iter().rfind(|(_, speed)| Some(*speed) != first);
        if let Some((zone, _)) = last {
            let fault = Fault::GroupSpeeds {
                group: group.name.clone(),
                ports: compact(group.ports.iter().copied()),
                speeds: speeds.into_iter().collect(),
            };
            faults.push((*zone, fault));
        }
    }
    faults
}

/// Limits on logical ports, each with the zone that adds most to what is too much. A cage outside of all
/// zones counts as it is by default.
fn port_limits(zones: &[ZoneSpec], profile: &SwitchProfile) -> Vec<(Option<usize>, Fault)> {
    let modes = modes(zones);
    let logical = |cage: &u32| {
        let default = || profile.port(*cage).map_or(0, |port| port.default.ports);
        modes.get(cage).map_or_else(default, |mode| mode.ports)
    };
    let fault = |limit: PortLimit, needed: u32, available: u32| {
        let profile = profile.name.clone();
        Fault::PortLimit {
            profile,
            limit,
            needed,
            available,
        }
    };
    let all: Vec<u32> = (1..=profile.cages()).collect();
    let needed: u32 = all.iter().map(logical).sum();
    let switch = profile.ports_max.filter(|available| needed > *available);
    let switch = switch.map(|available| {
        let fault = fault(PortLimit::Switch, needed, available);
        (most_split(zones, &all), fault)
    });
    // One breakout exceeds many pipelines alike: those with the same numbers are one fault.
    let mut alike: BTreeMap<_, Vec<(String, String)>> = BTreeMap::new();
    for pipeline in &profile.pipelines {
        let needed: u32 = pipeline.ports.iter().map(logical).sum();
        if needed > pipeline.ports_max {
            let ports = compact(pipeline.ports.iter().copied());
            let numbers = (
                most_split(zones, &pipeline.ports),
                needed,
                pipeline.ports_max,
            );
            let names = alike.entry(numbers).or_default();
            names.push((pipeline.name.clone(), ports));
        }
    }
    let pipelines = alike.into_iter().map(|((zone, needed, available), names)| {
        (zone, fault(PortLimit::Pipelines(names), needed, available))
    });
    switch.into_iter().chain(pipelines).collect()
}

/// Whether limits and port groups of the hardware allow a zone another mode, as far as they allow what there is.
pub(super) fn may_run(switch: &SwitchSpec<'_>, zone: usize, mode: Mode) -> bool {
    let beyond = |zones: &[ZoneSpec]| {
        let groups = group_speeds(zones, &switch.profile).into_iter();
        let groups = groups.map(|(zone, fault)| (Some(zone), fault));
        groups.chain(port_limits(zones, &switch.profile)).collect()
    };
    let before: Vec<(Option<usize>, Fault)> = beyond(&switch.zones);
    let mut zones = switch.zones.clone();
    zones[zone].mode = mode;
    beyond(&zones).iter().all(|fault| before.contains(fault))
}

/// Of some cages, the zone that makes most logical ports beyond one for each; the first of equals.
fn most_split(zones: &[ZoneSpec], cages: &[u32]) -> Option<usize> {
    let cages: BTreeSet<u32> = cages.iter().copied().collect();
    let more = |zone: &ZoneSpec| {
        let mine = zone.cages.iter().filter(|cage| cages.contains(cage));
        count(mine.count()) * (zone.mode.ports - 1)
    };
    let zones = (0..).zip(zones.iter().map(more));
    let split = zones.filter(|(_, more)| *more > 0);
    split
        .max_by_key(|(index, more)| (*more, Reverse(*index)))
        .map(|(index, _)| index)
}
