//! Ports of a zone.

use super::{Words, list, say};
use crate::fabric::ports::{PORT_MAX, PortSpecFault, SPEC_LENGTH_MAX};
use crate::fabric::problem::Fault;

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "each table knows its own faults"
)]
pub(super) fn zone_ports(subject: &str, fault: &Fault) -> Words {
    match fault {
        Fault::PortSpec { spec, fault } => say(
            "Ports cannot be read",
            format!("In {subject}, ports is \"{spec}\": {}", spec_fault(fault)),
        ),
        Fault::PortsOutsideProfile {
            argument,
            ports,
            profile,
            last,
        } => say(
            "The switch does not have these ports",
            format!(
                "In {subject}, {argument} name {ports}, but a \"{profile}\" has ports 1 to {last}. \
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
        _ => None,
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "each table knows its own faults"
)]
pub(super) fn zone_orders(subject: &str, fault: &Fault) -> Words {
    match fault {
        Fault::PriorityZero => say(
            "Priority is 0",
            format!(
                "In {subject}, priority is 0. Priorities start at 1. Use 1, or a greater number."
            ),
        ),
        Fault::AllocationOrderMissing => say(
            "Order of the ports is missing",
            format!(
                "In {subject}, allocation is custom, so allocation_order must list all ports of the \
                 zone in the order of their use."
            ),
        ),
        Fault::AllocationOrderUnused => say(
            "Order of the ports is not used",
            format!(
                "In {subject}, allocation_order is given, but only allocation \"custom\" uses it. Set \
                 that allocation, or remove the order."
            ),
        ),
        Fault::AllocationOrder {
            twice,
            missing,
            foreign,
        } => {
            let part =
                |ports: &str, what: &str| (!ports.is_empty()).then(|| format!("{what} {ports}"));
            let parts: Vec<String> = [
                part(missing, "leaves out"),
                part(twice, "repeats"),
                part(foreign, "names ports that the zone lacks:"),
            ]
            .into_iter()
            .flatten()
            .collect();
            say(
                "Order of the ports does not match the zone",
                format!(
                    "In {subject}, allocation_order {}. It must name each port of the zone once.",
                    list(&parts)
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
pub(super) fn zone_claims(subject: &str, fault: &Fault) -> Words {
    match fault {
        Fault::ZonesOverlap { winner, ports } => {
            let several = ports.contains([',', '-']);
            let (noun, verb) = if several {
                ("ports", "are")
            } else {
                ("port", "is")
            };
            let them = if several { "them" } else { "it" };
            say(
                "Zones overlap",
                format!(
                    "In {subject}, {noun} {ports} {verb} also in zone \"{winner}\", which takes {them}: \
                     uplinks and fabric ports go before server ports, then the lower priority, then the name. \
                     Remove {them} from one of the two zones."
                ),
            )
        }
        Fault::ZoneWithoutPorts => say(
            "Zone has no ports left",
            format!(
                "All ports of {subject} belong to other zones too, which take them. Give it ports of its own."
            ),
        ),
        Fault::ZoneTypeForRole { zone_type, role } => say(
            "Zone type does not fit the role",
            format!(
                "The type of {subject} is {zone_type}, and the switch is a {role}. Spines have zones of \
                 type fabric and server, leaves of all types but fabric."
            ),
        ),
        _ => None,
    }
}

pub(super) fn spec_fault(fault: &PortSpecFault) -> String {
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
