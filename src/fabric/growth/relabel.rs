//! Zones and attachments that were renamed, or cut anew: a cable hangs on ports, not on what they are
//! called.
//!
//! The intended placement is written in names. Where the design has no such zone or attachment any
//! more, or the zone has that port no more, its ends get the names under which the ports are now.

use std::collections::{BTreeMap, BTreeSet};

use crate::fabric::placement::{LinkKind, Placement, Port, ServerLink, SwitchEnd};
use crate::fabric::spec::{AttachmentSpec, ServerSpec, Spec, SwitchSpec, ZoneSpec, ZoneType};

/// The intended placement under the names of now. What is nowhere now keeps its names.
pub(in crate::fabric) fn under(spec: &Spec<'_>, intended: Placement) -> Placement {
    let mut now = intended;
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

/// What the record has of an attachment that is gone.
#[derive(Debug, Default)]
struct Former<'l> {
    ports: u32,
    ends: BTreeSet<(&'l str, Port)>,
}

/// Server class and attachment.
type Name = (String, String);

/// An attachment that is gone is the new one that has as many ports and leads to the same ports.
fn attachments(spec: &Spec<'_>, links: &mut [ServerLink]) {
    let now = renamed(spec, links);
    for link in links.iter_mut().filter(|_| !now.is_empty()) {
        let end = &mut link.server;
        let key = (end.device.class.clone(), end.attachment.clone());
        if let Some(name) = now.get(&key) {
            end.attachment.clone_from(name);
        }
    }
}

/// The new name of each attachment that was renamed.
fn renamed(spec: &Spec<'_>, links: &[ServerLink]) -> BTreeMap<Name, String> {
    let mut new: BTreeMap<&str, BTreeMap<&str, &AttachmentSpec>> = BTreeMap::new();
    for server in &spec.servers {
        let attachments = server.attachments.iter();
        let named = attachments.map(|attachment| (attachment.name.as_str(), attachment));
        new.insert(&server.name, named.collect());
    }
    let there = new.clone();
    let mut formers: BTreeMap<(&str, &str), Former<'_>> = BTreeMap::new();
    for link in links {
        let (class, name) = (&*link.server.device.class, &*link.server.attachment);
        match there.get(class) {
            Some(attachments) if attachments.contains_key(name) => {
                new.get_mut(class).map(|new| new.remove(name));
            }
            _ => {
                let former = formers.entry((class, name)).or_default();
                former.ports = former.ports.max(link.server.ordinal + 1);
                let end = &link.switch;
                former.ends.insert((&end.device.class, end.port));
            }
        }
    }
    let mut renamed = BTreeMap::new();
    for ((class, name), former) in &formers {
        let Some(new) = new.get_mut(class) else {
            continue;
        };
        let found = new.values().find(|a| continues(spec, a, former)).copied();
        if let Some(attachment) = found {
            new.remove(attachment.name.as_str());
            let key = ((*class).to_owned(), (*name).to_owned());
            renamed.insert(key, attachment.name.clone());
        }
    }
    renamed
}

/// Most of the former's ports are where this one leads.
fn continues(spec: &Spec<'_>, attachment: &AttachmentSpec, former: &Former<'_>) -> bool {
    let Some(switch) = spec.switches.get(attachment.switch) else {
        return false;
    };
    let Some(zone) = switch.zones.get(attachment.zone) else {
        return false;
    };
    let ends = former.ends.iter();
    let there =
        ends.filter(|(class, port)| *class == switch.name && zone.slot_of.contains_key(port));
    attachment.ports == former.ports && 2 * there.count() > former.ends.len()
}
