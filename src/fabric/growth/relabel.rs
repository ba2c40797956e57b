//! Zones and attachments that were renamed, or cut anew: a cable hangs on ports, not on what they are
//! called.
//!
//! The intended placement is written in names. Where the design has no such zone or attachment any
//! more, or the zone has that port no more, its ends get the names under which the ports are now.

use std::collections::{BTreeMap, BTreeSet};

use crate::fabric::placement::{LinkKind, Placement, Port, ServerLink, SwitchEnd};
use crate::fabric::spec::{AttachmentSpec, ServerSpec, Spec, SwitchSpec, ZoneSpec, ZoneType};

/// The intended placement under the names of now. What is nowhere now keeps its names.
pub(in crate::fabric) fn under(spec: &Spec<'_>, intended: &Placement) -> Placement {
    let mut now = intended.clone();
    attachments(spec, &mut now.server_links);
    let targets = targets(spec);
    for link in &mut now.server_links {
        let end = &link.server;
        let named = (end.device.class.as_str(), end.attachment.as_str());
        let Some((switch, zone)) = targets.get(&named).copied() else {
            continue;
        };
        if switch.name == link.switch.device.class && zone.slot_of.contains_key(&link.switch.port) {
            link.switch.zone.clone_from(&zone.name);
        }
    }
    for link in &mut now.switch_links {
        let kind = link.kind;
        rename(spec, &mut link.a, |_, zone| asks(kind, zone));
        rename(spec, &mut link.b, |at, zone| gives(spec, kind, at, zone));
    }
    now.server_links.sort();
    now.switch_links.sort();
    now
}

/// Where each attachment leads, by class and name.
fn targets<'s>(
    spec: &'s Spec<'_>,
) -> BTreeMap<(&'s str, &'s str), (&'s SwitchSpec<'s>, &'s ZoneSpec)> {
    let of = |server: &'s ServerSpec| {
        server.attachments.iter().filter_map(move |attachment| {
            let switch = spec.switches.get(attachment.switch)?;
            let zone = switch.zones.get(attachment.zone)?;
            Some((
                (server.name.as_str(), attachment.name.as_str()),
                (switch, zone),
            ))
        })
    };
    spec.servers.iter().flat_map(of).collect()
}

/// An end whose zone does not have its port any more belongs to one that has it and serves the same
/// purpose.
fn rename(
    spec: &Spec<'_>,
    end: &mut SwitchEnd,
    serves: impl Fn((usize, usize), &ZoneSpec) -> bool,
) {
    let class = &end.device.class;
    let Some(at) = spec.switches.iter().position(|s| s.name == *class) else {
        return;
    };
    let has = |zone: &ZoneSpec, port: &Port| zone.slot_of.contains_key(port);
    let zones = &spec.switches[at].zones;
    if zones
        .iter()
        .any(|z| z.name == end.zone && has(z, &end.port))
    {
        return;
    }
    let mut there = zones.iter().enumerate();
    let found = there.find(|(index, zone)| has(zone, &end.port) && serves((at, *index), zone));
    if let Some((_, zone)) = found {
        end.zone.clone_from(&zone.name);
    }
}

/// Whether a zone asks for links of that kind.
fn asks(kind: LinkKind, zone: &ZoneSpec) -> bool {
    match kind {
        LinkKind::Fabric => zone.zone_type == ZoneType::Uplink && !zone.names_far_end,
        LinkKind::PeerUplink => zone.zone_type == ZoneType::Uplink && zone.names_far_end,
        LinkKind::OobUplink => zone.zone_type == ZoneType::Oob && zone.names_far_end,
        LinkKind::Mesh => zone.zone_type == ZoneType::Mesh,
        LinkKind::MclagPeer => matches!(zone.zone_type, ZoneType::Peer | ZoneType::Mclag),
        LinkKind::MclagSession => matches!(zone.zone_type, ZoneType::Session | ZoneType::Mclag),
    }
}

/// Whether a zone, at that class and place in it, gives links of that kind.
fn gives(spec: &Spec<'_>, kind: LinkKind, at: (usize, usize), zone: &ZoneSpec) -> bool {
    match kind {
        LinkKind::Fabric => zone.zone_type == ZoneType::Fabric,
        LinkKind::PeerUplink | LinkKind::OobUplink => {
            let mut zones = spec.switches.iter().flat_map(|switch| &switch.zones);
            zones.any(|asking| asking.peer == Some(at))
        }
        LinkKind::Mesh | LinkKind::MclagPeer | LinkKind::MclagSession => asks(kind, zone),
    }
}

/// What the record has of an attachment.
#[derive(Debug, Default)]
struct Former<'l> {
    ports: u32,
    ends: BTreeSet<(&'l str, Port)>,
}

/// An attachment that is gone is the new one that has as many ports and leads to the same ports.
fn attachments(spec: &Spec<'_>, links: &mut [ServerLink]) {
    let mut now: BTreeMap<(String, String), String> = BTreeMap::new();
    for server in &spec.servers {
        let mut formers: BTreeMap<&str, Former<'_>> = BTreeMap::new();
        let mine = |link: &&ServerLink| link.server.device.class == server.name;
        for link in links.iter().filter(mine) {
            let former = formers.entry(&link.server.attachment).or_default();
            former.ports = former.ports.max(link.server.ordinal + 1);
            let end = &link.switch;
            former.ends.insert((&end.device.class, end.port));
        }
        let mut new: Vec<&AttachmentSpec> = server.attachments.iter().collect();
        new.retain(|attachment| !formers.contains_key(attachment.name.as_str()));
        let stays = |name: &str| server.attachments.iter().any(|a| a.name == name);
        formers.retain(|name, _| !stays(name));
        for (name, former) in &formers {
            if let Some(index) = new.iter().position(|a| continues(spec, a, former)) {
                let key = (server.name.clone(), (*name).to_owned());
                now.insert(key, new.remove(index).name.clone());
            }
        }
    }
    for link in links {
        let end = &mut link.server;
        let key = (end.device.class.clone(), end.attachment.clone());
        if let Some(name) = now.get(&key) {
            end.attachment.clone_from(name);
        }
    }
}

/// Most of the former's ports are where this one leads.
fn continues(spec: &Spec<'_>, attachment: &AttachmentSpec, former: &Former<'_>) -> bool {
    let Some(switch) = spec.switches.get(attachment.switch) else {
        return false;
    };
    let Some(zone) = switch.zones.get(attachment.zone) else {
        return false;
    };
    let there = former.ends.iter();
    let there =
        there.filter(|(class, port)| *class == switch.name && zone.slot_of.contains_key(port));
    attachment.ports == former.ports && 2 * there.count() > former.ends.len()
}
