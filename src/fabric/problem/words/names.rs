//! Words and names.

use super::{Words, say};
use crate::fabric::limits::NAME_LENGTH_MAX;
use crate::fabric::problem::{Fault, Locus};

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "each table knows its own faults"
)]
pub(super) fn names(locus: &Locus, subject: &str, fault: &Fault) -> Words {
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
                 characters. Names in NetBox and references are made from it."
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
        Fault::TooMany { what, count, limit } => say(
            "The plan is too large",
            format!(
                "In {subject}: {count} {what}, and at most {limit} can be planned. Lower the number, or \
                 divide the plan."
            ),
        ),
        _ => None,
    }
}
