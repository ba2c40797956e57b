//! The words of each finding: summary and detail. The place is told beside them.

use super::finding::{Fault, Kind, Note};
use crate::fabric::limits::DEVICE_DESCRIPTION_LENGTH_MAX;

pub(super) fn explain(kind: &Kind) -> (String, String) {
    let (summary, detail) = match kind {
        Kind::Fault(fault) => explain_fault(fault),
        Kind::Note(note) => ("Carried over with a change", explain_note(note)),
    };
    (summary.to_owned(), detail)
}

fn explain_fault(fault: &Fault) -> (&'static str, String) {
    match fault {
        Fault::NotYaml(message) => ("The file is not YAML", format!("{message}.")),
        Fault::NotACase => (
            "The file is not a case",
            "A case is a mapping with meta, plan, switch_classes and server_classes.".to_owned(),
        ),
        Fault::OtherFormat { version } => (
            "The file is a case of another format",
            format!(
                "Its apiVersion is \"{version}\". Only DIET's first format can be read, without \
                 apiVersion: meta, plan, reference_data, switch_classes, switch_port_zones, \
                 server_classes, server_nics and server_connections at the top level. The second one \
                 leaves breakouts and ports of cards to NetBox, so that a fabric cannot be computed \
                 from the file alone. Give the case in the first format, or write its classes as \
                 hedgehog_switch_class and hedgehog_server_class."
            ),
        ),
        Fault::Missing { key } => ("A key is missing", format!("{key} is needed. Set it.")),
        Fault::WrongType { wanted, found } => (
            "A value is of the wrong kind",
            format!("It must be {wanted}, but it is {found}."),
        ),
        Fault::UnknownId { what, id, near } => {
            let hint = match near.as_slice() {
                [] => String::new(),
                near => format!(" Did you mean {}?", near.join(" or ")),
            };
            (
                "An id is not defined",
                format!("No {what} of the file is called \"{id}\".{hint}"),
            )
        }
        Fault::Twice { what, id } => (
            "An id is defined twice",
            format!("The file calls more than one {what} \"{id}\". Rename all but one."),
        ),
        Fault::SpellingsDiffer { key, other } => (
            "Two spellings of one key differ",
            format!("{key} and {other} mean the same. Remove one of them."),
        ),
        Fault::Outdated { key, instead } => (
            "A key is of an older format",
            format!("{key} was replaced by {instead}. Use that."),
        ),
        Fault::ExpectedCount {
            what,
            expected,
            found,
        } => (
            "The file does not hold what it says",
            format!("It expects {expected} {what}, and has {found}."),
        ),
    }
}

fn explain_note(note: &Note) -> String {
    match note {
        Note::NoCounterpart { key } => format!("{key} has no counterpart and is left out."),
        Note::FromCatalogue { profile } => format!(
            "Roles, breakouts and features of {profile} come from the catalogue, not from the file."
        ),
        Note::Described {
            class,
            profile,
            left_out,
        } => {
            let more = match &left_out[..] {
                [] => String::new(),
                modes => format!(
                    " Modes that no zone uses are left out: {}.",
                    modes.join(", ")
                ),
            };
            format!(
                "The catalogue has no {profile}, so switch class {class} describes the switch itself, by \
                 the ports and modes that the file names. Check its cages.{more}"
            )
        }
        Note::UplinksByZones { class, ports } => format!(
            "uplink_ports_per_switch = {ports} of switch class {class} is left out: its uplink zones \
             say which ports lead up."
        ),
        Note::UplinksWithoutZone { class, ports } => format!(
            "uplink_ports_per_switch = {ports} of switch class {class} is left out: no uplink zone \
             says which ports these are."
        ),
        Note::UplinksNowhere { class, zone } => format!(
            "Zone {zone} of switch class {class} is left out: uplink_ports_per_switch = 0 says that \
             its ports stay free. Beside spines a leaf has uplinks, so give the class a fabric of its own."
        ),
        Note::MclagPair { class } => {
            format!("mclag_pair of switch class {class} becomes redundancy of type mclag.")
        }
        Note::FurtherGroups { class, groups } => format!(
            "Groups {} of switch class {class} are left out: a switch is in its redundancy group only.",
            groups.join(", ")
        ),
        Note::GroupWithoutType { class, group } => format!(
            "redundancy_group \"{group}\" of switch class {class} is left out: redundancy_type does not say \
             whether it is mclag or eslag, so its switches are no group."
        ),
        Note::DescriptionLong { length } => format!(
            "The plan's description has {length} characters. It becomes that of the devices, for which NetBox takes \
             {DEVICE_DESCRIPTION_LENGTH_MAX}: import cuts it, and keeps all of it in a comment."
        ),
        Note::Role { class, role } => {
            format!("Switch class {class} becomes a server-leaf: Hedgehog has no role \"{role}\".")
        }
        Note::FabricClass {
            class,
            fabric_class,
        } => format!(
            "Switch class {class} has no fabric_class and becomes {fabric_class}, by its fabric's name."
        ),
    }
}
