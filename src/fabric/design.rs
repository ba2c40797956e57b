//! What a user asks for, as written: words and numbers, not yet checked.
//!
//! [`super::resolve`] turns it into typed parts and says everything that is wrong with it. Both
//! Terraform configuration and case files become a `Design`, so the checks live in one place.

use std::collections::{BTreeMap, BTreeSet};

use super::name::slug;
use super::problem::Subject;
use super::units::Speed;

/// The name of something in NetBox: `slug`, or `manufacturer/slug` where a slug alone is ambiguous.
///
/// Nothing that the engine decides depends on it, so that a plan can be made before the object
/// exists: its name is unknown while the resource that creates it is still planned.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Reference {
    Known(String),
    #[default]
    Unknown,
}

impl Reference {
    /// Whether both are known and surely name two objects. One without a manufacturer may mean the other's
    /// object, and a manufacturer is its slug or its name.
    pub fn is_another(&self, other: &Self) -> bool {
        let (Self::Known(one), Self::Known(other)) = (self, other) else {
            return false;
        };
        let names =
            |full: &str, bare: &str| full.split_once('/').is_some_and(|(_, name)| name == bare);
        let parts = |full: &str| {
            let (maker, name) = full.split_once('/')?;
            Some((slug(maker), name.to_owned()))
        };
        let same = one == other
            || names(one, other)
            || names(other, one)
            || parts(one).is_some_and(|one| Some(one) == parts(other));
        !same
    }
}

/// A whole topology plan.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Design {
    /// By class name: the key of the plan's map.
    pub switch_classes: BTreeMap<String, SwitchClass>,
    pub server_classes: BTreeMap<String, ServerClass>,
    pub naming: Naming,
    /// `stable` (default) or `repack`.
    pub allocation: Option<String>,
    /// Ports that are chosen by hand: `device/interface` of a cable's `a` end to `device/interface`
    /// of the other, by final names.
    pub pins: BTreeMap<String, String>,
    /// Hedgehog's release that the fabric will run, for example `26.03`. Without it: the newest that
    /// the catalogue knows.
    pub fabric_release: Option<String>,
    /// Parts of which something could not be read, so that other parts can be checked all the same.
    /// Nothing is told about them, nor of what depends on them, and nothing is placed.
    pub unread: BTreeSet<Subject>,
}

/// How devices are called.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Naming {
    /// What `{plan}` stands for. Empty unless a template uses it, so that it is no part of a design
    /// that does not.
    pub plan: String,
    /// What `{site}` stands for, likewise.
    pub site: String,
    /// By category (`server`, `leaf`, `spine`, `border`, `oob`): for example `{class}-{index:02}`.
    pub templates: BTreeMap<String, String>,
}

/// A group of identical switches.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SwitchClass {
    /// Spines serve the leaves of the same fabric.
    pub fabric: String,
    /// `spine-leaf` (default) or `mesh`: two or three leaves joined directly.
    pub topology: Option<String>,
    /// `managed` (default) or `unmanaged`.
    pub fabric_class: Option<String>,
    /// `spine`, `server-leaf`, `border-leaf`, `mixed-leaf`.
    pub role: String,
    /// A switch profile of the catalogue, for example `celestica-ds5000`. Either this or
    /// `custom_profile`.
    pub profile: Option<String>,
    /// A switch that the catalogue lacks.
    pub custom_profile: Option<CustomProfile>,
    /// The NetBox device type. Without it: the profile's name as slug. A custom profile needs it.
    pub device_type: Option<Reference>,
    /// Slug of the NetBox device role. Without it: `spine`, `leaf` or `border`, by role.
    pub device_role: Option<Reference>,
    pub zones: BTreeMap<String, Zone>,
    pub redundancy: Option<Redundancy>,
    /// Used instead of the calculated quantity, also when it is 0.
    pub override_quantity: Option<u32>,
    /// The calculated quantity is at least this.
    pub min_quantity: Option<u32>,
    /// Cages that stay free, for example `7,12-13`, whatever zone names them.
    pub excluded_ports: Option<String>,
    /// The class's earlier name: its devices and cables are carried over.
    pub formerly: Option<String>,
}

/// A switch model that the catalogue lacks, described by the class that uses it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CustomProfile {
    /// Kinds of ports by a label of their own. Together they number the cages from 1 without gaps.
    pub ports: BTreeMap<String, CustomPort>,
    /// Cages that run at one speed together, by a name of their own. A cage is in one of them at most.
    pub port_groups: BTreeMap<String, CustomGroup>,
    /// Cages that share a limit, by a name of their own. A cage is in one of them at most.
    pub pipelines: BTreeMap<String, CustomPipeline>,
    /// Limit on the logical ports of all cages together.
    pub ports_max: Option<u32>,
    /// `spine`, `leaf`; both without it.
    pub roles: Option<Vec<String>>,
    /// Flags in the spelling of the wiring: `acls`, `eslag`, `roce`. None without it.
    pub features: Option<Vec<String>>,
    /// Names of the management ports; `M1` without it.
    pub management_ports: Option<Vec<String>>,
}

/// Cages of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CustomPort {
    /// For example `1-8`.
    pub ports: String,
    /// A word of [`Cage`](super::catalog::Cage).
    pub cage: String,
    /// For cages that can be broken out, for example `1x800G`, `2x400G`; the first is the default.
    /// Either this or `speeds`.
    pub breakouts: Option<Vec<String>>,
    /// For cages that cannot, for example `25G`, `10G`; the first is the default.
    pub speeds: Option<Vec<String>>,
}

/// Cages that run at one speed together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CustomGroup {
    /// For example `1-4`.
    pub ports: String,
}

/// Cages that share hardware.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CustomPipeline {
    /// For example `1-4`.
    pub ports: String,
    /// Limit on their logical ports together.
    pub ports_max: u32,
}

/// Ports of a switch class with one purpose and one breakout.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Zone {
    /// `server`, `uplink`, `fabric`, `mesh`, `oob`, `peer`, `session`, `mclag`.
    pub zone_type: String,
    /// For example `1-48`, `1-63:2`, `1,3,5-8`.
    pub ports: String,
    /// For example `4x200G`. Without it: the port's default mode.
    pub breakout: Option<String>,
    /// `sequential` (default), `interleaved`, `spaced` or `custom`.
    pub allocation: Option<String>,
    /// For `custom`: all ports of the zone, in the order in which they are given out.
    pub allocation_order: Option<Vec<u32>>,
    /// Lower first; 100 without it. Ties by name.
    pub priority: Option<u32>,
    /// For `uplink` and `oob`: the zone at the far end, `switch-class/zone`.
    pub peer: Option<String>,
    /// The NetBox module type of the optic in each cage that carries a cable.
    pub transceiver: Option<Reference>,
}

/// Leaves that serve a server together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Redundancy {
    /// `mclag` or `eslag`.
    pub redundancy_type: String,
    /// Name of the group; of several groups of the class, the first part of their names.
    pub group: Option<String>,
    /// For `mclag`: links between the two switches of a pair that carry traffic; 2 without it.
    pub peer_links: Option<u32>,
    /// For `mclag`: links between the two that carry the session; 2 without it.
    pub session_links: Option<u32>,
}

/// A group of identical servers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServerClass {
    /// Servers are numbered from 1 to this, those of `retired` left out.
    pub quantity: u32,
    /// Numbers taken out without renumbering the rest. They do not count towards `quantity`'s
    /// servers: a class of quantity 16 with one retired number has 15 servers.
    pub retired: BTreeSet<u32>,
    pub device_type: Reference,
    /// Slug of the NetBox device role; `server` without it.
    pub device_role: Option<Reference>,
    pub category: Option<String>,
    pub gpus_per_server: Option<u32>,
    pub nics: BTreeMap<String, Nic>,
    pub attachments: BTreeMap<String, Attachment>,
    /// The class's earlier name: its devices and cables are carried over.
    pub formerly: Option<String>,
}

/// A network card, or a group of interfaces that the device type already has.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Nic {
    /// The NetBox module type: `manufacturer/model`. Without it `ports` names interfaces of the
    /// device type.
    pub module_type: Option<Reference>,
    /// Port names in order. Without it: those of the catalogue's card of that module type.
    pub ports: Option<Vec<String>>,
}

/// How the ports of a card reach a zone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Attachment {
    pub nic: String,
    /// Position of the first port used on the card, from 0; 0 without it.
    pub port_index: Option<u32>,
    /// Number of consecutive ports used; 1 without it.
    pub ports: Option<u32>,
    /// `unbundled` (default), `bundled`, `mclag` or `eslag`.
    pub attachment_type: Option<String>,
    /// `alternating`, `same-switch`, `rail-optimized`; without it: round robin.
    pub distribution: Option<String>,
    /// `switch-class/zone`.
    pub zone: String,
    /// Of one port.
    pub speed: Speed,
    /// For `rail-optimized`: the rail's number.
    pub rail: Option<u32>,
    /// `data` (default), `ipmi` or `pxe`.
    pub port_type: Option<String>,
    /// The NetBox module type of the optic in each port.
    pub transceiver: Option<Reference>,
}
