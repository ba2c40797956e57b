//! One switch class by itself.

use std::collections::{BTreeMap, BTreeSet};

use super::zone::{self, Draft};
use crate::fabric::catalog::{Catalog, ProfileRole, SwitchProfile};
use crate::fabric::design::SwitchClass;
use crate::fabric::limits::SWITCHES_PER_CLASS_MAX;
use crate::fabric::natural::{Natural, sorted};
use crate::fabric::near::near;
use crate::fabric::ports::compact;
use crate::fabric::problem::{Fault, PortLimit, Problem, Subject};
use crate::fabric::spec::{RedundancyType, Role, SwitchSpec, ZoneSpec, ZoneType};
use crate::fabric::units::{Mode, Speed};

const FABRIC_CLASSES: &[&str] = &["managed", "unmanaged"];

pub(crate) fn resolve<'a>(
    name: &str,
    class: &SwitchClass,
    catalog: &'a Catalog,
) -> (Option<SwitchSpec<'a>>, Vec<Problem>) {
    let mut problems = Vec::new();
    let subject = || Subject::SwitchClass {
        class: name.to_owned(),
    };
    super::check_name(name, subject(), &mut problems);
    let mut tell = |field, fault| problems.push(Problem::new(subject(), field, fault));
    let role = Role::parse(&class.role);
    if role.is_none() {
        let fault = Fault::UnknownWord {
            word: class.role.clone(),
            allowed: Role::WORDS,
        };
        tell(Some("role"), fault);
    }
    let managed = managed(class)
        .map_err(|fault| tell(Some("fabric_class"), fault))
        .ok();
    let redundancy = redundancy(class)
        .map_err(|fault| tell(Some("redundancy"), fault))
        .ok();
    for (field, fault) in quantities(class) {
        tell(Some(field), fault);
    }
    let Some(profile) = catalog.profile(&class.profile) else {
        let near = near(&class.profile, catalog.profiles.keys());
        tell(
            Some("profile"),
            Fault::UnknownProfile {
                profile: class.profile.clone(),
                near,
            },
        );
        return (None, problems);
    };
    if let Some(role) = role.filter(|role| !documented(*role, profile)) {
        let fault = Fault::RoleNotDocumented {
            profile: profile.name.clone(),
            role: role.word(),
        };
        tell(Some("role"), fault);
    }
    if let Some(redundancy) = redundancy.flatten() {
        // No attachment type uses redundancy yet.
        tell(
            Some("redundancy"),
            Fault::RedundancyUnused {
                redundancy: redundancy.word(),
            },
        );
    }
    let zones = zones(name, class, role, profile, &mut problems);
    let spec = || {
        Some(SwitchSpec {
            name: name.to_owned(),
            fabric: class.fabric.clone(),
            managed: managed?,
            role: role?,
            profile,
            zones: zones?,
            redundancy: redundancy?,
            override_quantity: class.override_quantity,
            min_quantity: class.min_quantity.unwrap_or(0),
        })
    };
    (spec(), problems)
}

fn managed(class: &SwitchClass) -> Result<bool, Fault> {
    match class.fabric_class.as_deref() {
        None | Some("managed") => Ok(true),
        Some("unmanaged") => Ok(false),
        Some(word) => Err(Fault::UnknownWord {
            word: word.to_owned(),
            allowed: FABRIC_CLASSES,
        }),
    }
}

fn redundancy(class: &SwitchClass) -> Result<Option<RedundancyType>, Fault> {
    let Some(redundancy) = &class.redundancy else {
        return Ok(None);
    };
    let word = &redundancy.redundancy_type;
    let fault = || Fault::UnknownWord {
        word: word.clone(),
        allowed: RedundancyType::WORDS,
    };
    RedundancyType::parse(word).map(Some).ok_or_else(fault)
}

fn quantities(class: &SwitchClass) -> Vec<(&'static str, Fault)> {
    let mut faults = Vec::new();
    let both = [
        ("override_quantity", class.override_quantity),
        ("min_quantity", class.min_quantity),
    ];
    for (field, quantity) in both {
        if let Some(quantity) = quantity.filter(|quantity| *quantity > SWITCHES_PER_CLASS_MAX) {
            let (count, limit) = (u64::from(quantity), u64::from(SWITCHES_PER_CLASS_MAX));
            faults.push((
                field,
                Fault::TooMany {
                    what: "switches",
                    count,
                    limit,
                },
            ));
        }
    }
    if let (Some(override_quantity), Some(min_quantity)) =
        (class.override_quantity, class.min_quantity)
        && override_quantity < min_quantity
    {
        let fault = Fault::OverrideBelowMinimum {
            override_quantity,
            min_quantity,
        };
        faults.push(("override_quantity", fault));
    }
    faults
}

fn documented(role: Role, profile: &SwitchProfile) -> bool {
    profile.roles.contains(if role.is_leaf() {
        &ProfileRole::Leaf
    } else {
        &ProfileRole::Spine
    })
}

/// All zones, or `None` if one of them cannot be understood.
fn zones(
    class_name: &str,
    class: &SwitchClass,
    role: Option<Role>,
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
    let zones = claim(class_name, drafts, problems);
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
    complete.then_some(zones)
}

fn fits_role(class: &str, zone: &Draft, role: Role) -> Option<Problem> {
    let fits = match zone.zone_type {
        ZoneType::Server => true,
        ZoneType::Uplink => role.is_leaf(),
        ZoneType::Fabric => !role.is_leaf(),
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

/// Gives each cage to one zone: uplinks and fabric ports before server ports, then the lower
/// priority, then the name. The zones come back in the order in which they give out ports.
fn claim(class: &str, mut drafts: Vec<Draft>, problems: &mut Vec<Problem>) -> Vec<ZoneSpec> {
    drafts.sort_by(|a, b| {
        let server = |zone: &Draft| zone.zone_type == ZoneType::Server;
        (server(a), a.priority, Natural(&a.name)).cmp(&(server(b), b.priority, Natural(&b.name)))
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
