//! Zones and attachments that were renamed, or cut anew: a cable hangs on ports, not on what they are
//! called.
//!
//! The intended placement is written in names. Where the design has no such zone or attachment any
//! more, or the zone has that port no more, its ends get the names under which the ports are now.

use std::collections::{BTreeMap, BTreeSet};

use crate::fabric::placement::{LinkKind, Placement, Port, ServerLink, SwitchEnd};
use crate::fabric::spec::{AttachmentSpec, ServerSpec, Spec, ZoneSpec, ZoneType};

/// The intended placement under the names of now. What is nowhere now keeps its names.
pub(in crate::fabric) fn under(spec: &Spec<'_>, intended: Placement) -> Placement {
    let mut now = intended;
    rename_attachments(spec, &mut now.server_links);
    let attachments = by_name(spec);
    for link in &mut now.server_links {
        let (server, switch) = (&link.server, &mut link.switch);
        let attachment = attachments.get(&(&*server.device.class, &*server.attachment));
        let zone = attachment.and_then(|a| leads(spec, a, (&switch.device.class, switch.port)));
        if let Some(zone) = zone {
            switch.zone.clone_from(&zone.name);
        }
    }
    for link in &mut now.switch_links {
        let kind = link.kind;
        rename_zone(spec, &mut link.a, |_, zone| asks(kind, zone));
        rename_zone(spec, &mut link.b, |at, zone| gives(spec, kind, at, zone));
    }
    now.server_links.sort();
    now.switch_links.sort();
    now
}

/// Attachments by server class and name.
fn by_name<'s>(spec: &'s Spec<'_>) -> BTreeMap<(&'s str, &'s str), &'s AttachmentSpec> {
    let of = |server: &'s ServerSpec| {
        let attachments = server.attachments.iter();
        attachments.map(|attachment| ((&*server.name, &*attachment.name), attachment))
    };
    spec.servers.iter().flat_map(of).collect()
}

/// Whether an attachment leads to that port of that class, and by which zone.
fn leads<'s>(
    spec: &'s Spec<'_>,
    attachment: &AttachmentSpec,
    (class, port): (&str, Port),
) -> Option<&'s ZoneSpec> {
    let switch = &spec.switches[attachment.switch];
    let zone = &switch.zones[attachment.zone];
    (switch.name == class && zone.slot_of.contains_key(&port)).then_some(zone)
}

/// An end whose zone does not have its port any more belongs to one that has it and serves the same
/// purpose.
fn rename_zone(
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
fn rename_attachments(spec: &Spec<'_>, links: &mut [ServerLink]) {
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
    let there = by_name(spec);
    let mut new = there.clone();
    let mut formers: BTreeMap<(&str, &str), Former<'_>> = BTreeMap::new();
    for link in links {
        let name = (&*link.server.device.class, &*link.server.attachment);
        if there.contains_key(&name) {
            new.remove(&name);
            continue;
        }
        let former = formers.entry(name).or_default();
        former.ports = former.ports.max(link.server.ordinal + 1);
        let end = &link.switch;
        former.ends.insert((&end.device.class, end.port));
    }
    let mut renamed = BTreeMap::new();
    for ((class, name), former) in &formers {
        let mut candidates = new.iter().filter(|((of, _), _)| of == class);
        let found = candidates.find(|(_, attachment)| continues(spec, attachment, former));
        if let Some((of, _)) = found {
            let of = *of;
            new.remove(&of);
            renamed.insert(((*class).to_owned(), (*name).to_owned()), of.1.to_owned());
        }
    }
    renamed
}

/// Most of the former's ports are where this one leads.
fn continues(spec: &Spec<'_>, attachment: &AttachmentSpec, former: &Former<'_>) -> bool {
    let ends = former.ends.iter();
    let there = ends.filter(|end| leads(spec, attachment, **end).is_some());
    attachment.ports == former.ports && 2 * there.count() > former.ends.len()
}
