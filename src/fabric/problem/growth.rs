//! What can be wrong with a pin, and why cables move.

use crate::fabric::units::Mode;

/// What is wrong with a pin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PinFault {
    /// An end that is not `device/interface`.
    End {
        text: String,
    },
    /// No device is called that with the quantities that are calculated.
    Device {
        device: String,
        near: Vec<String>,
    },
    /// The device has no such port, or nothing uses it.
    Interface {
        device: String,
        interface: String,
    },
    /// Neither a server and a switch, nor a leaf and a spine of its fabric.
    Ends,
    OtherZone {
        zone: String,
        found: String,
    },
    Excluded {
        class: String,
    },
    /// Another pin has the port or the cable.
    Twice {
        other: String,
    },
    /// What the distribution or the shares of the spines forbid.
    Rule {
        rule: &'static str,
        instead: String,
    },
}

/// Why a cable cannot stay where it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// `allocation` is `repack`.
    Repack,
    /// A pin puts the cable elsewhere, or another one on its port.
    Pinned,
    ClassRemoved {
        class: String,
    },
    SwitchGone {
        switch: String,
    },
    PortExcluded {
        class: String,
    },
    PortLeftZone {
        zone: String,
    },
    OtherBreakout {
        zone: String,
        mode: Mode,
    },
    /// The attachment goes to another zone than before.
    OtherZone {
        zone: String,
    },
    /// The attachment's rule puts the port elsewhere.
    Distribution {
        distribution: &'static str,
    },
    /// New switches at the far side take their share.
    Joins {
        switches: Vec<String>,
    },
    Leaves {
        switches: Vec<String>,
    },
    /// The shares of the far side change for another reason.
    Striping,
}

/// Cables of one group that move for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moves {
    /// The group in words: `fabric links of fabric "backend"`.
    pub links: String,
    pub moved: u32,
    /// Of how many in the group.
    pub of: u32,
    pub reason: Reason,
}
