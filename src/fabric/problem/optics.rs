//! What can be wrong with optics: two that do not go together, or one that does not go into its cage.

use crate::fabric::catalog::Parts;
use crate::fabric::units::{Mode, Speed};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpticsFault {
    Medium {
        near: String,
        far: String,
        other: String,
    },
    Differ {
        what: &'static str,
        near: String,
        far: String,
        other: String,
    },
    OneSided {
        /// The subject lacks it; otherwise the other end does.
        missing_here: bool,
        other: String,
    },
    /// Neither the zone nor what is attached to it names an optic, though others do.
    Unnamed {
        mode: Mode,
        /// Of what is attached, the first that names none.
        other: String,
    },
    ForCage {
        optic: String,
        cage: String,
    },
    TooSlow {
        optic: Speed,
        wanted: Speed,
    },
    /// It does not make so many ports of its cage.
    Split {
        mode: Mode,
        parts: Parts,
    },
}

impl OpticsFault {
    /// No cable joins two media; the rest may do, with optics that the catalogue does not know.
    pub(super) fn is_warning(&self) -> bool {
        !matches!(self, Self::Medium { .. })
    }

    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Medium { .. } => "optics-medium",
            Self::Differ { .. } => "optics-differ",
            Self::OneSided { .. } => "optics-one-sided",
            Self::Unnamed { .. } => "split-without-optic",
            Self::ForCage { .. } => "optic-for-cage",
            Self::TooSlow { .. } => "optic-too-slow",
            Self::Split { .. } => "optic-split",
        }
    }
}
