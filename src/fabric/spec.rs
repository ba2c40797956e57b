//! A design that is valid: words became types, references became positions.

use std::collections::BTreeMap;

use super::catalog::SwitchProfile;
use super::placement::Port;
use super::units::{Mode, count};

/// What the placement works on. Both lists are in natural order of the class names.
#[derive(Debug, Clone)]
pub struct Spec<'a> {
    pub switches: Vec<SwitchSpec<'a>>,
    pub servers: Vec<ServerSpec>,
}

/// What a switch is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Spine,
    ServerLeaf,
    BorderLeaf,
}

impl Role {
    pub const WORDS: &'static [&'static str] = &["spine", "server-leaf", "border-leaf"];

    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "spine" => Some(Self::Spine),
            "server-leaf" => Some(Self::ServerLeaf),
            "border-leaf" => Some(Self::BorderLeaf),
            _ => None,
        }
    }

    /// Hedgehog's word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Spine => "spine",
            Self::ServerLeaf => "server-leaf",
            Self::BorderLeaf => "border-leaf",
        }
    }

    /// Slug of the NetBox device role, unless the class names one.
    pub const fn device_role(self) -> &'static str {
        match self {
            Self::Spine => "spine",
            Self::ServerLeaf => "leaf",
            Self::BorderLeaf => "border",
        }
    }

    pub fn is_leaf(self) -> bool {
        self != Self::Spine
    }
}

/// What a zone is for. The order is that in which zones take ports that several of them name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ZoneType {
    Uplink,
    Fabric,
    Server,
}

impl ZoneType {
    pub const WORDS: &'static [&'static str] = &["server", "uplink", "fabric"];

    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "uplink" => Some(Self::Uplink),
            "fabric" => Some(Self::Fabric),
            "server" => Some(Self::Server),
            _ => None,
        }
    }

    pub const fn word(self) -> &'static str {
        match self {
            Self::Uplink => "uplink",
            Self::Fabric => "fabric",
            Self::Server => "server",
        }
    }
}

/// Switches that serve a server together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RedundancyType {
    Mclag,
    Eslag,
}

impl RedundancyType {
    pub const WORDS: &'static [&'static str] = &["mclag", "eslag"];

    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "mclag" => Some(Self::Mclag),
            "eslag" => Some(Self::Eslag),
            _ => None,
        }
    }

    pub const fn word(self) -> &'static str {
        match self {
            Self::Mclag => "mclag",
            Self::Eslag => "eslag",
        }
    }

    /// The smallest legal quantity that is at least this: MCLAG works in pairs, ESLAG from two.
    pub const fn round(self, quantity: u32) -> u32 {
        match (self, quantity) {
            (_, 0) => 0,
            (Self::Mclag, n) => n.div_ceil(2) * 2,
            (Self::Eslag, 1) => 2,
            (Self::Eslag, n) => n,
        }
    }
}

#[derive(Debug, Clone)]
pub struct SwitchSpec<'a> {
    pub name: String,
    pub fabric: String,
    pub managed: bool,
    pub role: Role,
    pub profile: &'a SwitchProfile,
    /// In the order in which they give out ports: by priority, then by name.
    pub zones: Vec<ZoneSpec>,
    pub redundancy: Option<RedundancyType>,
    pub override_quantity: Option<u32>,
    pub min_quantity: u32,
}

impl SwitchSpec<'_> {
    /// Zones of one type, with their positions.
    pub fn zones_of(&self, zone_type: ZoneType) -> impl Iterator<Item = (usize, &ZoneSpec)> {
        self.zones
            .iter()
            .enumerate()
            .filter(move |(_, zone)| zone.zone_type == zone_type)
    }
}

#[derive(Debug, Clone)]
pub struct ZoneSpec {
    pub name: String,
    pub zone_type: ZoneType,
    pub priority: u32,
    pub mode: Mode,
    /// Cages in the order in which the allocation takes them.
    pub cages: Vec<u32>,
    /// Logical ports in the order in which they are given out.
    pub slots: Vec<Port>,
    /// Position of a port in `slots`.
    pub slot_of: BTreeMap<Port, usize>,
}

impl ZoneSpec {
    /// Logical ports of one switch.
    pub fn capacity(&self) -> u32 {
        count(self.slots.len())
    }

    /// Speed of all ports of one switch together, in Mbit/s.
    pub fn mbps(&self) -> u64 {
        u64::from(self.capacity()) * self.mode.speed.mbps()
    }
}

#[derive(Debug, Clone)]
pub struct ServerSpec {
    pub name: String,
    /// Numbers of the servers that exist, ascending.
    pub numbers: Vec<u32>,
    /// In natural order of their names.
    pub nics: Vec<NicSpec>,
    /// In natural order of their names.
    pub attachments: Vec<AttachmentSpec>,
}

#[derive(Debug, Clone)]
pub struct NicSpec {
    pub name: String,
    /// A module of its own; otherwise the ports are interfaces of the device type.
    pub is_module: bool,
    pub ports: Vec<NicPort>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NicPort {
    /// The interface's final name.
    pub interface: String,
    /// NetBox interface type; of no meaning for interfaces of the device type.
    pub interface_type: String,
}

/// How the ports of an attachment choose their switches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Distribution {
    /// Rails on leaves of their own. The number is the rail as written.
    Rail(u32),
    SameSwitch,
    RoundRobin,
    Alternating,
}

impl Distribution {
    pub const WORDS: &'static [&'static str] = &["alternating", "same-switch", "rail-optimized"];

    pub fn word(self) -> &'static str {
        match self {
            Self::Rail(_) => "rail-optimized",
            Self::SameSwitch => "same-switch",
            Self::RoundRobin => "round robin",
            Self::Alternating => "alternating",
        }
    }
}

#[derive(Debug, Clone)]
pub struct AttachmentSpec {
    pub name: String,
    /// Position in the server's `nics`.
    pub nic: usize,
    /// Position of the first port on the card.
    pub first_port: u32,
    /// Number of ports, at least 1.
    pub ports: u32,
    pub distribution: Distribution,
    /// Position in [`Spec::switches`].
    pub switch: usize,
    /// Position in the switch's `zones`.
    pub zone: usize,
}
