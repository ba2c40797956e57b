//! A switch that its class describes itself.

use super::{Words, list, many, say};
use crate::fabric::problem::Fault;

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "each table knows its own faults"
)]
pub(super) fn custom_profile(subject: &str, fault: &Fault) -> Words {
    match fault {
        Fault::ExactlyOneOf { a, b, both } => {
            let (found, step) = if *both {
                ("both are given", "Remove one of them")
            } else {
                ("neither is given", "Give one of them")
            };
            say(
                "One of two arguments is needed",
                format!("In {subject}, either {a} or {b} is wanted, and {found}. {step}."),
            )
        }
        Fault::CustomDeviceType => say(
            "A custom profile needs a device type",
            format!(
                "The switch of {subject} is described with custom_profile, which has no name in \
                 NetBox. Give device_type: \"slug\" or \"manufacturer/slug\"."
            ),
        ),
        Fault::ModeSyntax { text, broken_out } => {
            let (field, form) = if *broken_out {
                (
                    "breakouts",
                    "as number of logical ports, \"x\" and speed of each, for example \"4x200G\"; \
                     the number is 1, 2, 4 or 8",
                )
            } else {
                (
                    "speeds",
                    "as Gbit/s and \"G\", for example \"25G\" or \"2.5G\"",
                )
            };
            say(
                "A way to run the ports cannot be read",
                format!("In {subject}, {field} has \"{text}\". It is written {form}."),
            )
        }
        Fault::CageCannot { cage, mode, speeds } => say(
            "The cage cannot be run like this",
            format!(
                "In {subject}, \"{mode}\" does not go with cage {cage}: it has up to {}, \
                 each of {}, and together no more than the fastest of these.",
                many(cage.lanes(), "logical port"),
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
pub(super) fn custom_ports(subject: &str, fault: &Fault) -> Words {
    match fault {
        Fault::CustomPortsTwice { ports, other } => say(
            "A port is of two kinds",
            format!(
                "In {subject}, ports name {ports}, which port \"{other}\" names too. Each port of \
                 the switch belongs to one kind."
            ),
        ),
        Fault::CustomSharedTwice { what, ports, other } => say(
            "A port is in two groups of one kind",
            format!(
                "In {subject}, ports name {ports}, which {what} \"{other}\" names too. Each port of the \
                 switch is in one {what} at most; leave {ports} out of one of the two."
            ),
        ),
        Fault::CustomPortsMissing { last: 0, .. } => say(
            "A custom profile without ports",
            format!("The {subject} has no port. Describe at least one kind of ports."),
        ),
        Fault::CustomPortsMissing { missing, last } => say(
            "Ports of a custom profile are missing",
            format!(
                "The {subject} names ports up to {last}, but not {missing}. Ports are numbered from \
                 1 without gaps; describe these too."
            ),
        ),
        _ => None,
    }
}
