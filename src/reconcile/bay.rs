//! Where a module sits in its device: `fe`, or `fe/cage-0` for an optic in the card in `fe`.

use std::fmt;

/// Names of bays from the device inwards. Sorts a card's bay before those in the card.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bay(Vec<String>);

impl Bay {
    /// A bay of the device itself.
    pub fn top(name: &str) -> Self {
        Self(vec![name.to_owned()])
    }

    /// A bay of the module that sits in this one.
    #[must_use]
    pub fn inner(&self, name: &str) -> Self {
        Self(self.0.iter().cloned().chain([name.to_owned()]).collect())
    }

    /// The bay of the module that this bay belongs to.
    pub fn outer(&self) -> Option<Self> {
        let (_, outer) = self.0.split_last()?;
        (!outer.is_empty()).then(|| Self(outer.to_vec()))
    }

    /// Its own name, as `NetBox` has it.
    pub fn name(&self) -> &str {
        self.0.last().map_or("", String::as_str)
    }

    /// Modules around it.
    pub fn depth(&self) -> usize {
        self.0.len().saturating_sub(1)
    }
}

impl fmt::Display for Bay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("/"))
    }
}
