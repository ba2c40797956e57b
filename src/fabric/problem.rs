//! What is wrong with a design: typed, with the numbers, at the input that causes it.
//!
//! The engine never writes prose: [`Fault`] carries facts, [`Problem::explain`] is the one place
//! where they become words, and the boundary turns a [`Locus`] into its own kind of path.
//!
//! A new fault is a variant in `problem/fault.rs`, a line in the tables of `problem/kinds.rs` (of optics
//! both are in `problem/optics.rs`), its sentences in `problem/words` and a snapshot in `tests/it/messages.rs`.

mod fault;
mod growth;
mod kinds;
mod optics;
mod spines;
mod subject;
mod words;

pub use fault::{Fault, PortLimit};
pub use growth::{Moves, PinFault, Reason};
pub use optics::OpticsFault;
pub use spines::{Even, MorePorts, ReachRemedy, SpineRemedy};
pub use subject::Subject;
pub(super) use words::many;

use crate::diag::Severity;

/// The input that causes a fault: a subject, and the field of it if it is one field.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Locus {
    pub subject: Subject,
    /// The name of the argument, as in `design.rs` and in the configuration: `ports`, `breakout`.
    pub field: Option<&'static str>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub severity: Severity,
    pub locus: Locus,
    pub fault: Fault,
}

impl Problem {
    pub fn new(subject: Subject, field: Option<&'static str>, fault: Fault) -> Self {
        Self {
            severity: fault.severity(),
            locus: Locus { subject, field },
            fault,
        }
    }

    /// A problem that is a bug of this program.
    pub fn internal(what: impl Into<String>) -> Self {
        Self::new(Subject::Plan, None, Fault::Internal { what: what.into() })
    }

    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// A stable word for machines, for example `unknown-profile`.
    pub fn code(&self) -> &'static str {
        self.fault.code()
    }

    /// Summary and detail: cause, numbers, next step.
    pub fn explain(&self) -> (String, String) {
        words::explain(&self.locus, &self.fault)
    }
}
