//! The finished answer: every device, module, interface and cable with its final name.
//!
//! It leaves nothing to decide: who carries it out only makes the world equal to it. It is not a
//! list of steps and knows nothing of what exists already.

use std::collections::BTreeMap;

use super::design::Reference;
use super::placement::{DeviceKey, LinkKind};

/// Quantities of one switch class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SwitchCount {
    /// The smallest number for which everything places.
    pub calculated: Option<u32>,
    pub override_quantity: Option<u32>,
    /// What is built.
    pub effective: u32,
}

/// Sums over the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    pub devices: u32,
    pub switches: u32,
    pub servers: u32,
    pub modules: u32,
    pub cables: u32,
    /// Cable ends and NIC ports, not all interfaces that NetBox has.
    pub interfaces: u32,
}

/// What a device is in the fabric.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeviceKind {
    Switch {
        fabric: String,
        /// `managed` or `unmanaged`.
        fabric_class: String,
        /// Hedgehog's word: `spine`, `server-leaf`, `border-leaf`.
        role: String,
        /// Locally administered address, `02:..`, from the device's name.
        boot_mac: String,
        /// The switches that it serves servers with together, if attachments use that.
        group: Option<RedundancyGroup>,
    },
    Server,
}

/// A redundancy group by its final name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedundancyGroup {
    /// `mclag` or `eslag`.
    pub kind: String,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    pub key: DeviceKey,
    pub name: String,
    pub kind: DeviceKind,
    pub device_type: Reference,
    /// Slug of the NetBox device role.
    pub device_role: Reference,
    /// In natural order of their names.
    pub interfaces: Vec<Interface>,
    /// Cards before what is in them; otherwise in natural order of their bays.
    pub modules: Vec<Module>,
}

/// Where an interface comes from, which decides who creates it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The device type's template creates it with the device.
    Template,
    /// Child of a broken out cage: created beside the template's `E1/n`.
    Breakout { cage: u32, lane: u32 },
    /// Port of the module in that bay.
    Module { bay: String },
}

/// An interface that the plan uses, creates or changes. Others of the device type are not listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interface {
    pub name: String,
    pub origin: Origin,
    /// NetBox interface type, for example `400gbase-x-osfp`. `None`: leave what the template says.
    pub interface_type: Option<String>,
    /// False for a cage whose ports are its breakout children.
    pub enabled: bool,
    /// Zone of a switch port.
    pub zone: Option<String>,
    /// Cage of a switch port.
    pub physical_port: Option<u32>,
    /// Lane of a breakout child, from 1.
    pub breakout_index: Option<u32>,
}

/// A network card, or an optic in a cage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Module {
    /// The bay of the card that this module's own bay belongs to: set for the optics of a card.
    pub parent: Option<String>,
    /// Name of the module bay: a card's name, `cage-<i>` of a card's optic, `E1/<n>` of a switch's.
    pub bay: String,
    pub module_type: Reference,
    pub kind: ModuleKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ModuleKind {
    Nic,
    Transceiver,
}

/// What a cable is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CableKind {
    Server,
    Switches(LinkKind),
}

impl CableKind {
    /// `server`, `fabric`, `mesh`, ..
    pub const fn word(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Switches(kind) => kind.word(),
        }
    }
}

/// One end of a cable, by final names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CableEnd {
    pub device: String,
    pub interface: String,
}

/// A server cable has the server at `a`, a fabric cable the leaf.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cable {
    pub a: CableEnd,
    pub b: CableEnd,
    pub kind: CableKind,
    /// What the cable is called as long as its parts are: `class/index/attachment/ordinal` of its `a` end.
    pub key: String,
}

/// Downlink to uplink capacity, in lowest terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Oversubscription {
    pub downlink_gbps: u64,
    pub uplink_gbps: u64,
    /// For example `1:1`, `3:2`; `None` without uplinks.
    pub ratio: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Blueprint {
    pub switch_counts: BTreeMap<String, SwitchCount>,
    pub totals: Totals,
    /// By class: the earlier name of those that say one. What is known by it is carried over.
    pub former_classes: BTreeMap<String, String>,
    /// In natural order of their names.
    pub devices: Vec<Device>,
    /// In natural order of `a`.
    pub cables: Vec<Cable>,
    /// By leaf class, of one leaf.
    pub oversubscription: BTreeMap<String, Oversubscription>,
    /// By fabric, of all its leaves together.
    pub fabric_oversubscription: BTreeMap<String, Oversubscription>,
    /// Why each number is what it is, line by line.
    pub report: Vec<String>,
}
