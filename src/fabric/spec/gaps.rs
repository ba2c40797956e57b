//! What is missing in a spec whose design has errors, so that nothing false follows from it.

use std::collections::BTreeSet;

/// Empty where the design is valid.
///
/// What is not broken itself and depends on nothing that is, is sized and placed as ever: its problems
/// are told beside those that were found before.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Gaps {
    /// There is no placement of the whole.
    pub unplaced: bool,
    /// Nothing can be sized: what is missing may matter everywhere.
    pub everything: bool,
    /// Positions of switch classes with an error of their own.
    pub broken: BTreeSet<usize>,
    /// Positions of switch classes that are asked for ports by something that is not known in whole.
    pub asked: BTreeSet<usize>,
    /// Fabrics of which a class of leaves is broken or missing.
    pub leaves: BTreeSet<String>,
    /// Fabrics of which a class of spines is broken or missing.
    pub spines: BTreeSet<String>,
}

impl Gaps {
    /// Whether all is known that decides the quantity of the class at that position, but for the
    /// classes that ask it.
    pub fn sized(&self, class: usize) -> bool {
        self.knows_askers(class) && !self.broken.contains(&class)
    }

    /// Whether all attachments and zones that lead to the class are known.
    pub fn knows_askers(&self, class: usize) -> bool {
        !self.everything && !self.asked.contains(&class)
    }

    pub fn knows_leaves(&self, fabric: &str) -> bool {
        !self.everything && !self.leaves.contains(fabric)
    }

    pub fn knows_spines(&self, fabric: &str) -> bool {
        !self.everything && !self.spines.contains(fabric)
    }
}
