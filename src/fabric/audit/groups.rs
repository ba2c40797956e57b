//! Redundancy groups: legal sizes, and bundles that stay within one.

use std::collections::{BTreeMap, BTreeSet};

use super::View;
use super::servers::{self, Attached};
use crate::fabric::blueprint::{Device, DeviceKind, RedundancyGroup};
use crate::fabric::design::Attachment;

fn group(device: &Device) -> Option<&RedundancyGroup> {
    match &device.kind {
        DeviceKind::Switch { group, .. } => group.as_ref(),
        DeviceKind::Server => None,
    }
}

/// The redundancy that an attachment wants.
fn redundant(attachment: &Attachment) -> Option<&str> {
    let kind = attachment.attachment_type.as_deref();
    kind.filter(|kind| ["mclag", "eslag"].contains(kind))
}

pub(super) fn check(view: &mut View<'_>) {
    let mut complaints = Vec::new();
    // Missing cables are told by the audit of servers.
    let attached = servers::attached(view, &mut Vec::new());
    for bundle in &attached {
        if let Some(kind) = redundant(bundle.attachment) {
            one_group(view, kind, bundle, &mut complaints);
        }
    }
    // A class that has no servers yet asks for groups, too.
    let servers = view.design.server_classes.values();
    let bundles = servers
        .flat_map(|class| class.attachments.values())
        .filter(|attachment| redundant(attachment).is_some());
    let used: BTreeSet<&str> = bundles
        .filter_map(|attachment| Some(attachment.zone.split_once('/')?.0))
        .collect();
    let mut members: BTreeMap<(&str, &str, &str), BTreeSet<u32>> = BTreeMap::new();
    for device in &view.blueprint.devices {
        let class = device.key.class.as_str();
        if let Some(group) = group(device) {
            let key = (group.kind.as_str(), group.name.as_str(), class);
            members.entry(key).or_default().insert(device.key.index);
        }
        if group(device).is_some() != used.contains(class) {
            complaints.push(format!(
                "{} is in a group, or not, against the design",
                device.name
            ));
        }
    }
    let mut names = BTreeSet::new();
    for ((kind, name, class), numbers) in members {
        let legal = if kind == "mclag" { 2..=2 } else { 2..=4 };
        let neighbours = numbers.first().zip(numbers.last());
        let consecutive = neighbours
            .is_some_and(|(first, last)| usize::try_from(last - first + 1) == Ok(numbers.len()));
        if !legal.contains(&numbers.len()) || !consecutive || !names.insert(name) {
            complaints.push(format!("{kind} group {name} of {class} is {numbers:?}"));
        }
    }
    view.complaints.extend(complaints);
}

/// All links of a bundle are in one group, and no two of its switches differ by more than a link.
fn one_group(view: &View<'_>, kind: &str, bundle: &Attached<'_>, complaints: &mut Vec<String>) {
    let mut links: BTreeMap<&str, u32> = BTreeMap::new();
    let mut groups = BTreeSet::new();
    for switch in &bundle.switches {
        *links.entry(switch).or_default() += 1;
        let group = view.devices.get(switch).copied().and_then(group);
        groups.insert(
            group
                .filter(|group| group.kind == kind)
                .map(|group| &group.name),
        );
    }
    let (least, most) = (links.values().min(), links.values().max());
    let even = most
        .zip(least)
        .is_some_and(|(most, least)| most - least <= 1);
    if groups.len() != 1 || groups.contains(&None) || !even {
        complaints.push(format!("{}: {kind} bundle on {links:?}", bundle.server));
    }
}
