//! Commands for a terminal: without Terraform, without `NetBox`. Text in, text out; `main.rs` reads
//! the files and writes what comes of it.
//!
//! | file | what it does |
//! |---|---|
//! | `input` | a case file, or what `terraform show -json` prints, to designs |
//! | `plan` | the command `plan` |
//! | `document`, `table` | its answer, for machines and for people |
//! | `import` | the command `import` |
//! | `configuration`, `hcl` | a design in Terraform's words, and how these are laid out |
//! | `types` | the types that the design refers to, as resources |
//! | `told` | everything that is wrong or worth knowing, from whatever layer |

mod configuration;
mod document;
mod hcl;
mod import;
mod input;
mod plan;
mod table;
mod terraform;
mod told;
mod types;

pub use document::FORMAT_VERSION;
pub use import::{Configuration, import};
pub use plan::{Format, plan};

/// What a command prints, and how it ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub stdout: String,
    pub stderr: String,
    pub ending: Ending,
}

/// How a command ends. Its number is the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ending {
    /// No errors. There may be warnings.
    Good = 0,
    /// The design has errors.
    DesignErrors = 1,
    /// The input is not there, or is neither a case nor Terraform's output. The command line's own
    /// errors end so too.
    NoInput = 2,
}

impl Ending {
    fn of<'t>(told: impl IntoIterator<Item = &'t told::Told>) -> Self {
        if told.into_iter().any(told::Told::is_error) {
            Self::DesignErrors
        } else {
            Self::Good
        }
    }
}

impl Answer {
    /// Nothing could be done, for these reasons.
    fn refused(told: &[told::Told]) -> Self {
        Self {
            stdout: String::new(),
            stderr: told.iter().map(told::Told::to_string).collect(),
            ending: Ending::NoInput,
        }
    }
}
