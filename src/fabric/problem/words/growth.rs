//! What moves when a design changes, and ports that stay free.

use super::zones::spec_fault;
use super::{Words, did_you_mean, list, many, say};
use crate::fabric::problem::{Fault, Moves, PinFault, Reason};

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "each table knows its own faults"
)]
pub(super) fn growth(subject: &str, fault: &Fault) -> Words {
    match fault {
        Fault::ExcludedPorts { spec, fault } => say(
            "Excluded ports cannot be read",
            format!(
                "In {subject}, excluded_ports is \"{spec}\": {}",
                spec_fault(fault)
            ),
        ),
        Fault::ZoneExcluded { zone } => say(
            "All ports of a zone are excluded",
            format!(
                "In {subject}, excluded_ports names all ports of zone \"{zone}\", so nothing can be \
                 connected to it. Remove the zone, or exclude fewer ports."
            ),
        ),
        Fault::FarEndExcluded { zone, ports, peer } => say(
            "Uplinks are excluded",
            format!(
                "In {subject}, excluded_ports names all ports of zone \"{zone}\" ({ports}), so nothing \
                 leads to its peer \"{peer}\". Exclude fewer ports, give the zone another port, \
                 or remove the zone."
            ),
        ),
        Fault::NoPortsLeft { zone } => say(
            "All ports of the zone are excluded",
            format!(
                "For {subject}, ports are wanted in zone \"{zone}\", of which excluded_ports leaves \
                 none. Exclude fewer ports, or use another zone."
            ),
        ),
        Fault::Pin { pin, to, fault } => say(
            "A cable cannot be pinned",
            format!("In pins, \"{pin}\" = \"{to}\": {}", pin_fault(fault)),
        ),
        Fault::CablesMove { moved, of, groups } => {
            let lines: Vec<String> = groups.iter().map(line).collect();
            say(
                "Cables move",
                format!(
                    "{moved} of {} {}: {}.",
                    many(*of, "cable"),
                    if *moved == 1 { "moves" } else { "move" },
                    lines.join("; ")
                ),
            )
        }
        _ => None,
    }
}

fn pin_fault(fault: &PinFault) -> String {
    match fault {
        PinFault::End { text } => format!(
            "\"{text}\" is not an end of a cable. Write device, \"/\" and interface, for example \
             \"compute-007/fe-p0\" or \"fe-leaf-03/E1/9/1\"."
        ),
        PinFault::Device { device, near } => format!(
            "the plan has no device \"{device}\".{} A pin adds no device: switches come with min_quantity of \
             their class, servers with quantity, and those in retired are taken out.",
            did_you_mean(near)
        ),
        PinFault::Interface { device, interface } => format!(
            "\"{device}\" has no port \"{interface}\" that an attachment or a zone uses. Name a port \
             as cabling shows it."
        ),
        PinFault::Ends => "a pin joins a server with a switch, or a leaf's uplink with a spine of \
                           the same fabric. Name two such ends. Links to a named peer, within a mesh and \
                           within an MCLAG pair cannot be pinned."
            .to_owned(),
        PinFault::OtherZone { zone, found } => format!(
            "the server's port goes to zone \"{zone}\", and the switch's port is in zone \
             \"{found}\". Name a port of the first."
        ),
        PinFault::Excluded { class } => format!(
            "excluded_ports of switch class \"{class}\" keeps the port free. Name another one."
        ),
        PinFault::Twice { other } => {
            format!("the pin {other} has the same port. Remove one of the two.")
        }
        PinFault::Rule { rule, instead } if instead.is_empty() => {
            format!("{rule} does not allow it. Remove the pin.")
        }
        PinFault::Rule { rule, instead } => format!(
            "{rule} does not allow it, and gives {instead} instead. Name a port of that switch, or \
             remove the pin."
        ),
    }
}

/// `32 of 64 fabric links of fabric "backend": be-spine-02 joins`.
fn line(moves: &Moves) -> String {
    let Moves {
        links,
        moved,
        of,
        reason,
    } = moves;
    format!("{moved} of {of} {links}, since {}", why(reason))
}

fn why(reason: &Reason) -> String {
    let verb = |switches: &[String], one: &str, several: &str| {
        let verb = if switches.len() == 1 { one } else { several };
        format!("{} {verb}", short(switches))
    };
    match reason {
        Reason::Pinned => "they are pinned, or others on their ports are".to_owned(),
        Reason::Repack => "allocation is \"repack\"".to_owned(),
        Reason::ClassRemoved { class } => format!("switch class \"{class}\" is gone"),
        Reason::SwitchGone { switch } => format!("{switch} is gone"),
        Reason::PortExcluded { class } => {
            format!("excluded_ports of \"{class}\" names their ports")
        }
        Reason::PortLeftZone { zone } => format!("their ports are no longer in zone \"{zone}\""),
        Reason::OtherBreakout { zone, mode } => format!("zone \"{zone}\" now runs as {mode}"),
        Reason::OtherZone { zone } => format!("they now go to zone \"{zone}\""),
        Reason::Distribution { distribution } => {
            format!("{distribution} does not allow their places")
        }
        Reason::Joins { switches } => verb(switches, "joins", "join"),
        Reason::Leaves { switches } => verb(switches, "leaves", "leave"),
        Reason::Striping => "the far ends are shared out anew".to_owned(),
    }
}

/// At most three names, and how many others.
fn short(names: &[String]) -> String {
    match names {
        [first, second, third, rest @ ..] if !rest.is_empty() => {
            format!("{first}, {second}, {third} and {} more", rest.len())
        }
        _ => list(names),
    }
}
