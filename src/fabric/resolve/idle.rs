//! Parts of a server class that nothing uses.

use super::unread::Unread;
use crate::fabric::design::ServerClass;
use crate::fabric::natural::sorted;
use crate::fabric::problem::{Fault, Problem, Subject};

/// Servers that are attached nowhere, and cards that no attachment names. An attachment that could not be
/// read, or names no card of the class, may mean any.
pub(super) fn check(name: &str, class: &ServerClass, unread: &Unread) -> Vec<Problem> {
    let mine = |part: &Subject| part.server_class() == Some(name);
    let mut named = class.attachments.values().map(|attachment| &attachment.nic);
    if unread.iter().any(mine) || !named.all(|nic| class.nics.contains_key(nic)) {
        return Vec::new();
    }
    if class.attachments.is_empty() {
        let subject = Subject::ServerClass {
            class: name.to_owned(),
        };
        return vec![Problem::new(
            subject,
            Some("attachment"),
            Fault::ServersUnattached,
        )];
    }
    let used = |nic: &&String| class.attachments.values().any(|a| a.nic == **nic);
    let idle = sorted(class.nics.keys())
        .into_iter()
        .filter(|nic| !used(nic));
    let told = idle.map(|nic| {
        let subject = Subject::Nic {
            class: name.to_owned(),
            nic: nic.clone(),
        };
        Problem::new(subject, None, Fault::NicUnused)
    });
    told.collect()
}
