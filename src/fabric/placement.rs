//! The decision: which quantities, and which port serves which. Nothing in here is derived.
//!
//! It speaks of classes, numbers and ports, never of device names or NetBox ids, so that a changed
//! naming template moves no cable. It is what a plan keeps as its *intended* record.

use std::collections::BTreeMap;

/// A device: the class it belongs to and its number in the class, from 1.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DeviceKey {
    pub class: String,
    pub index: u32,
}

/// A logical port of a switch: cage, and lane 1.. where the cage is broken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Port {
    pub cage: u32,
    pub lane: Option<u32>,
}

/// One end of a link on a switch.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SwitchEnd {
    pub device: DeviceKey,
    pub zone: String,
    pub port: Port,
}

/// One end of a link on a server: the n-th port (from 0) of one of its attachments.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ServerEnd {
    pub device: DeviceKey,
    pub attachment: String,
    pub ordinal: u32,
}

/// A server's port on a leaf's port.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ServerLink {
    pub server: ServerEnd,
    pub switch: SwitchEnd,
}

/// A leaf's uplink on a spine's port.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FabricLink {
    pub leaf: SwitchEnd,
    pub spine: SwitchEnd,
}

/// Quantities and links. The lists are sorted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Placement {
    /// Effective number of switches by class.
    pub quantities: BTreeMap<String, u32>,
    /// The smallest number for which everything places, by class. It differs from the effective
    /// number only where the design overrides that.
    pub calculated: BTreeMap<String, u32>,
    pub server_links: Vec<ServerLink>,
    pub fabric_links: Vec<FabricLink>,
}
