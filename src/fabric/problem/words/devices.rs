//! Names of devices: templates, and classes that were renamed.

use super::{Words, did_you_mean, say};
use crate::fabric::limits::DEVICE_NAME_LENGTH_MAX;
use crate::fabric::name::template::TemplateFaultKind;
use crate::fabric::problem::Fault;

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "each table knows its own faults"
)]
pub(super) fn templates(_: &str, fault: &Fault) -> Words {
    match fault {
        Fault::NamingCategory { category, near } => say(
            "Unknown category of devices",
            format!(
                "In naming, a template is given for \"{category}\". Devices are of category \
                 \"server\", \"leaf\", \"spine\", \"border\" or \"oob\".{}",
                did_you_mean(near)
            ),
        ),
        Fault::NamingTemplate {
            category,
            template,
            fault,
            near,
        } => say(
            "Naming template cannot be read",
            format!(
                "The template for category \"{category}\" is \"{template}\". At character {}, {}{}",
                fault.position,
                template_fault(&fault.kind),
                did_you_mean(near)
            ),
        ),
        _ => None,
    }
}

fn template_fault(kind: &TemplateFaultKind) -> String {
    match kind {
        TemplateFaultKind::Unclosed => {
            "\"{\" has no \"}\". For a brace in the name write \"{{\".".to_owned()
        }
        TemplateFaultKind::Unopened => {
            "\"}\" has no \"{\". For a brace in the name write \"}}\".".to_owned()
        }
        TemplateFaultKind::UnknownVariable { variable } => format!(
            "\"{variable}\" is not a variable. There are plan, site, class, category, fabric, role \
             and index."
        ),
        TemplateFaultKind::Width { width } => format!(
            "the width is \"{width}\". It is written as 0 and the number of digits, 1 to 9: \
             \"{{index:02}}\"."
        ),
        TemplateFaultKind::WidthOfText { variable } => format!(
            "\"{variable}\" has a width, but only index is a number. Write \"{{{variable}}}\"."
        ),
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "each table knows its own faults"
)]
pub(super) fn devices(subject: &str, fault: &Fault) -> Words {
    match fault {
        Fault::NameWithoutIndex {
            category,
            template,
            name,
        } => say(
            "All devices of a class would have one name",
            format!(
                "The template for category \"{category}\" is \"{template}\", which calls all devices \
                 of {subject} \"{name}\". Add {{index}}, or {{index:02}} for two digits."
            ),
        ),
        Fault::DeviceNameLength {
            name,
            category,
            length,
        } => say(
            "A device's name is too long",
            format!(
                "In {subject}, \"{name}\" has {length} characters, and NetBox takes \
                 {DEVICE_NAME_LENGTH_MAX}. Shorten the naming template of category \"{category}\", or \
                 the class's name, by {}.",
                length.saturating_sub(DEVICE_NAME_LENGTH_MAX)
            ),
        ),
        Fault::DeviceNameCharacters { name, category } => say(
            "A device's name cannot be used",
            format!(
                "In {subject}, a device would be called \"{name}\". A name starts with a letter or a \
                 digit and continues with letters, digits, \"-\", \"_\" or \".\". Change the naming \
                 template of category \"{category}\"."
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
                 class \"{}\". Names are \
                 compared without regard to case. Put {{class}} into the naming template, or where it is \
                 there, rename one of the classes.",
                first.index, first.class, second.index, second.class
            ),
        ),
        Fault::BootMacTwice { mac, first, second } => say(
            "Two switches would have one boot MAC",
            format!(
                "\"{first}\" and \"{second}\" would both boot as {mac}, which is made of the name. \
                 Rename {subject}, or change the naming template."
            ),
        ),
        _ => None,
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "each table knows its own faults"
)]
pub(super) fn former_names(subject: &str, fault: &Fault) -> Words {
    match fault {
        Fault::FormerNameExists {
            formerly,
            own: true,
        } => say(
            "The former name is the name",
            format!(
                "In {subject}, formerly is \"{formerly}\", which it is called now. Remove formerly, or \
                 write the name that it had before."
            ),
        ),
        Fault::FormerNameExists {
            formerly,
            own: false,
        } => say(
            "The former name is still a class",
            format!(
                "In {subject}, formerly is \"{formerly}\", but the plan has a class of that name, \
                 which keeps its devices. Remove that class, or formerly."
            ),
        ),
        Fault::FormerNameTwice { formerly, other } => say(
            "Two classes have one former name",
            format!(
                "In {subject}, formerly is \"{formerly}\", as in class \"{other}\". The devices of \
                 \"{formerly}\" can be carried over to one class. Remove formerly from one of the two."
            ),
        ),
        _ => None,
    }
}
