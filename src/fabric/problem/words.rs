//! The one place where faults become sentences.
//!
//! The summary is one line without a full stop and without what differs from case to case where
//! that is long: Terraform folds equal summaries. The detail says what was found, with the
//! numbers, and then the smallest change that helps.

use std::fmt::Display;

use super::{Fault, Locus, PortLimit};
use crate::fabric::limits::NAME_LENGTH_MAX;
use crate::fabric::ports::{PORT_MAX, PortSpecFault, SPEC_LENGTH_MAX};

/// `1 port`, `2 ports`; with `es` where the noun needs it.
fn many(count: impl Into<u64>, noun: &str) -> String {
    let count = count.into();
    match (count, noun.ends_with("ch")) {
        (1, _) => format!("1 {noun}"),
        (_, true) => format!("{count} {noun}es"),
        (_, false) => format!("{count} {noun}s"),
    }
}

/// `a, b and c`.
fn list<T: Display>(items: &[T]) -> String {
    let words: Vec<String> = items.iter().map(ToString::to_string).collect();
    match words.split_last() {
        None => "none".to_owned(),
        Some((only, [])) => only.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// ` Did you mean "x"?`, or nothing.
fn did_you_mean(near: &[String]) -> String {
    let quoted: Vec<String> = near.iter().map(|word| format!("\"{word}\"")).collect();
    if quoted.is_empty() {
        String::new()
    } else {
        format!(" Did you mean {}?", quoted.join(" or "))
    }
}

pub(super) fn explain(locus: &Locus, fault: &Fault) -> (String, String) {
    let subject = locus.subject.to_string();
    let subject = subject.as_str();
    names(locus, subject, fault)
        .or_else(|| switch_class(subject, fault))
        .or_else(|| zone_ports(subject, fault))
        .or_else(|| server_class(subject, fault))
        .or_else(|| between(subject, fault))
        .or_else(|| fabric(subject, fault))
        .or_else(|| placement(subject, fault))
        .unwrap_or_else(|| internal(fault))
}

type Words = Option<(String, String)>;

fn say(summary: impl Into<String>, detail: String) -> Words {
    Some((summary.into(), detail))
}

fn internal(fault: &Fault) -> (String, String) {
    let what = match fault {
        Fault::Internal { what } => what.as_str(),
        _ => fault.code(),
    };
    (
        "The planner is at fault, not the design".to_owned(),
        format!(
            "The planner came to a result that breaks its own rules: {what}. This is a bug of the \
             provider. Please report it together with the design; nothing has been changed."
        ),
    )
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "each table knows its own faults"
)]
fn names(locus: &Locus, subject: &str, fault: &Fault) -> Words {
    match fault {
        Fault::UnknownWord { word, allowed } => {
            let field = locus.field.unwrap_or("value").replace('_', " ");
            let allowed: Vec<String> = allowed.iter().map(|word| format!("\"{word}\"")).collect();
            say(
                format!("Unknown {field}"),
                format!(
                    "In {subject}, the {field} is \"{word}\". It can be {}.",
                    allowed.join(", ")
                ),
            )
        }
        Fault::BadName { name } => say(
            "Name cannot be used",
            format!(
                "\"{name}\" cannot be a name: a name starts with a letter or a digit, continues \
                 with letters, digits, \"-\" or \"_\", and has at most {NAME_LENGTH_MAX} \
                 characters. Device names are made from it."
            ),
        ),
        Fault::ClassNameTwice => say(
            "A switch class and a server class have one name",
            format!(
                "The name of {subject} is also the name of a switch class. Devices are known by \
                 class and number, so each class needs a name of its own. Rename one of the two."
            ),
        ),
        Fault::NameDiffersFromKey { name, key } => say(
            "Name and key of a class differ",
            format!(
                "The class is called \"{name}\", but its key in the plan is \"{key}\". The key is \
                 what zones and devices are named by. Use \"{name}\" as the key, or leave the \
                 name out."
            ),
        ),
        Fault::DuplicateDeviceName {
            name,
            first,
            second,
        } => say(
            "Two devices would have one name",
            format!(
                "\"{name}\" would be the name of number {} of class \"{}\" and of number {} of \
                 class \"{}\". Rename one of the classes.",
                first.index, first.class, second.index, second.class
            ),
        ),
        Fault::TooMany { what, count, limit } => say(
            "The plan is too large",
            format!("In {subject}: {count} {what}, and at most {limit} can be planned."),
        ),
        _ => None,
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "each table knows its own faults"
)]
fn switch_class(subject: &str, fault: &Fault) -> Words {
    match fault {
        Fault::UnknownProfile { profile, near } => say(
            "Unknown switch profile",
            format!(
                "The catalogue has no switch profile \"{profile}\", which {subject} uses.{} The \
                 data source hedgehog_switch_profiles lists them all.",
                did_you_mean(near)
            ),
        ),
        Fault::RoleNotDocumented { profile, role } => say(
            "Hedgehog does not document this role for the switch",
            format!(
                "In {subject}: \"{profile}\" as a {role} is not among the documented roles. Check \
                 with Hedgehog before you buy, or use another profile."
            ),
        ),
        Fault::OverrideBelowMinimum {
            override_quantity,
            min_quantity,
        } => say(
            "Override is below the minimum",
            format!(
                "In {subject}, override_quantity is {override_quantity} and min_quantity is \
                 {min_quantity}. Raise the override to {min_quantity}, or remove one of the two."
            ),
        ),
        Fault::RedundancyUnused { redundancy } => say(
            "Redundancy is not used",
            format!(
                "For {subject}, redundancy {redundancy} is declared, but no connection to it is of \
                 type {redundancy}. It only rounds the number of switches. Remove it, or give the \
                 connections that type."
            ),
        ),
        Fault::MclagRemoved => say(
            "MCLAG is gone from Hedgehog",
            format!(
                "For {subject}: Hedgehog has removed MCLAG in release 26.03. Use ESLAG, or \
                 unbundled connections that alternate between switches."
            ),
        ),
        Fault::PortLimit {
            profile,
            limit,
            needed,
            available,
        } => {
            let which = match limit {
                PortLimit::Switch => "all ports of the switch together".to_owned(),
                PortLimit::Pipeline { name, cages } => {
                    format!("ports {cages}, which share pipeline {name} of the hardware, together")
                }
            };
            say(
                "More logical ports than the switch can run",
                format!(
                    "In {subject}, the breakouts make {} of {which}; a \"{profile}\" can run {available}. \
                     Break out fewer ports, or into fewer logical ports: {} less.",
                    many(*needed, "logical port"),
                    needed - available
                ),
            )
        }
        Fault::GroupSpeeds {
            group,
            ports,
            speeds,
        } => say(
            "Ports of one group have different speeds",
            format!(
                "In {subject}, ports {ports} are port group {group} and can only run at one speed \
                 together, but zones give them {}. Move whole groups into one zone.",
                list(speeds)
            ),
        ),
        _ => None,
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "each table knows its own faults"
)]
fn zone_ports(subject: &str, fault: &Fault) -> Words {
    match fault {
        Fault::PortSpec { spec, fault } => say(
            "Ports cannot be read",
            format!("In {subject}, ports is \"{spec}\": {}", spec_fault(fault)),
        ),
        Fault::PortsOutsideProfile {
            ports,
            profile,
            last,
        } => say(
            "The switch does not have these ports",
            format!(
                "In {subject}, ports name {ports}, but a \"{profile}\" has ports 1 to {last}. \
                 Remove them, or use a profile with more ports."
            ),
        ),
        Fault::BreakoutSyntax { breakout } => say(
            "Breakout cannot be read",
            format!(
                "In {subject}, breakout is \"{breakout}\". It is written as number of logical \
                 ports, \"x\" and speed of each, for example \"4x200G\"; the number is 1, 2, 4 or 8."
            ),
        ),
        Fault::BreakoutNotAMode {
            breakout,
            ports,
            profile,
            modes,
        } => say(
            "The ports cannot be broken out like this",
            format!(
                "In {subject}, breakout is \"{breakout}\", which ports {ports} of a \"{profile}\" \
                 do not have. They have {}.",
                list(modes)
            ),
        ),
        Fault::ZoneMixesModes { modes } => say(
            "Ports of one zone run differently",
            format!(
                "In {subject}, no breakout is given, and the defaults of its ports differ: {}. \
                 Give a breakout that all of them have, or split the zone.",
                list(modes)
            ),
        ),
        Fault::ZonesOverlap { winner, ports } => say(
            "Zones overlap",
            format!(
                "In {subject}, {} also in zone \"{winner}\", which takes them: uplinks and fabric \
                 ports go before server ports, then the lower priority, then the name. Remove them \
                 from one of the two zones.",
                if ports.contains([',', '-']) {
                    format!("ports {ports} are")
                } else {
                    format!("port {ports} is")
                }
            ),
        ),
        Fault::ZoneWithoutPorts => say(
            "Zone has no ports left",
            format!(
                "All ports of {subject} belong to other zones too, which take them. Give it ports of its own."
            ),
        ),
        Fault::ZoneTypeForRole { zone_type, role } => say(
            "Zone type does not fit the role",
            format!(
                "The type of {subject} is {zone_type}, and the switch is a {role}. Leaves have \
                 zones of type server and uplink, spines of type fabric and server."
            ),
        ),
        _ => None,
    }
}

fn spec_fault(fault: &PortSpecFault) -> String {
    match fault {
        PortSpecFault::Empty => {
            "no port is named. Write for example \"1-48\" or \"1-63:2\".".to_owned()
        }
        PortSpecFault::TooLong { length } => format!(
            "it has {length} characters, and at most {SPEC_LENGTH_MAX} are read. Use ranges."
        ),
        PortSpecFault::Malformed { part } => format!(
            "\"{part}\" is neither a port, nor a range (\"1-48\"), nor a range with a step \
             (\"1-63:2\")."
        ),
        PortSpecFault::OutOfRange { part, number } => {
            format!("{number} in \"{part}\" is not a port. Ports run from 1 to {PORT_MAX}.")
        }
        PortSpecFault::Reversed { part, start, end } => {
            format!("the range \"{part}\" runs backwards. Write \"{end}-{start}\".")
        }
        PortSpecFault::BadStep { part } => format!(
            "the step of \"{part}\" is not a number from 1. Write for example \"1-63:2\" for every \
             second port."
        ),
        PortSpecFault::StepWithoutRange { part } => {
            format!("\"{part}\" has a step but is not a range. Write for example \"1-63:2\".")
        }
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "each table knows its own faults"
)]
fn server_class(subject: &str, fault: &Fault) -> Words {
    match fault {
        Fault::UnknownNic { nic, near } => say(
            "Unknown nic",
            format!(
                "For {subject}, nic is \"{nic}\", which the server class does not have.{}",
                did_you_mean(near)
            ),
        ),
        Fault::NicPortsUnknown { module_type } => {
            let why = match module_type {
                Some(name) => format!("The catalogue does not know the module type \"{name}\""),
                None => "Its module type is not known yet, or it has none".to_owned(),
            };
            say(
                "Ports of a nic are not known",
                format!(
                    "For {subject}: {why}. Name the ports in order, for example ports = [\"p0\", \"p1\"]."
                ),
            )
        }
        Fault::NicPortNamedTwice { port } => say(
            "A nic has one port twice",
            format!("In {subject}, ports name \"{port}\" twice. Interface names must differ."),
        ),
        Fault::NicPortRange {
            nic,
            first,
            ports,
            available,
        } => say(
            "The nic does not have these ports",
            format!(
                "For {subject}: {} from position {first} (the first is 0), but nic \"{nic}\" has {}. \
                 Lower ports or port_index, or use another nic.",
                many(*ports, "port"),
                many(*available, "port")
            ),
        ),
        Fault::NicPortTaken { nic, port, other } => say(
            "A port of a nic is used twice",
            format!(
                "For {subject}: port \"{port}\" of nic \"{nic}\" is used by connection \"{other}\" \
                 too. Choose another port_index, or fewer ports."
            ),
        ),
        Fault::NoPorts => say(
            "Connection without ports",
            format!("For {subject}, ports is 0. Use at least 1, or remove the connection."),
        ),
        Fault::NoSpeed => say(
            "Connection without a speed",
            format!("For {subject}, speed is 0. It is the speed of one port in Gbit/s."),
        ),
        Fault::ConnectionTypeNotSupported { word } => say(
            "Connection type is not supported yet",
            format!(
                "For {subject}, type is \"{word}\", which this release cannot plan. Use \
                 \"unbundled\"."
            ),
        ),
        Fault::RailMissing => say(
            "Rail is missing",
            format!(
                "For {subject}, the distribution is rail-optimized, so the planner must know the \
                 rail. Give rail = 0 for the first, 1 for the second, and so on."
            ),
        ),
        Fault::RailIgnored { rail } => say(
            "Rail has no effect",
            format!(
                "For {subject}, rail is {rail}, but only the distribution rail-optimized uses it. \
                 Set that distribution, or remove the rail."
            ),
        ),
        Fault::RetiredBeyondQuantity { number, quantity } => say(
            "Retired server does not exist",
            format!(
                "In {subject}, server {number} is retired, but its servers are numbered 1 to {quantity}. Remove the number."
            ),
        ),
        _ => None,
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "each table knows its own faults"
)]
fn between(subject: &str, fault: &Fault) -> Words {
    match fault {
        Fault::ZoneReference { text } => say(
            "Zone cannot be read",
            format!(
                "For {subject}, zone is \"{text}\". It is written as switch class, \"/\" and zone, \
                 for example \"fe-leaf/servers\"."
            ),
        ),
        Fault::UnknownClass { class, near } => say(
            "Unknown switch class",
            format!(
                "For {subject}, zone names the switch class \"{class}\", which the plan does not \
                 have.{}",
                did_you_mean(near)
            ),
        ),
        Fault::UnknownZone { class, zone, near } => say(
            "Unknown zone",
            format!(
                "For {subject}, zone names \"{zone}\" of switch class \"{class}\", which does not \
                 have it.{}",
                did_you_mean(near)
            ),
        ),
        Fault::ZoneNotForServers { zone, zone_type } => say(
            "Zone is not for servers",
            format!(
                "For {subject}, zone is \"{zone}\", which is of type {zone_type}. Servers connect \
                 to zones of type server."
            ),
        ),
        Fault::SpeedMismatch {
            speed,
            zone,
            mode,
            fitting,
        } => {
            let help = if fitting.is_empty() {
                format!(
                    " Its ports cannot run at {speed}; use another zone, or speed = {}.",
                    gbps(mode.speed.mbps())
                )
            } else {
                format!(
                    " Set speed = {}, or break the zone out as {}.",
                    gbps(mode.speed.mbps()),
                    fitting
                        .iter()
                        .map(ToString::to_string)
                        .collect::<Vec<_>>()
                        .join(" or ")
                )
            };
            say(
                "Speeds of connection and zone differ",
                format!(
                    "For {subject}, the speed is {speed}, but zone \"{zone}\" runs as {mode}, \
                     which is {} a port.{help}",
                    mode.speed
                ),
            )
        }
        _ => None,
    }
}

/// Gbit/s as the configuration has it.
fn gbps(mbps: u64) -> u64 {
    mbps / 1_000
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "each table knows its own faults"
)]
fn fabric(subject: &str, fault: &Fault) -> Words {
    match fault {
        Fault::LeafWithoutUplinks { fabric, spines } => say(
            "Leaf has no uplinks",
            format!(
                "Fabric \"{fabric}\" has spines (switch class \"{spines}\"), but {subject} has no \
                 zone of type uplink to reach them. Add one, or move the class to another fabric."
            ),
        ),
        Fault::UplinksUnused { fabric } => say(
            "Uplinks are not used",
            format!(
                "Fabric \"{fabric}\" has no spines, so the ports of {subject} stay free. Add a \
                 switch class with role spine, or remove the zone."
            ),
        ),
        Fault::SpineWithoutFabricZone { fabric } => say(
            "Spine has no ports for leaves",
            format!(
                "Fabric \"{fabric}\" has leaves, but {subject} has no zone of type fabric where \
                 their uplinks could end. Add one."
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
        Fault::SpinePorts {
            fabric,
            needed,
            available,
            quantity,
            sufficient,
        } => say(
            "Too few spines",
            format!(
                "Fabric \"{fabric}\" needs {} on its spines, and {} of {subject} have {available} \
                 to give. {}",
                many(*needed, "port"),
                many(*quantity, "switch"),
                raise(*quantity, *sufficient)
            ),
        ),
        Fault::UplinksFewerThanSpines {
            leaf,
            uplinks,
            spines,
        } => say(
            "A leaf cannot reach every spine",
            format!(
                "A leaf of class \"{leaf}\" has {}, and there are {}. Every leaf needs a link to \
                 every spine: add {} to the leaf, or use spines with more ports so that fewer are \
                 needed.",
                many(*uplinks, "uplink port"),
                many(*spines, "spine"),
                many(spines.saturating_sub(*uplinks), "uplink port")
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

/// What to do about a fixed quantity that is too small.
fn raise(quantity: u32, sufficient: u32) -> String {
    if sufficient > quantity {
        format!(
            "Set override_quantity to {sufficient} ({} more), or remove it.",
            many(sufficient - quantity, "switch")
        )
    } else {
        "Remove override_quantity.".to_owned()
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "each table knows its own faults"
)]
fn placement(subject: &str, fault: &Fault) -> Words {
    match fault {
        Fault::OverrideTooSmall {
            zone,
            needed,
            available,
            quantity,
            sufficient,
        } => {
            let help = raise(*quantity, *sufficient);
            let detail = if needed > available {
                format!(
                    "Servers need {} in zone \"{zone}\" of {subject}, and {} give {available}. {}, \
                     or {} more in the zone, would do. {help}",
                    many(*needed, "port"),
                    many(*quantity, "switch"),
                    many(sufficient.saturating_sub(*quantity), "more switch"),
                    many(needed - available, "port"),
                )
            } else {
                format!(
                    "Servers need {} in zone \"{zone}\" of {subject}, and {} give {available}, but \
                     the distributions cannot be kept with them: ports that belong on one switch, \
                     or on different ones, do not find room. {help}",
                    many(*needed, "port"),
                    many(*quantity, "switch"),
                )
            };
            say("Servers do not fit on the switches", detail)
        }
        Fault::UnitTooLarge {
            zone,
            needed,
            available,
        } => say(
            "One server needs more than one switch has",
            format!(
                "For {subject}: {} must be on one switch, but a switch has {} in zone \"{zone}\". \
                 Add {} to the zone, use fewer, or another distribution.",
                many(*needed, "port"),
                many(*available, "port"),
                many(needed.saturating_sub(*available), "port"),
            ),
        ),
        Fault::AlternatingSwitches { ports, switches } => say(
            "More alternating ports than switches",
            format!(
                "For {subject}, the {ports} ports go to {ports} different switches, but \
                 override_quantity allows {switches}. Raise it by {}, or use fewer ports.",
                ports.saturating_sub(*switches)
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
