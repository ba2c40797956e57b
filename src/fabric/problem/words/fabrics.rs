//! Leaves and spines, and what does not fit.

use super::{Words, list, many, say};
use crate::fabric::problem::{Fault, MorePorts, ReachRemedy, SpineRemedy};

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "each table knows its own faults"
)]
pub(super) fn fabric(subject: &str, fault: &Fault) -> Words {
    match fault {
        Fault::LeafWithoutUplinks {
            fabric,
            spines,
            excluded,
        } => say(
            "Leaf has no uplinks",
            format!(
                "Fabric \"{fabric}\" has spines (switch class \"{spines}\"), but {subject} has no \
                 {} to reach them. {}, or move the class to another fabric.",
                towards("uplink", excluded),
                add(excluded)
            ),
        ),
        Fault::UplinksUnused { fabric, mesh } => say(
            "Uplinks are not used",
            format!(
                "Fabric \"{fabric}\" has no spines, so the ports of {subject} stay free. {}, or remove the \
                 zone.",
                if *mesh {
                    "It is a mesh: name the far end with peer"
                } else {
                    "Add a switch class with role spine"
                }
            ),
        ),
        Fault::SpineWithoutFabricZone { fabric, excluded } => say(
            "Spine has no ports for leaves",
            format!(
                "Fabric \"{fabric}\" has leaves, but {subject} has no {} where their uplinks could \
                 end. {}.",
                towards("fabric", excluded),
                add(excluded)
            ),
        ),
        Fault::SeveralSpineClasses { fabric, classes } => say(
            "Several spine classes without a quantity",
            format!(
                "Fabric \"{fabric}\" has the spine classes {}. The planner can find the number of \
                 one class; set override_quantity on the others.",
                list(classes)
            ),
        ),
        Fault::FabricSpeed {
            fabric,
            uplink,
            spines,
        } => say(
            "Speeds of uplinks and spines differ",
            format!(
                "The ports of {subject} run at {uplink}, but the spines of fabric \"{fabric}\" \
                 have fabric ports of {}. Give both zones a breakout of one speed.",
                list(spines)
            ),
        ),
        _ => None,
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "each table knows its own faults"
)]
pub(super) fn apart(subject: &str, fault: &Fault) -> Words {
    match fault {
        Fault::LeafBesideSpines { fabric, spines } => say(
            "Leaf does not lead to its spines",
            format!(
                "Fabric \"{fabric}\" has spines (switch class \"{spines}\"), but all uplinks of {subject} \
                 name other far ends. Servers there reach the rest of the fabric over these only. Add \
                 a zone of type uplink without a peer, or move the class to another fabric."
            ),
        ),
        Fault::SpinesWithoutLeaves { fabric, others } => say(
            "Spines have no leaves",
            format!(
                "No switch class of fabric \"{fabric}\" is a leaf, so nothing leads to {subject}. {}",
                if others.is_empty() {
                    "Add a class of leaves to the fabric, or remove this class.".to_owned()
                } else {
                    let others: Vec<String> =
                        others.iter().map(|other| format!("\"{other}\"")).collect();
                    format!(
                        "Leaves are of {} {}. Give leaves and spines one fabric, or remove this class.",
                        if others.len() == 1 {
                            "fabric"
                        } else {
                            "fabrics"
                        },
                        list(&others)
                    )
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
pub(super) fn spines(subject: &str, fault: &Fault) -> Words {
    match fault {
        Fault::SpinePorts {
            fabric,
            speed,
            needed,
            available,
            spines,
            remedy,
        } => say(
            "Too few spines",
            format!(
                "Fabric \"{fabric}\" needs {} of {speed} on its spines, and they have {available} \
                 ({}){}. {}",
                many(*needed, "port"),
                many(*spines, "switch"),
                if needed > available {
                    ""
                } else {
                    ", not all where links have to be: a leaf has as many to each spine, or one more"
                },
                enough(remedy)
            ),
        ),
        Fault::UplinksFewerThanSpines {
            leaf,
            speed,
            uplinks,
            spines,
            remedy,
        } => say(
            "A leaf cannot reach every spine",
            format!(
                "A leaf of class \"{leaf}\" has {} of {speed}, and there are {}. Every leaf needs a link to \
                 every spine. {}",
                many(*uplinks, "uplink port"),
                many(*spines, "spine"),
                reach(remedy)
            ),
        ),
        Fault::UnevenStriping { uplinks, spines } => {
            let (floor, rest) = (uplinks / spines, uplinks % spines);
            say(
                "Uplinks are spread unevenly over the spines",
                format!(
                    "A leaf of {subject} has {} for {}: {rest} of them get {}, the others {floor}. \
                     With a number of spines that divides {uplinks} all links are equal.",
                    many(*uplinks, "uplink port"),
                    many(*spines, "spine"),
                    many(floor + 1, "link"),
                ),
            )
        }
        _ => None,
    }
}

/// A zone towards the other side; of those that are there all ports are excluded.
fn towards(zone_type: &str, excluded: &[String]) -> String {
    if excluded.is_empty() {
        return format!("zone of type {zone_type}");
    }
    let zones: Vec<String> = excluded.iter().map(|zone| format!("\"{zone}\"")).collect();
    let zone = if zones.len() == 1 { "zone" } else { "zones" };
    format!(
        "port of type {zone_type} left ({zone} {}, by excluded_ports)",
        list(&zones)
    )
}

fn add(excluded: &[String]) -> &'static str {
    if excluded.is_empty() {
        "Add one"
    } else {
        "Exclude fewer ports"
    }
}

/// The change that is enough.
fn reach(remedy: &ReachRemedy) -> String {
    match remedy {
        ReachRemedy::MorePorts { more, switches } => beyond(more).unwrap_or_else(|| {
            format!(
                "In zones of type fabric, add {}: then {} {} enough, and a leaf reaches all of them.",
                more_ports(more),
                many(*switches, "spine"),
                if *switches == 1 { "is" } else { "are" }
            )
        }),
        ReachRemedy::FewerSpines {
            class,
            sufficient,
            ports,
            uplinks,
        } => {
            if let Some(beyond) = beyond(ports) {
                return beyond;
            }
            let and = match ports.as_slice() {
                [] => String::new(),
                more => format!(" and in zones of type fabric add {}", more_ports(more)),
            };
            let or = match uplinks.as_slice() {
                more if more.is_empty() || beyond(more).is_some() => String::new(),
                more => format!(", or in zones of type uplink add {}", more_ports(more)),
            };
            format!("Set override_quantity of class \"{class}\" to {sufficient}{and}{or}.")
        }
        ReachRemedy::Uplinks(more) if more.is_empty() => "No number of uplinks helps: choose larger spines, \
             or divide the servers between several fabrics."
            .to_owned(),
        ReachRemedy::Uplinks(more) => beyond(more)
            .unwrap_or_else(|| format!("In zones of type uplink, add {}.", more_ports(more))),
    }
}

fn enough(remedy: &SpineRemedy) -> String {
    match remedy {
        SpineRemedy::Quantity {
            given,
            sufficient,
            alone,
        } => format!(
            "Set override_quantity to {sufficient} ({} more){}.",
            many(sufficient.saturating_sub(*given), "switch"),
            if *alone { ", or remove it" } else { "" }
        ),
        SpineRemedy::Ports(more) => format!(
            "More spines do not help. {}",
            beyond(more)
                .unwrap_or_else(|| format!("In zones of type fabric, add {}.", more_ports(more)))
        ),
    }
}

/// Where a switch of the class cannot have so many ports.
fn beyond(more: &[MorePorts]) -> Option<String> {
    let short = more.iter().find(|more| !more.is_possible())?;
    let help = match short.room {
        room if short.sufficient <= room.with_excluded => "Exclude fewer ports.",
        room if short.sufficient <= room.of_switch => {
            "Take ports from its other zones, choose a larger switch, or divide the servers between several \
             fabrics."
        }
        _ => "Choose a larger switch, or divide the servers between several fabrics.",
    };
    Some(format!(
        "Each switch of class \"{}\" would need {} of {} there, and has room for {}. {help}",
        short.class,
        many(short.sufficient, "port"),
        short.speed,
        short.room.ports
    ))
}

fn more_ports(more: &[MorePorts]) -> String {
    let parts: Vec<String> = more
        .iter()
        .map(|more| {
            format!(
                "{} of {} to each switch of class \"{}\", which has {}",
                many(more.sufficient.saturating_sub(more.found), "port"),
                more.speed,
                more.class,
                more.found
            )
        })
        .collect();
    list(&parts)
}

/// What to do about a fixed quantity that is too small.
fn raise(quantity: u32, sufficient: u32, linked: bool, most: Option<u32>) -> String {
    if let Some(most) = most {
        return if (quantity + 1..=most).contains(&sufficient) {
            format!("Set override_quantity to {sufficient}.")
        } else {
            format!(
                "A mesh has {most} switches at most: divide the servers between several fabrics."
            )
        };
    }
    match sufficient.checked_sub(quantity) {
        None => "Remove override_quantity.".to_owned(),
        Some(0) => {
            "Remove override_quantity, or set allocation = \"repack\": without the cables that \
                    are there, all finds room."
                .to_owned()
        }
        Some(more) => {
            let links = "With so many, links between leaves and spines lack ports too: give both more \
                         ports, or the fabric more spines.";
            format!(
                "Set override_quantity to {sufficient} ({} more), or remove it.{}",
                many(more, "switch"),
                if linked {
                    String::new()
                } else {
                    format!(" {links}")
                }
            )
        }
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "each table knows its own faults"
)]
pub(super) fn quantities(subject: &str, fault: &Fault) -> Words {
    match fault {
        Fault::OverrideTooSmall {
            zone,
            needed,
            available,
            quantity,
            sufficient,
            most,
            linked,
            certain,
            more,
        } => {
            let help = raise(*quantity, *sufficient, *linked, *most);
            let short = needed.saturating_sub(*available);
            let why = if short == 0 && !*certain {
                ", and no way was found to place them. There are too many ways to try all."
                    .to_owned()
            } else if short == 0 {
                ", but the distributions cannot be kept with them: ports that belong on one \
                 switch, or on different ones, do not find room."
                    .to_owned()
            } else {
                let verb = if short == 1 { "is" } else { "are" };
                format!(": {} {verb} missing.", many(short, "port"))
            };
            let more = more.map_or_else(String::new, |each| {
                let noun = if each == 1 { "port" } else { "ports" };
                format!(" Or give the zone {each} more logical {noun} on each switch.")
            });
            let detail = format!(
                "In zone \"{zone}\" of {subject}, {} asked for, and {} {} {available}{why} {help}{more}",
                if *needed == 1 {
                    "1 port is".to_owned()
                } else {
                    format!("{needed} ports are")
                },
                many(*quantity, "switch"),
                if *quantity == 1 { "gives" } else { "give" },
            );
            say("Too few switches for what is attached to them", detail)
        }
        Fault::QuantityInDoubt { quantity, doubted } => {
            let fewer = quantity.saturating_sub(1);
            let range = if *doubted == fewer {
                fewer.to_string()
            } else {
                format!("{doubted} to {fewer}")
            };
            say(
                "Fewer switches may do",
                format!(
                    "For {subject}, {} are planned. No way was found to place everything on \
                     {range}, but there are too many ways to try all. Let fewer sizes share a zone: \
                     numbers of ports that belong on one switch, or in one group or domain.",
                    many(*quantity, "switch")
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
pub(super) fn placement(subject: &str, fault: &Fault) -> Words {
    match fault {
        Fault::UnitTooLarge {
            zone,
            needed,
            available,
            room,
        } => say(
            "One server needs more than one switch has",
            format!(
                "For {subject}: {} must be on one switch, but a switch has {} in zone \"{zone}\". {}, or a type \
                 and distribution that divide them.",
                many(*needed, "port"),
                many(*available, "port"),
                match room {
                    room if room.ports >= *needed => format!(
                        "Add {} to the zone, use fewer",
                        many(needed.saturating_sub(*available), "port")
                    ),
                    room if room.with_excluded >= *needed =>
                        "Exclude fewer ports and add them to the zone, use fewer".to_owned(),
                    _ => format!("It has room for {} at most: use fewer", room.ports),
                },
            ),
        ),
        Fault::AlternatingSwitches {
            ports,
            switches,
            sufficient,
            most,
        } => say(
            "More alternating ports than switches",
            format!(
                "For {subject}, the {ports} ports go to {ports} different switches, but \
                 override_quantity allows {switches}. {}",
                match most {
                    Some(most) if ports > most =>
                        format!("A mesh has {most} at most: use no more ports."),
                    Some(most) if sufficient > most => format!(
                        "A mesh has {most} at most, and all that is attached needs {sufficient}: divide the servers \
                         between several fabrics."
                    ),
                    _ if sufficient > ports => format!(
                        "Set it to {sufficient}, which all that is attached to the class needs."
                    ),
                    _ => format!("Set it to {ports} at least, or use fewer ports."),
                }
            ),
        ),
        Fault::AlternatingAlone { class } => say(
            "Nothing alternates with one switch",
            format!(
                "For {subject}, the distribution is alternating, but override_quantity of switch \
                 class \"{class}\" is 1: one failure takes all servers off. Use at least 2."
            ),
        ),
        _ => None,
    }
}
