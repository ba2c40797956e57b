//! Links between the leaves of a mesh: each pair has the same number of links of each speed.

use std::collections::{BTreeMap, BTreeSet};

use super::ports::switch_end;
use crate::fabric::placement::{LinkKind, Placement, SwitchEnd, SwitchLink};
use crate::fabric::spec::{Spec, SwitchSpec, Topology, ZoneType};
use crate::fabric::units::Speed;

/// A switch of a mesh with its ports, by speed, in the order in which they are given out.
struct Member {
    ports: BTreeMap<Speed, Vec<SwitchEnd>>,
}

/// Adds the links of all meshes. Intended ones stay where both ports still face each other.
pub(super) fn join(spec: &Spec<'_>, intended: Option<&Placement>, placement: &mut Placement) {
    let mesh = spec
        .switches
        .iter()
        .filter(|switch| switch.topology == Topology::Mesh);
    let fabrics: BTreeSet<&str> = mesh.map(|switch| switch.fabric.as_str()).collect();
    for fabric in fabrics {
        let members = members(spec, fabric, placement);
        let speeds: BTreeSet<Speed> = members
            .iter()
            .flat_map(|member| member.ports.keys().copied())
            .collect();
        for speed in speeds {
            placement
                .switch_links
                .extend(links(&members, speed, intended));
        }
    }
}

/// In natural order of classes, then by number.
fn members(spec: &Spec<'_>, fabric: &str, placement: &Placement) -> Vec<Member> {
    let mut members = Vec::new();
    for switch in spec
        .switches
        .iter()
        .filter(|switch| switch.fabric == fabric)
    {
        let quantity = placement.quantities.get(&switch.name).copied().unwrap_or(0);
        members.extend((1..=quantity).map(|number| member(switch, number)));
    }
    members
}

fn member(switch: &SwitchSpec<'_>, number: u32) -> Member {
    let mut ports = BTreeMap::<Speed, Vec<SwitchEnd>>::new();
    for (_, zone) in switch.zones_of(ZoneType::Mesh) {
        let ends = zone
            .slots
            .iter()
            .map(|port| switch_end(switch, number, zone, *port));
        ports.entry(zone.mode.speed).or_default().extend(ends);
    }
    Member { ports }
}

fn links(members: &[Member], speed: Speed, intended: Option<&Placement>) -> Vec<SwitchLink> {
    let ports: Vec<&[SwitchEnd]> = members
        .iter()
        .map(|member| member.ports.get(&speed).map_or(&[][..], Vec::as_slice))
        .collect();
    let fewest = ports.iter().map(|ports| ports.len()).min().unwrap_or(0);
    let Some(each) = fewest.checked_div(members.len().saturating_sub(1)) else {
        return Vec::new();
    };
    let mut pairs = BTreeMap::<(usize, usize), Vec<SwitchLink>>::new();
    for a in 0..members.len() {
        pairs.extend((a + 1..members.len()).map(|b| ((a, b), Vec::new())));
    }
    let mut used = keep(&ports, each, intended, &mut pairs);
    for ((a, b), links) in &mut pairs {
        while links.len() < each {
            let mut free = |member: usize| {
                let end = ports[member].iter().find(|end| !used.contains(*end))?;
                used.insert((*end).clone());
                Some(end.clone())
            };
            let (Some(a), Some(b)) = (free(*a), free(*b)) else {
                break;
            };
            let kind = LinkKind::Mesh;
            links.push(SwitchLink { kind, a, b });
        }
    }
    pairs.into_values().flatten().collect()
}

/// Intended links whose pair still has room; their ports.
fn keep(
    ports: &[&[SwitchEnd]],
    each: usize,
    intended: Option<&Placement>,
    pairs: &mut BTreeMap<(usize, usize), Vec<SwitchLink>>,
) -> BTreeSet<SwitchEnd> {
    let members = ports.iter().enumerate();
    let owner: BTreeMap<&SwitchEnd, usize> = members
        .flat_map(|(member, ports)| ports.iter().map(move |port| (port, member)))
        .collect();
    let mut used = BTreeSet::new();
    let links = intended.map_or(&[][..], |placement| &placement.switch_links);
    for link in links.iter().filter(|link| link.kind == LinkKind::Mesh) {
        let (Some(a), Some(b)) = (owner.get(&link.a), owner.get(&link.b)) else {
            continue;
        };
        let free = !used.contains(&link.a) && !used.contains(&link.b);
        // Classes that were renamed may have changed places in the order; the cable is the same.
        let Some(links) = pairs
            .get_mut(&(*a.min(b), *a.max(b)))
            .filter(|links| free && links.len() < each)
        else {
            continue;
        };
        used.extend([link.a.clone(), link.b.clone()]);
        links.push(link.clone());
    }
    used
}
