//! What would give a fabric enough ports on its spines.

use crate::fabric::units::{Room, Speed};

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
    /// A smaller `override_quantity` of a class of spines, with these ports where what they have is too few.
    /// Or uplinks, if there may be so many.
    FewerSpines {
        class: String,
        sufficient: u32,
        ports: Vec<MorePorts>,
        uplinks: Vec<MorePorts>,
    },
    /// More uplinks on classes of leaves; empty, where no number of them helps.
    Uplinks(Vec<MorePorts>),
}

impl ReachRemedy {
    pub fn is_possible(&self) -> bool {
        match self {
            Self::MorePorts { more, .. } => more.iter().all(MorePorts::is_possible),
            Self::FewerSpines { ports, .. } => ports.iter().all(MorePorts::is_possible),
            Self::Uplinks(more) => !more.is_empty() && more.iter().all(MorePorts::is_possible),
        }
    }

    /// How many arguments have to change.
    pub fn changes(&self) -> usize {
        match self {
            Self::MorePorts { more, .. } | Self::Uplinks(more) => more.len(),
            Self::FewerSpines { ports, .. } => 1 + ports.len(),
        }
    }
}

/// Uplinks of each switch of a zone that lead to all far switches alike, and how many of these there are then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Even {
    pub ports: u32,
    pub switches: u32,
}

/// Ports of one speed that each switch of a class needs towards the other side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MorePorts {
    pub class: String,
    pub speed: Speed,
    pub found: u32,
    pub sufficient: u32,
    pub room: Room,
}

impl MorePorts {
    pub fn is_possible(&self) -> bool {
        self.sufficient <= self.room.ports
    }
}
