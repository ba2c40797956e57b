//! A design that is valid: words became types, references became positions.

mod gaps;
mod words;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::catalog::SwitchProfile;
use super::placement::Port;
use super::release::Release;
use super::units::{Mode, Room, Speed, count};

pub use gaps::Gaps;
pub use words::{AttachmentType, PortType, RedundancyType, Role, Topology, ZoneType};

/// What the placement works on. Both lists are in natural order of the class names.
#[derive(Debug, Clone)]
pub struct Spec<'a> {
    pub switches: Vec<SwitchSpec<'a>>,
    pub servers: Vec<ServerSpec>,
    /// Positions in `switches` in the order in which quantities are found: who asks another class
    /// for ports comes before it. Classes that ask each other in a ring are not in it.
    pub sizing_order: Vec<usize>,
    /// `None`: what is written cannot be read.
    pub release: Option<Release>,
    pub gaps: Gaps,
}

impl Spec<'_> {
    /// Positions of the classes that ask a class for ports.
    pub fn asking(&self, far: usize) -> impl Iterator<Item = usize> {
        let asks = move |switch: &SwitchSpec<'_>| {
            let mut peers = switch.zones.iter().filter_map(|zone| zone.peer);
            peers.any(|(class, _)| class == far)
        };
        let switches = self.switches.iter().enumerate();
        switches.filter_map(move |(class, switch)| asks(switch).then_some(class))
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedundancySpec {
    pub kind: RedundancyType,
    /// First part of the groups' names.
    pub group: String,
    /// Links of an MCLAG pair as wished.
    pub peer_links: Option<u32>,
    pub session_links: Option<u32>,
    /// An attachment makes use of it.
    pub used: bool,
}

/// Links between the two switches of an MCLAG pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PairLinks {
    pub peer: u32,
    pub session: u32,
}

/// Links of a pair for each purpose, unless the design or a zone of its own says how many.
const PAIR_LINKS_DEFAULT: u32 = 2;

impl RedundancySpec {
    /// What the design says, otherwise all ports of the zones that are there for the purpose alone,
    /// otherwise two.
    pub fn pair_links(&self, peer_ports: u32, session_ports: u32) -> PairLinks {
        let links = |wish: Option<u32>, own: u32| match (wish, own) {
            (Some(wish), _) => wish,
            (None, 0) => PAIR_LINKS_DEFAULT,
            (None, own) => own,
        };
        PairLinks {
            peer: links(self.peer_links, peer_ports),
            session: links(self.session_links, session_ports),
        }
    }

    /// Of the group with that number from 0: the name alone while there is one group only.
    pub fn group_name(&self, group: u32, quantity: u32) -> String {
        if quantity <= self.kind.group_size() {
            self.group.clone()
        } else {
            format!("{}-{}", self.group, group + 1)
        }
    }
}

#[derive(Debug, Clone)]
pub struct SwitchSpec<'a> {
    pub name: String,
    pub fabric: String,
    pub topology: Topology,
    pub managed: bool,
    pub role: Role,
    pub profile: Cow<'a, SwitchProfile>,
    /// In the order in which they give out ports: by priority, then by name.
    pub zones: Vec<ZoneSpec>,
    pub redundancy: Option<RedundancySpec>,
    pub override_quantity: Option<u32>,
    pub min_quantity: u32,
    /// Cages that no zone gives out.
    pub excluded: BTreeSet<u32>,
}

impl SwitchSpec<'_> {
    /// How many ports of a speed a switch could have where it has so many.
    pub fn room(&self, speed: Speed, found: u32) -> Room {
        let of_a_zone = |cage| self.zones.iter().any(|zone| zone.cages.contains(&cage));
        let free = |cage| !of_a_zone(cage) && !self.excluded.contains(&cage);
        Room {
            ports: found + self.profile.most_ports(speed, free),
            with_excluded: found + self.profile.most_ports(speed, |cage| !of_a_zone(cage)),
            of_switch: self.profile.most_ports(speed, |_| true),
        }
    }

    /// Whether a zone of it leads towards other switches that carry its servers' traffic.
    pub fn leads_up(&self, zone: &ZoneSpec) -> bool {
        match zone.zone_type {
            ZoneType::Uplink => self.topology == Topology::SpineLeaf || zone.names_far_end,
            ZoneType::Mesh => self.topology == Topology::Mesh,
            ZoneType::Oob => zone.names_far_end,
            ZoneType::Server
            | ZoneType::Fabric
            | ZoneType::Peer
            | ZoneType::Session
            | ZoneType::Mclag => false,
        }
    }

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
    /// Where its ports lead, for zones that name their far end: positions of class and zone.
    pub peer: Option<(usize, usize)>,
    /// It names its far end, whether or not that is found.
    pub names_far_end: bool,
    /// Cages in the order in which the allocation takes them.
    pub cages: Vec<u32>,
    /// Logical ports in the order in which they are given out.
    pub slots: Vec<Port>,
    /// Position of a port in `slots`.
    pub slot_of: BTreeMap<Port, usize>,
    /// It had ports, and `excluded_ports` leaves it none.
    pub all_excluded: bool,
}

impl ZoneSpec {
    /// Towards servers, or from a spine towards leaves.
    pub fn leads_down(&self) -> bool {
        let down = self.zone_type.is_for_servers() || self.zone_type == ZoneType::Fabric;
        down && !self.names_far_end
    }

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
    /// Of each port, where the catalogue knows the card.
    pub speed: Option<Speed>,
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
    /// Links of one bundle over the switches of one redundancy group.
    Group(RedundancyType),
    /// Uplinks of a switch, as even as possible over all switches of the far class.
    Spread,
}

impl Distribution {
    pub const WORDS: &'static [&'static str] = &["alternating", "same-switch", "rail-optimized"];

    pub fn word(self) -> &'static str {
        match self {
            Self::Rail(_) => "rail-optimized",
            Self::SameSwitch => "same-switch",
            Self::RoundRobin => "round robin",
            Self::Alternating => "alternating",
            Self::Group(kind) => kind.word(),
            Self::Spread => "even",
        }
    }

    pub fn rail(self) -> Option<u32> {
        match self {
            Self::Rail(rail) => Some(rail),
            Self::SameSwitch
            | Self::RoundRobin
            | Self::Alternating
            | Self::Group(_)
            | Self::Spread => None,
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
    pub kind: AttachmentType,
    pub distribution: Distribution,
    /// Position in [`Spec::switches`].
    pub switch: usize,
    /// Position in the switch's `zones`.
    pub zone: usize,
}
