//! What a run did, counted as answers came in: true also when it ended early.

use std::collections::BTreeMap;

/// What was done to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verb {
    Created,
    Updated,
    Deleted,
    /// A cable that is to move: its ends are free.
    Detached,
    /// A cable that moved has its new ends.
    Attached,
}

impl Verb {
    pub fn word(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Deleted => "deleted",
            Self::Detached => "detached",
            Self::Attached => "attached",
        }
    }
}

/// Objects by what was done and by kind: `(Created, "cable")`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Receipt {
    pub done: BTreeMap<(Verb, &'static str), usize>,
}

impl Receipt {
    pub fn total(&self) -> usize {
        self.done.values().sum()
    }

    pub fn count(&self, verb: Verb, kind: &'static str) -> usize {
        self.done.get(&(verb, kind)).copied().unwrap_or_default()
    }

    pub(super) fn add(&mut self, verb: Verb, kind: &'static str, objects: usize) {
        *self.done.entry((verb, kind)).or_default() += objects;
    }
}
