//! Links between switches that are no leaf and spine: named far ends, meshes, MCLAG pairs.

use std::collections::{BTreeMap, BTreeSet};

use super::{View, zones};
use crate::fabric::blueprint::{Cable, CableEnd, CableKind, Device};
use crate::fabric::design::Zone;
use crate::fabric::placement::LinkKind;

/// One end of a cable on a switch.
struct End<'v> {
    device: &'v Device,
    zone_name: &'v str,
    zone: &'v Zone,
    speed: String,
}

pub(super) fn check(view: &mut View<'_>) {
    let mut complaints = Vec::new();
    for kind in LinkKind::ALL {
        let cables = view.cables_of(CableKind::Switches(kind));
        let mut ends = Vec::new();
        for cable in cables {
            match (end(view, &cable.a), end(view, &cable.b)) {
                (Some(a), Some(b)) if a.speed == b.speed => ends.push((cable, a, b)),
                _ => complaints.push(format!("{} does not join two switches", cable.key)),
            }
        }
        match kind {
            // The audit of fabrics has these.
            LinkKind::Fabric => {}
            LinkKind::PeerUplink => uplinks(view, "uplink", &ends, &mut complaints),
            LinkKind::OobUplink => uplinks(view, "oob", &ends, &mut complaints),
            LinkKind::Mesh => mesh(view, &ends, &mut complaints),
            LinkKind::MclagPeer => pairs(view, "peer", &ends, &mut complaints),
            LinkKind::MclagSession => pairs(view, "session", &ends, &mut complaints),
        }
    }
    view.complaints.extend(complaints);
}

fn end<'v>(view: &View<'v>, end: &CableEnd) -> Option<End<'v>> {
    let (device, port) = view.switch_port(&end.device, &end.interface)?;
    let (zone, (_, speed)) = zones::zone_of(view, device, port)?;
    Some(End {
        device,
        zone_name: port.zone.as_deref()?,
        zone,
        speed,
    })
}

type Joined<'v> = (&'v Cable, End<'v>, End<'v>);

/// Each port of a zone that names its far end leads there, evenly over the far switches.
fn uplinks(view: &View<'_>, zone_type: &str, ends: &[Joined<'_>], complaints: &mut Vec<String>) {
    let mut links: BTreeMap<(&str, &str), BTreeMap<&str, u32>> = BTreeMap::new();
    for (cable, a, b) in ends {
        let far = format!("{}/{}", b.device.key.class, b.zone_name);
        if a.zone.zone_type != zone_type || a.zone.peer.as_ref() != Some(&far) {
            complaints.push(format!("{} ends in {far}", cable.key));
        }
        let near = links.entry((&a.device.name, a.zone_name)).or_default();
        *near.entry(&b.device.name).or_default() += 1;
    }
    for device in &view.blueprint.devices {
        let Some(class) = view.design.switch_classes.get(&device.key.class) else {
            continue;
        };
        for (name, zone) in &class.zones {
            let Some((far, _)) = zone.peer.as_deref().and_then(|peer| peer.split_once('/')) else {
                continue;
            };
            if zone.zone_type != zone_type {
                continue;
            }
            let far = view
                .blueprint
                .switch_counts
                .get(far)
                .map_or(0, |count| count.effective);
            let near = links
                .remove(&(device.name.as_str(), name.as_str()))
                .unwrap_or_default();
            let wanted: u32 = device
                .interfaces
                .iter()
                .filter(|port| port.zone.as_ref() == Some(name) && port.enabled)
                .map(|_| 1)
                .sum();
            let most = near.values().copied().max().unwrap_or(0);
            let sum: u32 = near.values().sum();
            if sum != wanted || sum == 0 || far == 0 || most > sum.div_ceil(far.max(1)) {
                complaints.push(format!("{} {name} leads to {near:?}", device.name));
            }
        }
    }
}

/// Each leaf of a mesh is joined to each other of its fabric, all pairs alike.
fn mesh(view: &View<'_>, ends: &[Joined<'_>], complaints: &mut Vec<String>) {
    let mut fabrics: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let class_of = |device: &Device| view.design.switch_classes.get(&device.key.class);
    for device in &view.blueprint.devices {
        let class = class_of(device).filter(|class| class.topology.as_deref() == Some("mesh"));
        if let Some(class) = class {
            fabrics
                .entry(&class.fabric)
                .or_default()
                .insert(&device.name);
        }
    }
    let mut links: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    for (cable, a, b) in ends {
        if a.zone.zone_type != "mesh" || b.zone.zone_type != "mesh" {
            complaints.push(format!("{} is no link of a mesh", cable.key));
        }
        let (a, b) = (a.device.name.as_str(), b.device.name.as_str());
        *links.entry((a.min(b), a.max(b))).or_default() += 1;
    }
    for (fabric, switches) in fabrics {
        let mut counts = BTreeSet::new();
        for a in &switches {
            for b in switches.iter().filter(|b| a < *b) {
                counts.insert(links.remove(&(*a, *b)).unwrap_or(0));
            }
        }
        if counts.len() != 1 || counts.contains(&0) || !(2..=3).contains(&switches.len()) {
            complaints.push(format!(
                "mesh {fabric} of {switches:?} has {counts:?} links a pair"
            ));
        }
    }
    complaints.extend(links.keys().map(|pair| format!("{pair:?} is in no mesh")));
}

/// Both switches of a pair, in zones for the purpose; every pair that is in use has such links.
fn pairs(view: &View<'_>, purpose: &str, ends: &[Joined<'_>], complaints: &mut Vec<String>) {
    let mut joined: BTreeSet<&str> = BTreeSet::new();
    for (cable, a, b) in ends {
        let (x, y) = (&a.device.key, &b.device.key);
        let is_pair = x.class == y.class && x.index % 2 == 1 && y.index == x.index + 1;
        let fits = |end: &End<'_>| [purpose, "mclag"].contains(&end.zone.zone_type.as_str());
        if !is_pair || !fits(a) || !fits(b) {
            complaints.push(format!("{} is no {purpose} link of a pair", cable.key));
        }
        joined.extend([a.device.name.as_str(), b.device.name.as_str()]);
    }
    for device in &view.blueprint.devices {
        let crate::fabric::blueprint::DeviceKind::Switch { group, .. } = &device.kind else {
            continue;
        };
        let is_mclag = group.as_ref().is_some_and(|group| group.kind == "mclag");
        if is_mclag != joined.contains(device.name.as_str()) {
            complaints.push(format!(
                "{} has {purpose} links, or not, against its group",
                device.name
            ));
        }
    }
}
