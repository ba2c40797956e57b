//! Where a conversion is inside a value, and what is wrong there.

use std::fmt;

use crate::diag::Path;

/// A way from the root that lives on the stack: it becomes a [`Path`] only when something is wrong.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Trail<'a> {
    Root,
    Attribute(&'a Self, &'a str),
    Key(&'a Self, &'a str),
    Index(&'a Self, usize),
}

impl Trail<'_> {
    pub(crate) fn path(&self) -> Path {
        match self {
            Self::Root => Path::root(),
            Self::Attribute(parent, name) => parent.path().attribute(name),
            Self::Key(parent, key) => parent.path().key(key),
            Self::Index(parent, index) => parent
                .path()
                .index(u64::try_from(*index).unwrap_or(u64::MAX)),
        }
    }

    pub(crate) fn error(&self, problem: impl Into<String>) -> ValueError {
        ValueError {
            path: self.path(),
            problem: problem.into(),
        }
    }
}

/// Bytes that are not a value of the wanted type, or a value that is not of its type.
///
/// The text never holds contents: they may be secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueError {
    pub path: Path,
    pub problem: String,
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.steps().is_empty() {
            write!(f, "{}", self.problem)
        } else {
            write!(f, "{}: {}", self.path, self.problem)
        }
    }
}

impl std::error::Error for ValueError {}
