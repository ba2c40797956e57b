//! A server class, its cards and attachments.

use super::{Words, did_you_mean, many, say};
use crate::fabric::limits::INTERFACE_NAME_LENGTH_MAX;
use crate::fabric::ports::compact;
use crate::fabric::problem::Fault;
use crate::fabric::units::{Mode, Speed};

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "each table knows its own faults"
)]
pub(super) fn server_class(subject: &str, fault: &Fault) -> Words {
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
        Fault::NicPortName { interface } => say(
            "A nic has a port without a usable name",
            format!(
                "For {subject}: {interface:?} has {} characters. The name of an interface has 1 to \
                 {INTERFACE_NAME_LENGTH_MAX}, none of them a line break or another control character, \
                 and blanks are not all of it. Correct the name in ports.",
                interface.chars().count()
            ),
        ),
        Fault::NicPortOfTwo { interface, other } => say(
            "Two nics have an interface of one name",
            format!(
                "For {subject}: its port becomes interface \"{interface}\" of each server, which nic \"{other}\" \
                 has too. Rename a nic or a port: interface names must differ."
            ),
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
                "For {subject}: port \"{port}\" of nic \"{nic}\" is used by attachment \"{other}\" \
                 too. Choose another port_index, or fewer ports."
            ),
        ),
        _ => None,
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "each table knows its own faults"
)]
pub(super) fn attachments(subject: &str, fault: &Fault) -> Words {
    match fault {
        Fault::NoPorts => say(
            "Attachment without ports",
            format!("For {subject}, ports is 0. Use at least 1, or remove the attachment."),
        ),
        Fault::NoSpeed => say(
            "Attachment without a speed",
            format!("For {subject}, speed is 0. It is the speed of one port in Gbit/s."),
        ),
        Fault::CardTooSlow { nic, card, wanted } => say(
            "Card is slower than its attachment",
            format!(
                "For {subject}, the speed is {wanted}, but a port of nic \"{nic}\" runs at {card}. Use a \
                 zone and a speed of {card}, or a faster card."
            ),
        ),
        Fault::CardFaster { nic, card, wanted } => say(
            "Card runs below its speed",
            format!(
                "For {subject}, the speed is {wanted}, and a port of nic \"{nic}\" is made for {card}. \
                 Check that the card can run slower, or use a zone and a speed of {card}."
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
pub(super) fn between(subject: &str, fault: &Fault) -> Words {
    match fault {
        Fault::ZoneReference { text } => say(
            "Zone cannot be read",
            format!(
                "For {subject}: \"{text}\" names no zone. It is written as switch class, \"/\" and zone, \
                 for example \"fe-leaf/servers\"."
            ),
        ),
        Fault::UnknownClass { class, near } => say(
            "Unknown switch class",
            format!(
                "For {subject}: the plan has no switch class \"{class}\".{}",
                did_you_mean(near)
            ),
        ),
        Fault::UnknownZone { class, zone, near } => say(
            "Unknown zone",
            format!(
                "For {subject}: switch class \"{class}\" has no zone \"{zone}\".{}",
                did_you_mean(near)
            ),
        ),
        Fault::ZoneNotForServers {
            zone,
            zone_type,
            has_peer,
        } => say(
            "Zone is not for servers",
            if *has_peer {
                format!(
                    "For {subject}, zone is \"{zone}\", whose ports lead to its peer. Use a zone of type \
                     {zone_type} without a peer."
                )
            } else {
                format!(
                    "For {subject}, zone is \"{zone}\", which is of type {zone_type}. Servers connect \
                     to zones of type server, and with port_type \"ipmi\" to zones of type oob."
                )
            },
        ),
        Fault::SpeedMismatch {
            speed,
            zone,
            mode,
            fitting,
        } => say(
            "Speeds of attachment and zone differ",
            format!(
                "For {subject}, the speed is {speed}, but zone \"{zone}\" runs as {mode}, \
                 which is {} a port. {}",
                mode.speed,
                one_speed(*speed, *mode, fitting)
            ),
        ),
        _ => None,
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "each table knows its own faults"
)]
pub(super) fn rails(subject: &str, fault: &Fault) -> Words {
    match fault {
        Fault::RailsUneven { zone, rails } => {
            let rails: Vec<String> = rails
                .iter()
                .map(|(rail, ports)| format!("{rail} has {}", many(*ports, "port")))
                .collect();
            say(
                "Rails have unlike numbers of ports",
                format!(
                    "In {subject}, a server has more ports on some rails of zone \"{zone}\" than on others: \
                     rail {}. If that is not meant, correct rail in the attachments.",
                    rails.join(", ")
                ),
            )
        }
        Fault::RailsShifted {
            zone,
            rails,
            other,
            others,
        } => say(
            "Two classes number their rails differently",
            format!(
                "In zone \"{zone}\", {subject} has rails {}, and server class \"{other}\" has {}: the same \
                 number is the same rail. Number them alike, or give the classes zones of their own.",
                compact(rails.iter().copied()),
                compact(others.iter().copied())
            ),
        ),
        _ => None,
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "each table knows its own faults"
)]
pub(super) fn idle(subject: &str, fault: &Fault) -> Words {
    match fault {
        Fault::ServersUnattached => say(
            "Servers are attached nowhere",
            format!(
                "The {subject} has no attachment, so that its servers get no cable. Add one, or remove the class \
                 if the plan does not cable it."
            ),
        ),
        Fault::NicUnused => say(
            "Nic is not used",
            format!(
                "No attachment names {subject}: its ports get no cable. Add an attachment, or remove the nic if \
                 its ports are cabled elsewhere."
            ),
        ),
        _ => None,
    }
}

/// What gives both ends one speed.
fn one_speed(speed: Speed, mode: Mode, fitting: &[Mode]) -> String {
    let as_zone = mode.speed.gbps();
    if fitting.is_empty() {
        return format!(
            "No breakout that the switch allows for all its ports runs at {speed}; use another zone, or \
             speed = {as_zone}."
        );
    }
    let modes: Vec<String> = fitting.iter().map(ToString::to_string).collect();
    format!(
        "Set speed = {as_zone}, or break the zone out as {}.",
        modes.join(" or ")
    )
}
