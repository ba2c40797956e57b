//! Optics that do not go together, or not into their cage.

use super::{Words, say};
use crate::fabric::problem::Fault;

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "each table knows its own faults"
)]
pub(super) fn optics(subject: &str, fault: &Fault) -> Words {
    match fault {
        Fault::OpticsMedium { near, far, other } => say(
            "Optics of different media",
            format!(
                "For {subject}, the transceiver is for {near}, but that of {other} is for {far}: no \
                 cable joins them. Choose transceivers of one medium."
            ),
        ),
        Fault::OpticsDiffer {
            what,
            near,
            far,
            other,
        } => say(
            "Optics differ",
            format!(
                "For {subject}, the {what} of the transceiver is {near}, but for that of {other} it is \
                 {far}. Check that the two work together, or choose others."
            ),
        ),
        Fault::OpticsOneSided {
            missing_here,
            other,
        } => {
            let (has, lacks) = if *missing_here {
                (other.as_str(), subject)
            } else {
                (subject, other.as_str())
            };
            say(
                "Optic at one end only",
                format!(
                    "A transceiver is given for {has}, but none for {lacks}, which is the other end of \
                     the same cables. Give one there too, or none at both ends."
                ),
            )
        }
        Fault::SplitWithoutOptic { mode } => say(
            "Nothing splits the cages",
            format!(
                "The ports of {subject} run as {mode}, but neither the zone nor what is attached to it \
                 names a transceiver. Name the optic or the cable that splits a cage: transceiver = \
                 \"manufacturer/model\"."
            ),
        ),
        Fault::OpticForCage { optic, cage } => say(
            "Optic and cage differ",
            format!(
                "For {subject}, the transceiver is made for {optic} cages, but the ports are {cage}. \
                 Check that it fits, or choose another."
            ),
        ),
        Fault::OpticTooSlow { optic, wanted } => say(
            "Optic is slower than its port",
            format!(
                "For {subject}, the transceiver carries {optic}, but the port runs at {wanted}. Choose \
                 a faster transceiver, or a slower breakout."
            ),
        ),
        _ => None,
    }
}
