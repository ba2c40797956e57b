//! What is asked of each zone, and how much of it is used.

use std::collections::{BTreeMap, BTreeSet};

use super::many;
use crate::fabric::placement::Placement;
use crate::fabric::spec::{Distribution, Spec, SwitchSpec, ZoneType};
use crate::fabric::units::{Speed, count};

/// Ports of one device that are asked for in one way, of so many devices.
pub(super) struct Ask<'s> {
    /// Class of the servers or switches.
    pub class: &'s str,
    pub devices: u32,
    /// Ports of one device, by attachment or zone.
    pub ports: Vec<u32>,
    pub way: Distribution,
    /// The zone of a switch that asks.
    pub zone: Option<&'s str>,
}

impl Ask<'_> {
    /// Ports of one device.
    pub(super) fn each(&self) -> u32 {
        self.ports.iter().sum()
    }

    pub(super) fn all(&self) -> u64 {
        u64::from(self.devices) * u64::from(self.each())
    }

    /// `32 compute with 2 ports each, alternating`.
    pub(super) fn text(&self) -> String {
        let (devices, class) = (self.devices, self.class);
        let ports = many(self.each(), "port");
        let way = self.way.word();
        match (self.zone, self.way) {
            (Some(zone), _) => format!("{devices} {class} with {ports} each, of zone {zone}"),
            (None, Distribution::Rail(_)) => {
                let rails = many(self.ports.len() as u64, "rail");
                format!("{devices} {class} with {ports} each on {rails}, {way}")
            }
            (None, _) => format!("{devices} {class} with {ports} each, {way}"),
        }
    }
}

/// The design and its placement, with sums that several lines need.
pub(super) struct Facts<'s> {
    pub spec: &'s Spec<'s>,
    pub placement: &'s Placement,
    /// Links by class and zone.
    used: BTreeMap<(&'s str, &'s str), u32>,
}

impl<'s> Facts<'s> {
    pub(super) fn new(spec: &'s Spec<'s>, placement: &'s Placement) -> Self {
        let servers = placement.server_links.iter().map(|link| &link.switch);
        let switches = placement.switch_links.iter();
        let switches = switches.flat_map(|link| [&link.a, &link.b]);
        let mut used = BTreeMap::new();
        for end in servers.chain(switches) {
            let zone = (end.device.class.as_str(), end.zone.as_str());
            *used.entry(zone).or_default() += 1;
        }
        Self {
            spec,
            placement,
            used,
        }
    }

    /// Switches of a class that are built.
    pub(super) fn built(&self, class: &str) -> u32 {
        self.placement.quantities.get(class).copied().unwrap_or(0)
    }

    pub(super) fn used(&self, class: &str, zone: &str) -> u32 {
        self.used.get(&(class, zone)).copied().unwrap_or(0)
    }

    /// Who asks for ports of a zone, by their positions: servers, then switches.
    pub(super) fn asks(&self, class: usize, zone: usize) -> Vec<Ask<'s>> {
        let mut asks = Vec::new();
        for server in &self.spec.servers {
            let mut ways: BTreeMap<&str, (Distribution, Vec<u32>)> = BTreeMap::new();
            for attachment in &server.attachments {
                if (attachment.switch, attachment.zone) == (class, zone) {
                    let way = attachment.distribution;
                    let ports = &mut ways.entry(way.word()).or_insert((way, Vec::new())).1;
                    ports.push(attachment.ports);
                }
            }
            let devices = count(server.numbers.len());
            asks.extend(ways.into_values().map(|(way, ports)| Ask {
                class: &server.name,
                devices,
                ports,
                way,
                zone: None,
            }));
        }
        for switch in &self.spec.switches {
            for near in &switch.zones {
                if near.peer == Some((class, zone)) {
                    asks.push(Ask {
                        class: &switch.name,
                        devices: self.built(&switch.name),
                        ports: vec![near.capacity()],
                        way: Distribution::Spread,
                        zone: Some(&near.name),
                    });
                }
            }
        }
        asks
    }

    /// Rails by leaf of a zone.
    pub(super) fn rails(&self, class: usize, zone: usize) -> BTreeMap<u32, BTreeSet<u32>> {
        let mut rail_of = BTreeMap::new();
        for server in &self.spec.servers {
            for attachment in &server.attachments {
                if let (Some(rail), true) = (
                    attachment.distribution.rail(),
                    (attachment.switch, attachment.zone) == (class, zone),
                ) {
                    rail_of.insert((server.name.as_str(), attachment.name.as_str()), rail);
                }
            }
        }
        let mut rails: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
        if rail_of.is_empty() {
            return rails;
        }
        let zone = self.spec.switches[class].zones[zone].name.as_str();
        let class = self.spec.switches[class].name.as_str();
        let links = self.placement.server_links.iter();
        for link in
            links.filter(|link| link.switch.device.class == class && link.switch.zone == zone)
        {
            let end = &link.server;
            let attachment = (end.device.class.as_str(), end.attachment.as_str());
            if let Some(rail) = rail_of.get(&attachment) {
                let leaf = link.switch.device.index;
                rails.entry(leaf).or_default().insert(*rail);
            }
        }
        rails
    }

    /// Ports of one switch that face the other side of its fabric, by speed.
    pub(super) fn facing(switch: &SwitchSpec<'_>) -> BTreeMap<Speed, u32> {
        let wanted = if switch.role.is_leaf() {
            ZoneType::Uplink
        } else {
            ZoneType::Fabric
        };
        let mut facing = BTreeMap::new();
        let zones = switch.zones_of(wanted).map(|(_, zone)| zone);
        for zone in zones.filter(|zone| !zone.names_far_end && !zone.slots.is_empty()) {
            *facing.entry(zone.mode.speed).or_default() += zone.capacity();
        }
        facing
    }

    /// Classes of the same fabric on one side of it.
    pub(super) fn side(
        &self,
        fabric: &str,
        leaves: bool,
    ) -> impl Iterator<Item = &'s SwitchSpec<'s>> {
        let switches = self.spec.switches.iter();
        switches.filter(move |other| other.fabric == fabric && other.role.is_leaf() == leaves)
    }

    /// Ports of a speed of all switches of these classes.
    pub(super) fn ports<'c>(
        &self,
        classes: impl Iterator<Item = &'c SwitchSpec<'c>>,
        speed: Speed,
    ) -> u64 {
        let one = |class: &SwitchSpec<'_>| {
            let ports = Self::facing(class).get(&speed).copied().unwrap_or(0);
            u64::from(ports) * u64::from(self.built(&class.name))
        };
        classes.map(one).sum()
    }
}
