//! Optics that do not go together, or not into their cage.

use super::{Words, many, say};
use crate::fabric::catalog::Parts;
use crate::fabric::problem::{Fault, OpticsFault};
use crate::fabric::units::Mode;

pub(super) fn optics(subject: &str, fault: &Fault) -> Words {
    let Fault::Optics(fault) = fault else {
        return None;
    };
    match fault {
        OpticsFault::Medium { near, far, other } => say(
            "Optics of different media",
            format!(
                "For {subject}, the transceiver is for {near}, but that of {other} is for {far}: no \
                 cable joins them. Choose transceivers of one medium."
            ),
        ),
        OpticsFault::Differ {
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
        OpticsFault::OneSided {
            missing_here,
            other,
        } => one_sided(subject, *missing_here, other),
        OpticsFault::Unnamed { mode, other } => say(
            "Nothing splits the cages",
            format!(
                "The ports of {subject} run as {mode}, but neither the zone nor {other} \
                 names a transceiver. Name the optic or the cable that splits a cage: transceiver = \
                 \"manufacturer/model\"."
            ),
        ),
        OpticsFault::ForCage { optic, cage } => say(
            "Optic and cage differ",
            format!(
                "For {subject}, the transceiver is made for {optic} cages, but the ports are {cage}. \
                 Check that it fits, or choose another."
            ),
        ),
        OpticsFault::TooSlow { optic, wanted } => say(
            "Optic is slower than its port",
            format!(
                "For {subject}, the transceiver carries {optic}, but the port runs at {wanted}. Choose \
                 a faster transceiver, or a slower breakout."
            ),
        ),
        OpticsFault::Split { mode, parts } => split(subject, *mode, *parts),
    }
}

fn one_sided(subject: &str, missing_here: bool, other: &str) -> Words {
    let (has, lacks) = if missing_here {
        (other, subject)
    } else {
        (subject, other)
    };
    say(
        "Optic at one end only",
        format!(
            "A transceiver is given for {has}, but none for {lacks}, which is the other end of the same \
             cables. Give one there too, or none at both ends."
        ),
    )
}

fn split(subject: &str, mode: Mode, parts: Parts) -> Words {
    let can = match parts {
        Parts::Exactly(ends) => {
            let verb = if ends == 1 { "is" } else { "are" };
            format!(
                "is a cable with {} that {verb} fixed",
                many(ends, "far end")
            )
        }
        Parts::AtMost(1) => "cannot be split".to_owned(),
        Parts::AtMost(parts) => format!("can be split into {parts} at most"),
    };
    say(
        "Optic does not split its cage so",
        format!(
            "The ports of {subject} run as {mode}, but the transceiver {can}. Choose another \
             transceiver, or another breakout."
        ),
    )
}
