//! Whose a type is. Its custom field has the word of the Terraform state that made it.

use crate::netbox::kind::CustomFields;
use crate::reconcile::fields;

/// Behind the word, as long as the type is not whole.
const UNFINISHED: &str = " unfinished";

/// Whose a type is, to who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// Of who asks.
    Ours,
    /// Nobody has finished it: a creation was cut short, and whoever wishes the type goes on with it.
    Unfinished {
        /// Who asks has begun it.
        begun: bool,
    },
    /// Another Terraform state made it.
    AnotherState,
    /// It is not marked: people made it, or another program.
    Others,
}

impl Owner {
    /// By the mark, for the state with that word; a state without one has made nothing.
    pub(super) fn of(custom_fields: &CustomFields, word: &str) -> Self {
        let mark = mark(custom_fields);
        if mark.is_empty() {
            Self::Others
        } else if let Some(by) = mark.strip_suffix(UNFINISHED) {
            Self::Unfinished { begun: by == word }
        } else if mark == word {
            Self::Ours
        } else {
            Self::AnotherState
        }
    }

    /// It may be changed and deleted.
    pub fn is_ours(self) -> bool {
        matches!(self, Self::Ours | Self::Unfinished { .. })
    }

    pub(super) fn is_finished(self) -> bool {
        !matches!(self, Self::Unfinished { .. })
    }
}

/// The mark of a type that is being made.
pub(super) fn unfinished(word: &str) -> String {
    format!("{word}{UNFINISHED}")
}

/// Whether a state has made it, whichever.
pub(super) fn is_marked(custom_fields: &CustomFields) -> bool {
    maker(custom_fields).is_some()
}

/// The word of the state that made it, or began to; `None`: others made it.
pub(super) fn maker(custom_fields: &CustomFields) -> Option<&str> {
    let mark = mark(custom_fields);
    let word = mark.strip_suffix(UNFINISHED).unwrap_or(mark);
    (!word.is_empty()).then_some(word)
}

fn mark(custom_fields: &CustomFields) -> &str {
    let mark = custom_fields.get(fields::OWNER);
    mark.and_then(serde_json::Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asks_owns_what_has_its_word_or_is_not_finished() {
        let unfinished = |begun| Owner::Unfinished { begun };
        for (mark, word, owner) in [
            (None, "a", Owner::Others),
            (Some(""), "", Owner::Others),
            (Some("a"), "a", Owner::Ours),
            (Some("a"), "b", Owner::AnotherState),
            (Some("a"), "", Owner::AnotherState),
            (Some("a unfinished"), "a", unfinished(true)),
            (Some("a unfinished"), "b", unfinished(false)),
        ] {
            let mark = mark.map(|mark| (fields::OWNER.to_owned(), mark.into()));
            let fields: CustomFields = mark.into_iter().collect();
            assert_eq!(Owner::of(&fields, word), owner, "{fields:?} {word}");
        }
    }
}
