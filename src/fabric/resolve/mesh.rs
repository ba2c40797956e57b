//! Fabrics without spines: two or three leaves, each joined to each.
//!
//! Hedgehog documents meshes of up to three leaves, and up to release 25.05 of two where the silicon is
//! TH5; its validator checks neither.

use std::collections::{BTreeMap, BTreeSet};

use crate::fabric::limits::MESH_SWITCHES_MAX;
use crate::fabric::problem::{Fault, Problem, Subject};
use crate::fabric::release::Release;
use crate::fabric::spec::{Role, Spec, SwitchSpec, Topology, ZoneType};
use crate::fabric::units::Speed;

/// Switches of a mesh.
const SWITCHES: std::ops::RangeInclusive<u32> = 2..=MESH_SWITCHES_MAX;
/// Switches of a mesh of the silicon that cannot do three.
const SWITCHES_MAX_TH5: u32 = 2;
/// VLANs that Hedgehog reserves for links of TH5 switches by default: 3900-3999 (`th5-vlan` of the facts on
/// switch profiles).
const VLANS_TH5: u32 = 100;

pub(super) fn check(spec: &Spec<'_>, problems: &mut Vec<Problem>) {
    let mut fabrics: BTreeMap<&str, Vec<&SwitchSpec<'_>>> = BTreeMap::new();
    for switch in &spec.switches {
        fabrics.entry(&switch.fabric).or_default().push(switch);
    }
    for (fabric, switches) in fabrics {
        if let Some(problem) = one_control_plane(fabric, &switches) {
            problems.push(problem);
        }
        let mesh: Vec<&SwitchSpec<'_>> = switches
            .iter()
            .copied()
            .filter(|switch| switch.topology == Topology::Mesh)
            .collect();
        // A class that could not be understood may be one of a mesh.
        let complete = spec.gaps.knows_leaves(fabric);
        if !mesh.is_empty() {
            problems.extend(members(fabric, &switches, &mesh));
        }
        if mesh.is_empty() && complete {
            problems.extend(switches.iter().flat_map(|switch| idle_zones(switch)));
        } else if complete {
            problems.extend(size(fabric, &mesh, spec.release));
        }
    }
}

fn tell(switch: &SwitchSpec<'_>, field: &'static str, fault: Fault) -> Problem {
    let class = switch.name.clone();
    Problem::new(Subject::SwitchClass { class }, Some(field), fault)
}

/// The switches of one fabric are under one control plane or under none.
fn one_control_plane(fabric: &str, switches: &[&SwitchSpec<'_>]) -> Option<Problem> {
    let first = switches.first()?;
    let other = switches
        .iter()
        .find(|switch| switch.managed != first.managed)?;
    let fault = Fault::FabricClassMixed {
        fabric: fabric.to_owned(),
        other: first.name.clone(),
    };
    Some(tell(other, "fabric_class", fault))
}

fn idle_zones(switch: &SwitchSpec<'_>) -> Vec<Problem> {
    let zones = switch.zones_of(ZoneType::Mesh);
    let tell = |(_, zone): (usize, &crate::fabric::spec::ZoneSpec)| {
        let subject = Subject::Zone {
            class: switch.name.clone(),
            zone: zone.name.clone(),
        };
        Problem::new(subject, Some("type"), Fault::MeshZoneUnused)
    };
    zones.map(tell).collect()
}

/// A mesh has no spines, and all its leaves are of it.
fn members(fabric: &str, switches: &[&SwitchSpec<'_>], mesh: &[&SwitchSpec<'_>]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for switch in switches {
        let (fabric, other) = (fabric.to_owned(), mesh[0].name.clone());
        if switch.role == Role::Spine {
            let fault = Fault::MeshWithSpine { fabric, other };
            problems.push(tell(switch, "role", fault));
        } else if switch.topology == Topology::SpineLeaf {
            let fault = Fault::MeshMixed { fabric, other };
            problems.push(tell(switch, "topology", fault));
        }
    }
    problems
}

/// The number of switches is given, and each has ports for all others.
fn size(fabric: &str, mesh: &[&SwitchSpec<'_>], release: Option<Release>) -> Vec<Problem> {
    let without = mesh
        .iter()
        .filter(|switch| switch.override_quantity.is_none());
    let mut problems: Vec<Problem> = without
        .map(|switch| tell(switch, "override_quantity", Fault::MeshWithoutQuantity))
        .collect();
    if !problems.is_empty() {
        return problems;
    }
    let total = mesh
        .iter()
        .filter_map(|switch| switch.override_quantity)
        .fold(0, u32::saturating_add);
    if !SWITCHES.contains(&total) {
        let fabric = fabric.to_owned();
        return vec![tell(
            mesh[0],
            "override_quantity",
            Fault::MeshSize { fabric, total },
        )];
    }
    for switch in mesh {
        let is_th5 = switch.managed && switch.profile.silicon.contains("TH5");
        let is_limited = is_th5 && total > SWITCHES_MAX_TH5;
        if let Some(release) = release.filter(|_| is_limited) {
            let fault = Fault::MeshTooLarge {
                profile: switch.profile.name.clone(),
                total,
                limit: SWITCHES_MAX_TH5,
                release: release.to_string(),
                documented: release < Release::TH5_MESH_UNDOCUMENTED,
            };
            problems.push(tell(switch, "override_quantity", fault));
        }
        problems.extend(vlans(switch));
    }
    problems.extend(ports(fabric, mesh, total));
    problems
}

/// Links of a TH5 switch take a VLAN each of a range of their own.
fn vlans(switch: &SwitchSpec<'_>) -> Option<Problem> {
    let mut restrictions = switch.profile.restrictions.iter();
    let takes_vlans = switch.managed && restrictions.any(|code| code == "th5-vlan");
    let ports = ports_by_speed(switch).into_values().sum();
    let fault = Fault::MeshVlans {
        ports,
        limit: VLANS_TH5,
    };
    (takes_vlans && ports > VLANS_TH5).then(|| tell(switch, "zone", fault))
}

/// Ports towards the others, by speed.
fn ports_by_speed(switch: &SwitchSpec<'_>) -> BTreeMap<Speed, u32> {
    let mut ports = BTreeMap::new();
    for (_, zone) in switch.zones_of(ZoneType::Mesh) {
        *ports.entry(zone.mode.speed).or_default() += zone.capacity();
    }
    ports
}

fn ports(fabric: &str, mesh: &[&SwitchSpec<'_>], total: u32) -> Vec<Problem> {
    let others = total - 1;
    let mut problems = Vec::new();
    let mut shapes: BTreeSet<BTreeMap<Speed, u32>> = BTreeSet::new();
    for switch in mesh {
        let ports = ports_by_speed(switch);
        let available: u32 = ports.values().map(|ports| ports / others * others).sum();
        if available < others {
            let fabric = fabric.to_owned();
            let available = ports.values().sum();
            let fault = Fault::MeshPorts {
                fabric,
                needed: others,
                available,
            };
            problems.push(tell(switch, "zone", fault));
        } else if let Some(spare) = ports
            .values()
            .map(|ports| ports % others)
            .max()
            .filter(|n| *n > 0)
        {
            let fault = Fault::MeshPortsSpare { spare, others };
            problems.push(tell(switch, "zone", fault));
        }
        shapes.insert(ports);
    }
    if problems.iter().all(|problem| !problem.is_error()) && shapes.len() > 1 {
        let list = |switch: &&SwitchSpec<'_>| {
            let ports = ports_by_speed(switch);
            let ports: Vec<String> = ports
                .iter()
                .map(|(speed, n)| format!("{n} x {speed}"))
                .collect();
            format!("{} has {}", switch.name, ports.join(" and "))
        };
        let fault = Fault::MeshUneven {
            fabric: fabric.to_owned(),
            ports: mesh.iter().map(list).collect(),
        };
        problems.push(tell(mesh[0], "zone", fault));
    }
    problems
}
