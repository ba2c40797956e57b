//! Classes of which something could not be read: what is left of them is checked, and nothing is told
//! that may follow from what is missing.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::fabric::design::{Nic, ServerClass, SwitchClass};
use crate::fabric::problem::{Fault, Problem, Subject};

/// Parts that could not be read.
pub(crate) type Unread = BTreeSet<Subject>;

/// Whether something of a switch class could not be read.
pub(super) fn has_switch_class(unread: &Unread, class: &str) -> bool {
    unread.iter().any(|part| part.switch_class() == Some(class))
}

/// The class without the zones that could not be read.
pub(super) fn switch_class<'c>(
    name: &str,
    class: &'c SwitchClass,
    unread: &Unread,
) -> Cow<'c, SwitchClass> {
    if !has_switch_class(unread, name) {
        return Cow::Borrowed(class);
    }
    let mut left = class.clone();
    left.zones.retain(|zone, _| {
        let (class, zone) = (name.to_owned(), zone.clone());
        !unread.contains(&Subject::Zone { class, zone })
    });
    Cow::Owned(left)
}

/// What is wrong with the class whatever the unread parts say.
pub(super) fn of_switch_class(name: &str, unread: &Unread, problems: &mut Vec<Problem>) {
    if has_switch_class(unread, name) {
        problems.retain(|problem| {
            // Cages of a zone that is not known may be run in any way.
            let counted = matches!(problem.fault, Fault::PortLimit { .. });
            problem.is_error() && !counted && !unread.contains(&problem.locus.subject)
        });
    }
}

/// The class without the attachments that could not be read, and with the names alone of such cards.
pub(super) fn server_class<'c>(
    name: &str,
    class: &'c ServerClass,
    unread: &Unread,
) -> Cow<'c, ServerClass> {
    if unread.is_empty() {
        return Cow::Borrowed(class);
    }
    let mut left = class.clone();
    left.attachments.retain(|attachment, _| {
        let (class, attachment) = (name.to_owned(), attachment.clone());
        !unread.contains(&Subject::Attachment { class, attachment })
    });
    for (nic, card) in &mut left.nics {
        let (class, nic) = (name.to_owned(), nic.clone());
        if unread.contains(&Subject::Nic { class, nic }) {
            *card = Nic::default();
        }
    }
    Cow::Owned(left)
}

/// What is wrong with parts that were read.
pub(super) fn of_server_class(unread: &Unread, problems: &mut Vec<Problem>) {
    problems.retain(|problem| !unread.contains(&problem.locus.subject));
}
