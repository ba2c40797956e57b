//! What would give a fabric enough ports on its spines.

use crate::fabric::units::Speed;

/// The smallest change after which all links find ports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SpineRemedy {
    /// A greater `override_quantity` of the subject.
    Quantity {
        given: u32,
        sufficient: u32,
        /// There are no other spines, so that without `override_quantity` the number is found.
        alone: bool,
    },
    /// Where no number of spines helps: more ports on each switch of these classes.
    Ports(Vec<MorePorts>),
}

/// What lets every leaf reach every spine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReachRemedy {
    /// More ports on each spine, so that no more than so many are needed.
    MorePorts { more: Vec<MorePorts>, switches: u32 },
    /// A smaller `override_quantity` of a class of spines.
    FewerSpines { class: String, sufficient: u32 },
    /// More uplinks on the leaf.
    Uplinks,
}

impl ReachRemedy {
    pub fn is_possible(&self) -> bool {
        match self {
            Self::MorePorts { more, .. } => more.iter().all(MorePorts::is_possible),
            Self::FewerSpines { .. } | Self::Uplinks => true,
        }
    }
}

/// Ports of one speed that each switch of a class of spines needs towards leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MorePorts {
    pub class: String,
    pub speed: Speed,
    pub found: u32,
    pub sufficient: u32,
    /// So many such a switch can have; fewer than are sufficient, if another one is needed.
    pub most: u32,
}

impl MorePorts {
    pub fn is_possible(&self) -> bool {
        self.sufficient <= self.most
    }
}
