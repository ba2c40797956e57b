//! A switch model: its cages, how they may be run, and its limits.

use std::collections::BTreeMap;

use super::cage::{Cage, InterfaceTypes};
use crate::fabric::name;
use crate::fabric::units::{Mode, Speed};

/// A switch profile, as Hedgehog's controller knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SwitchProfile {
    /// Value of `profile` in the wiring, and the slug of the NetBox device type.
    pub name: String,
    pub manufacturer_slug: String,
    pub manufacturer: String,
    /// Model of the NetBox device type, unique for a manufacturer.
    pub model: String,
    pub silicon: String,
    pub nos: String,
    pub platform: String,
    pub source: ProfileSource,
    /// A switch in software, for tests.
    pub is_virtual: bool,
    /// Documented roles.
    pub roles: Vec<ProfileRole>,
    pub leaf_limit: Option<LeafLimit>,
    /// Flags in the spelling of the wiring: `acls`, `eslag`, `roce`.
    pub features: Vec<String>,
    /// Codes of what is refused or documented as missing: `no-leaf`, `max-ports`.
    pub restrictions: Vec<String>,
    /// Limit on the logical ports of all data ports together.
    pub ports_max: Option<u32>,
    pub ebgp_paths_max: Option<u32>,
    pub management: Vec<ManagementPort>,
    pub port_profiles: BTreeMap<String, PortProfile>,
    /// In the order of the port numbers, without gaps from 1.
    pub ports: Vec<PortRange>,
    pub groups: Vec<PortGroup>,
    pub pipelines: Vec<Pipeline>,
    /// Port profile by cage, from cage 1: an index for [`Self::port`].
    by_cage: Vec<String>,
}

/// Which of the controller's catalogues has the profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProfileSource {
    /// Always registered.
    Default,
    /// Only with `includeSONiCCLSPlus`.
    SonicClsPlus,
    /// Only with `includeCumulus`.
    Cumulus,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProfileRole {
    Spine,
    Leaf,
}

/// What a leaf of this model cannot do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeafLimit {
    /// Only L3 VPC modes.
    L3Only,
    /// No subinterfaces.
    Limited,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManagementPort {
    pub name: String,
    pub nos: String,
    pub onie: String,
}

/// How one kind of cage may be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortProfile {
    pub cage: Cage,
    pub cage_speed: Speed,
    /// NetBox interface type of the cage.
    pub interface_type: String,
    pub autoneg: Autoneg,
    pub default: Mode,
    pub kind: PortKind,
    /// NetBox interface type of a child, by speed.
    pub child_types: InterfaceTypes,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Autoneg {
    pub allowed: bool,
    pub default: bool,
}

/// What may be chosen for a cage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PortKind {
    /// A speed (`portSpeeds`); never broken out.
    Speed { speeds: Vec<Speed> },
    /// A breakout (`portBreakouts`): hardware lanes of the cage, and the first lane of each child.
    Breakout {
        lanes: u32,
        modes: BTreeMap<Mode, Vec<u32>>,
    },
}

/// Consecutive cages of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortRange {
    pub first: u32,
    pub last: u32,
    pub port_profile: String,
    /// Number of the first NOS interface `Ethernet<n>` and the step to the next cage.
    pub nos_ethernet: (u32, u32),
    /// Number of the first NOS breakout cage `1/<n>` and the step.
    pub nos_cage: Option<(u32, u32)>,
    /// Front panel labels where they differ from the numbers.
    pub labels: Vec<String>,
    /// The speed is set for the port group, not for the port.
    pub grouped: bool,
}

/// Ports that run at one speed together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortGroup {
    pub name: String,
    pub ports: Vec<u32>,
}

/// Cages that share hardware.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pipeline {
    pub name: String,
    pub ports: Vec<u32>,
    /// Limit on their logical ports together.
    pub ports_max: u32,
}

/// An interface of the device type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InterfaceTemplate {
    pub name: String,
    pub interface_type: String,
    pub mgmt_only: bool,
}

impl SwitchProfile {
    /// A profile of which nothing is known yet.
    pub(crate) fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            manufacturer_slug: String::new(),
            manufacturer: String::new(),
            model: String::new(),
            silicon: String::new(),
            nos: String::new(),
            platform: String::new(),
            source: ProfileSource::Default,
            is_virtual: false,
            roles: Vec::new(),
            leaf_limit: None,
            features: Vec::new(),
            restrictions: Vec::new(),
            ports_max: None,
            ebgp_paths_max: None,
            management: Vec::new(),
            port_profiles: BTreeMap::new(),
            ports: Vec::new(),
            groups: Vec::new(),
            pipelines: Vec::new(),
            by_cage: Vec::new(),
        }
    }

    /// Adds the cages that follow the last one. Their kind is in `port_profiles`.
    pub(crate) fn push_ports(&mut self, ports: PortRange) {
        let cages = ports.first..=ports.last;
        self.by_cage
            .extend(cages.map(|_| ports.port_profile.clone()));
        self.ports.push(ports);
    }

    /// The kind of a cage; `None` if the switch has no such cage.
    pub fn port(&self, cage: u32) -> Option<&PortProfile> {
        let index = usize::try_from(cage).ok()?.checked_sub(1)?;
        self.port_profiles.get(self.by_cage.get(index)?)
    }

    /// Number of cages, which is also the highest number of one.
    pub fn cages(&self) -> u32 {
        self.ports.last().map_or(0, |range| range.last)
    }

    /// The most logical ports of that speed that some of the cages can have, if all of these are for them.
    pub fn most_ports(&self, speed: Speed, is_for_them: impl Fn(u32) -> bool) -> u32 {
        let of_cage = |cage: u32| {
            if !is_for_them(cage) {
                return 0;
            }
            let modes = self.port(cage).map_or_else(Vec::new, PortProfile::modes);
            let ports = modes.iter().filter(|mode| mode.speed == speed);
            ports.map(|mode| mode.ports).max().unwrap_or(0)
        };
        let piped = self.pipelines.iter().map(|pipeline| {
            let ports: u32 = pipeline.ports.iter().map(|cage| of_cage(*cage)).sum();
            ports.min(pipeline.ports_max)
        });
        let shared = |cage: &u32| self.pipelines.iter().any(|pipe| pipe.ports.contains(cage));
        let alone = (1..=self.cages()).filter(|cage| !shared(cage)).map(of_cage);
        let ports: u32 = piped.chain(alone).sum();
        self.ports_max.map_or(ports, |limit| ports.min(limit))
    }

    /// What a NetBox device type of this switch has: data ports, then management ports.
    ///
    /// That a management port is `1000base-t` is assumed; upstream does not tell.
    pub fn interfaces(&self) -> Vec<InterfaceTemplate> {
        let data = (1..=self.cages()).filter_map(|cage| {
            Some(InterfaceTemplate {
                name: name::cage(cage),
                interface_type: self.port(cage)?.interface_type.clone(),
                mgmt_only: false,
            })
        });
        let management = self.management.iter().map(|port| InterfaceTemplate {
            name: port.name.clone(),
            interface_type: "1000base-t".to_owned(),
            mgmt_only: true,
        });
        data.chain(management).collect()
    }
}

impl PortProfile {
    /// Whether the cage may be run like that.
    pub fn allows(&self, mode: Mode) -> bool {
        match &self.kind {
            PortKind::Speed { speeds } => mode.ports == 1 && speeds.contains(&mode.speed),
            PortKind::Breakout { modes, .. } => modes.contains_key(&mode),
        }
    }

    /// All ways to run the cage, in order.
    pub fn modes(&self) -> Vec<Mode> {
        match &self.kind {
            PortKind::Speed { speeds } => speeds
                .iter()
                .map(|speed| Mode {
                    ports: 1,
                    speed: *speed,
                })
                .collect(),
            PortKind::Breakout { modes, .. } => modes.keys().copied().collect(),
        }
    }

    /// NetBox interface type of a child that runs at this speed.
    pub fn child_type(&self, speed: Speed) -> Option<&str> {
        self.child_types.get(&speed).map(String::as_str)
    }
}
