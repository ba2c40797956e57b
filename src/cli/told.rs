//! What a command has to tell, from whatever layer it comes, in that layer's own words.

use std::fmt;

use serde::Serialize;

use crate::case::Finding;
use crate::diag::{Diagnostic, Severity};
use crate::fabric::problem::Problem;
use crate::provider::path_of;

/// One problem. Its members are those of the JSON document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Told {
    /// `error` or `warning`.
    severity: &'static str,
    /// A stable word for machines.
    code: &'static str,
    /// The argument of the plan, or the place in the file; empty if it is about the whole.
    path: String,
    /// One line.
    summary: String,
    /// Cause, numbers, next step.
    message: String,
}

impl Told {
    pub(super) fn error(code: &'static str, diagnostic: Diagnostic) -> Self {
        let path = diagnostic.path.map(|path| path.to_string());
        Self {
            severity: word(diagnostic.severity),
            code,
            path: path.unwrap_or_default(),
            summary: diagnostic.summary,
            message: diagnostic.detail,
        }
    }

    /// `import` writes the configuration that what Terraform prints was made of.
    pub(super) fn no_case() -> Self {
        let detail = "This is what Terraform prints of a configuration. Give a case file (YAML) to import, \
                      or use the command plan to see what this input plans to.";
        Self::error(
            "no-case",
            Diagnostic::error("The input is no case file", detail),
        )
    }

    /// As it stands in a configuration.
    pub(super) fn to_comment(&self) -> String {
        format!("{} ({})", self.message, self.path)
    }

    pub(super) fn is_error(&self) -> bool {
        self.severity == word(Severity::Error)
    }
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

impl From<&Problem> for Told {
    fn from(problem: &Problem) -> Self {
        let (summary, message) = problem.explain();
        Self {
            severity: word(problem.severity),
            code: problem.code(),
            path: path_of(&problem.locus).to_string(),
            summary,
            message,
        }
    }
}

impl From<&Finding> for Told {
    fn from(finding: &Finding) -> Self {
        Self {
            path: finding.place.to_string(),
            ..Self::error(finding.code(), finding.explain())
        }
    }
}

/// As a terminal shows it, with an empty line after it.
impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let title = if self.is_error() { "Error" } else { "Warning" };
        writeln!(f, "{title}: {} [{}]", self.summary, self.code)?;
        if !self.path.is_empty() {
            writeln!(f, "  at {}", self.path)?;
        }
        writeln!(f, "  {}\n", self.message)
    }
}
