//! Bundles, redundancy groups and the links within them.

use super::{Words, many, say};
use crate::fabric::problem::Fault;

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "each table knows its own faults"
)]
pub(super) fn bundles(subject: &str, fault: &Fault) -> Words {
    match fault {
        Fault::BundleOfOne => say(
            "Bundle of one link",
            format!(
                "For {subject}, type is bundled and ports is 1, so that nothing is bundled. Use \
                 more ports, or type \"unbundled\"."
            ),
        ),
        Fault::BundleTooSmall { kind } => say(
            "Too few links for redundancy",
            format!(
                "For {subject}, type is {kind}, which needs links to at least 2 switches, and ports \
                 is 1. Use at least 2 ports, or type \"unbundled\"."
            ),
        ),
        Fault::BundleUneven { ports } => say(
            "Bundle is uneven",
            format!(
                "For {subject}, {ports} links go to the two switches of an MCLAG pair, so that one \
                 has a link more. When it fails, more than half of the bandwidth goes. Use an even \
                 number of ports."
            ),
        ),
        Fault::RedundancyOnSpine { redundancy } => say(
            "Redundancy has no meaning for spines",
            format!(
                "The {subject} is {redundancy}, but the class is of spines, and only leaves form groups. \
                 It only rounds the number of switches. Remove it."
            ),
        ),
        Fault::DistributionForType { kind, distribution } => say(
            "Distribution does not fit the attachment type",
            format!(
                "For {subject}, distribution is {distribution}, but the links of type {kind} {}. \
                 Change one of the two.",
                if *kind == "bundled" {
                    "all end on one switch: same-switch, rail-optimized or none fit"
                } else {
                    "end on the switches of one redundancy group: alternating or none fit"
                }
            ),
        ),
        _ => None,
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "each table knows its own faults"
)]
pub(super) fn abilities(subject: &str, fault: &Fault) -> Words {
    match fault {
        Fault::RedundancyMissing { kind, class, found } => say(
            "Switches have no such redundancy",
            format!(
                "For {subject}, type is {kind}, but switch class \"{class}\" {}, or use another type here.",
                found.map_or_else(
                    || {
                        format!(
                            "has no redundancy. Add `redundancy {{ type = \"{kind}\" }}` to the class"
                        )
                    },
                    |found| {
                        format!("has redundancy {found}. Change the type of its redundancy to {kind}")
                    }
                )
            ),
        ),
        Fault::MclagRemoved { release } => say(
            "MCLAG is gone from Hedgehog",
            format!(
                "For {subject}, type is mclag, but Hedgehog has removed MCLAG in release 26.03 and \
                 skips such connections without a word; the fabric will run {release}. Use eslag on \
                 switches that support it, or unbundled attachments that alternate between \
                 switches. For an older fabric set fabric_release."
            ),
        ),
        Fault::MclagDeprecated { release } => say(
            "MCLAG is deprecated",
            format!(
                "For {subject}, type is mclag, which release {release} still does and release 26.03 \
                 has removed. Plan a move to eslag, or to unbundled attachments that alternate."
            ),
        ),
        Fault::FeatureMissing {
            feature,
            class,
            profile,
        } => say(
            "The switch cannot do this",
            format!(
                "For {subject}, type is {feature}, but the profile \"{profile}\" of switch class \
                 \"{class}\" does not support it. Use unbundled attachments that alternate between \
                 switches, or a profile with {feature}."
            ),
        ),
        Fault::BundleOnSpine { kind, class } => say(
            "Spines have no redundancy groups",
            format!(
                "For {subject}, type is {kind}, but switch class \"{class}\" is of spines, and only \
                 leaves form groups that serve a server together. Attach to leaves, or use type \
                 \"unbundled\" with ports that alternate between the spines."
            ),
        ),
        Fault::EslagInMesh { class } => say(
            "ESLAG needs spines",
            format!(
                "For {subject}, type is eslag, but switch class \"{class}\" is of a mesh, where \
                 Hedgehog does not offer it. Use unbundled attachments, or a spine-leaf fabric."
            ),
        ),
        _ => None,
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "each table knows its own faults"
)]
pub(super) fn groups(subject: &str, fault: &Fault) -> Words {
    match fault {
        Fault::GroupName { group } => say(
            "Group has no valid name",
            format!(
                "In {subject}, the group is called \"{group}\". Hedgehog takes lower case \
                 letters, digits and hyphens, a letter or digit at both ends, and here at most 57 \
                 characters."
            ),
        ),
        Fault::GroupNameTwice { group, other } => say(
            "Two classes use one redundancy group",
            format!(
                "The {subject} and that of switch class \"{other}\" both have the group \"{group}\". \
                 Groups are made within one class; give each its own name."
            ),
        ),
        Fault::GroupOfOne {
            redundancy,
            size,
            quantity,
            legal,
        } => {
            let sizes = match size {
                2 => "2".to_owned(),
                size => format!("2 to {size}"),
            };
            let legal: Vec<String> = legal.iter().map(ToString::to_string).collect();
            let help = match legal.as_slice() {
                [] => "Remove override_quantity, or the redundancy.".to_owned(),
                legal => format!("Use {}.", legal.join(" or ")),
            };
            say(
                "A switch is alone in its redundancy group",
                format!(
                    "In {subject}, override_quantity is {quantity}, but {redundancy} groups have {sizes} \
                     switches, in the order of their numbers, and the last would have 1. {help}"
                ),
            )
        }
        _ => None,
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "each table knows its own faults"
)]
pub(super) fn pairs(subject: &str, fault: &Fault) -> Words {
    match fault {
        Fault::PairZoneUnused { zone_type } => say(
            "Zone is not used",
            format!(
                "The ports of {subject} stay free: zones of type {zone_type} join the two switches of \
                 an MCLAG pair, and the class has no redundancy mclag. Remove the zone, or add the \
                 redundancy."
            ),
        ),
        Fault::PairLinksUnused { what, redundancy } => say(
            "Links are not built",
            format!(
                "In {subject}, {what} has no effect: only the two switches of an MCLAG pair are joined, \
                 those of an {redundancy} group are not. Remove it."
            ),
        ),
        Fault::NoPairLinks { what } => say(
            "MCLAG pair without links",
            format!(
                "In {subject}, {what} is 0, but the two switches of an MCLAG pair need at least one \
                 link for traffic and one for the session. Use 2, which is usual."
            ),
        ),
        Fault::PairPorts {
            peer,
            session,
            peer_ports,
            session_ports,
            shared,
        } => {
            let missing = peer
                .saturating_sub(*peer_ports)
                .saturating_add(session.saturating_sub(*session_ports));
            say(
                "MCLAG pair has too few ports",
                format!(
                    "In {subject}, a pair needs {peer} peer and {session} session links between its two \
                     switches, but there are {} in zones of type peer, {session_ports} of type session \
                     and {shared} of type mclag. Add {} to a zone of type mclag.",
                    many(*peer_ports, "port"),
                    many(missing.saturating_sub(*shared), "port"),
                ),
            )
        }
        _ => None,
    }
}
