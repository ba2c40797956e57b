//! The switch classes of one fabric beside each other: who has nobody to talk to.

use std::collections::{BTreeMap, BTreeSet};

use crate::fabric::catalog::LeafLimit;
use crate::fabric::problem::{Fault, Problem, Subject};
use crate::fabric::spec::{Role, Spec, SwitchSpec, Topology, ZoneSpec, ZoneType};

pub(super) fn check(spec: &Spec<'_>) -> Vec<Problem> {
    let mut problems = lone_spines(spec);
    let mut fabrics: BTreeMap<&str, Vec<&SwitchSpec<'_>>> = BTreeMap::new();
    for switch in &spec.switches {
        fabrics.entry(&switch.fabric).or_default().push(switch);
    }
    for switches in fabrics.values() {
        problems.extend(beside_spines(spec, switches));
        problems.extend(l3_only(switches));
    }
    problems
}

/// Spines of fabrics that have no leaves, also none with a fault.
fn lone_spines(spec: &Spec<'_>) -> Vec<Problem> {
    let leaves = spec.switches.iter().filter(|switch| switch.role.is_leaf());
    let with_leaves: BTreeSet<&str> = leaves.map(|leaf| leaf.fabric.as_str()).collect();
    let lone = spec.switches.iter().filter(|switch| {
        let fabric = switch.fabric.as_str();
        !switch.role.is_leaf() && !with_leaves.contains(fabric) && spec.gaps.knows_leaves(fabric)
    });
    lone.map(|switch| {
        let fault = Fault::SpinesWithoutLeaves {
            fabric: switch.fabric.clone(),
            others: with_leaves.iter().copied().map(str::to_owned).collect(),
        };
        tell(&switch.name, "fabric", fault)
    })
    .collect()
}

/// Leaves whose uplinks all name far ends, none of which is a spine of their fabric.
fn beside_spines(spec: &Spec<'_>, switches: &[&SwitchSpec<'_>]) -> Vec<Problem> {
    let Some(spine) = switches.iter().find(|switch| switch.role == Role::Spine) else {
        return Vec::new();
    };
    let beside = |leaf: &&&SwitchSpec<'_>| {
        let mut uplinks = leaf.zones_of(ZoneType::Uplink).map(|(_, zone)| zone);
        let elsewhere = |zone: &ZoneSpec| {
            zone.peer.is_some_and(|(far, _)| {
                let far = &spec.switches[far];
                far.role != Role::Spine || far.fabric != leaf.fabric
            })
        };
        let leads_up = leaf.role.is_leaf() && leaf.topology == Topology::SpineLeaf;
        leads_up && leaf.zones_of(ZoneType::Uplink).next().is_some() && uplinks.all(elsewhere)
    };
    let leaves = switches.iter().filter(beside);
    leaves
        .map(|leaf| {
            let fault = Fault::LeafBesideSpines {
                fabric: leaf.fabric.clone(),
                spines: spine.name.clone(),
            };
            tell(&leaf.name, "zone", fault)
        })
        .collect()
}

/// Leaves that take L3 VPCs only, where another one of the fabric takes all: a VPC in the default mode
/// then attaches to some servers and not to others.
fn l3_only(switches: &[&SwitchSpec<'_>]) -> Vec<Problem> {
    let limited = |switch: &&SwitchSpec<'_>| switch.profile.leaf_limit == Some(LeafLimit::L3Only);
    let takes_all = |switch: &&SwitchSpec<'_>| {
        let mut features = switch.profile.features.iter();
        features.any(|feature| feature == "l2vni")
    };
    let serves = |switch: &&SwitchSpec<'_>| switch.zones_of(ZoneType::Server).next().is_some();
    let leaves = || {
        let leaves = switches.iter().copied();
        leaves.filter(|leaf| leaf.managed && leaf.role.is_leaf() && serves(leaf))
    };
    let Some(other) = leaves().find(takes_all) else {
        return Vec::new();
    };
    let found = leaves().filter(limited);
    found
        .map(|leaf| {
            let fault = Fault::L3OnlyLeaf {
                fabric: leaf.fabric.clone(),
                profile: leaf.profile.name.clone(),
                other: other.name.clone(),
            };
            tell(&leaf.name, "profile", fault)
        })
        .collect()
}

fn tell(class: &str, field: &'static str, fault: Fault) -> Problem {
    let class = class.to_owned();
    Problem::new(Subject::SwitchClass { class }, Some(field), fault)
}
