//! What is wrong with a design: typed, with the numbers, at the input that causes it.
//!
//! The engine never writes prose: [`Fault`] carries facts, [`Problem::explain`] is the one place
//! where they become words, and the boundary turns a [`Locus`] into its own kind of path.

use crate::diag::Severity;

/// What the fault is about, in the design's own terms.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    Plan,
    SwitchClass { class: String },
    Zone { class: String, zone: String },
    ServerClass { class: String },
    Nic { class: String, nic: String },
    Connection { class: String, connection: String },
}

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

/// One variant for each thing that can be wrong, with the numbers that show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {}

impl Problem {
    /// A stable word for machines, for example `unknown-profile`.
    pub fn code(&self) -> &'static str {
        match self.fault {}
    }

    /// Summary and detail: cause, numbers, next step.
    pub fn explain(&self) -> (String, String) {
        match self.fault {}
    }
}
