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

/// What a link between two switches is for. Each has one side that asks (`a`) and one that gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LinkKind {
    /// A leaf's uplink on a spine.
    Fabric,
    /// An uplink of a zone that names its far end.
    PeerUplink,
    /// An uplink of an out-of-band switch.
    OobUplink,
    /// Two leaves of a mesh, in the order that their names had when they were joined.
    Mesh,
    /// Traffic between the two switches of an MCLAG pair.
    MclagPeer,
    /// Session between the two switches of an MCLAG pair.
    MclagSession,
}

impl LinkKind {
    /// In the order of their numbers in a stored record.
    pub const ALL: [Self; 6] = [
        Self::Fabric,
        Self::PeerUplink,
        Self::OobUplink,
        Self::Mesh,
        Self::MclagPeer,
        Self::MclagSession,
    ];

    pub const fn word(self) -> &'static str {
        match self {
            Self::Fabric => "fabric",
            Self::PeerUplink => "peer-uplink",
            Self::OobUplink => "oob-uplink",
            Self::Mesh => "mesh",
            Self::MclagPeer => "mclag-peer",
            Self::MclagSession => "mclag-session",
        }
    }
}

/// A link between two switches.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SwitchLink {
    pub kind: LinkKind,
    pub a: SwitchEnd,
    pub b: SwitchEnd,
}

/// Quantities and links. The lists are sorted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Placement {
    /// Effective number of switches by class.
    pub quantities: BTreeMap<String, u32>,
    /// The smallest number for which everything places, by class. It differs from the effective
    /// number only where the design overrides that. A mesh's number is not calculated.
    pub calculated: BTreeMap<String, u32>,
    pub server_links: Vec<ServerLink>,
    pub switch_links: Vec<SwitchLink>,
}

impl Placement {
    /// The same with other names of its classes, and its lists in their order.
    #[must_use]
    pub fn with_classes(&self, name: impl Fn(&str) -> String) -> Self {
        let mut named = self.clone();
        let rename = |device: &mut DeviceKey| device.class = name(&device.class);
        for link in &mut named.server_links {
            rename(&mut link.server.device);
            rename(&mut link.switch.device);
        }
        for link in &mut named.switch_links {
            rename(&mut link.a.device);
            rename(&mut link.b.device);
        }
        named.server_links.sort();
        named.switch_links.sort();
        let counts = |counts: &BTreeMap<String, u32>| {
            let counts = counts.iter();
            counts.map(|(class, n)| (name(class), *n)).collect()
        };
        named.quantities = counts(&self.quantities);
        named.calculated = counts(&self.calculated);
        named
    }
}
