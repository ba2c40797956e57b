//! What of others stands in the way.

use std::fmt;

/// Something of others where a part of ours has to be, or that would be harmed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Conflict {
    CableOnPort {
        port: String,
        cable: u64,
    },
    /// A cage is one socket: as a whole, or broken out.
    CableInCage {
        port: String,
        taken: String,
        cable: u64,
    },
    CableOnRemovedPort {
        port: String,
        cable: u64,
    },
    ModuleInBay {
        device: String,
        bay: String,
        module: u64,
    },
    ModuleInRemovedCard {
        device: String,
        bay: String,
        module: u64,
    },
    /// It came when ours had gone.
    ModuleInRemovedBay {
        bay: String,
        module: u64,
    },
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CableOnPort { port, cable } => write!(
                f,
                "{port} is taken by cable {cable}, which is not of this plan"
            ),
            Self::CableInCage { port, taken, cable } => write!(
                f,
                "{taken} is taken by cable {cable}, which is not of this plan, and is the cage of {port}"
            ),
            Self::CableOnRemovedPort { port, cable } => {
                write!(
                    f,
                    "{port} has to go, but cable {cable} is on it, which is not of this plan"
                )
            }
            Self::ModuleInBay {
                device,
                bay,
                module,
            } => {
                write!(
                    f,
                    "bay {bay} of {device} holds module {module}, which is not of this plan"
                )
            }
            Self::ModuleInRemovedBay { bay, module } => {
                write!(
                    f,
                    "{bay} has to go, but module {module} is in it, which is not of this plan"
                )
            }
            Self::ModuleInRemovedCard {
                device,
                bay,
                module,
            } => {
                write!(
                    f,
                    "the card around bay {bay} of {device} has to go, but module {module} is in it, which is not of \
                     this plan"
                )
            }
        }
    }
}
