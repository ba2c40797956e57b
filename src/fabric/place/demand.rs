//! What servers ask of each zone, in the order in which ports are given out: server class, server,
//! attachment.

use std::collections::BTreeMap;

use crate::fabric::placement::{Placement, SwitchEnd};
use crate::fabric::spec::{Distribution, Spec};
use crate::fabric::units::position;

/// An attachment of one server.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    /// Position in `Spec::servers`.
    pub class: usize,
    /// Number of the server.
    pub number: u32,
    /// Position in the class's attachments.
    pub attachment: usize,
    pub ports: u32,
    pub distribution: Distribution,
    /// Position of its first port in the lists of the demand.
    pub start: usize,
}

impl Item {
    /// Positions of its ports in the lists of the demand.
    pub(crate) fn range(&self) -> std::ops::Range<usize> {
        self.start..self.start + position(self.ports)
    }
}

/// A port that is kept as intended: the switch from 0, the position among the zone's ports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kept {
    pub switch: u32,
    pub slot: usize,
}

/// What servers ask of one zone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Demand {
    pub items: Vec<Item>,
    /// Ports of all items together.
    pub ports: usize,
    /// Logical ports of one switch.
    pub capacity: u32,
    /// Rails as written, sorted: their position is the normalised rail.
    pub rails: Vec<u32>,
    /// By port: where it is to stay.
    pub kept: Vec<Option<Kept>>,
}

/// By position of the zone in its class.
pub(crate) type Demands = BTreeMap<usize, Demand>;

/// By switch class, in the order of `Spec::switches`: the zones that servers ask for.
pub(crate) fn collect(spec: &Spec<'_>, intended: Option<&Placement>) -> Vec<Demands> {
    let mut demands: Vec<Demands> = spec.switches.iter().map(|_| Demands::new()).collect();
    for (class, server) in spec.servers.iter().enumerate() {
        for number in &server.numbers {
            for (index, attachment) in server.attachments.iter().enumerate() {
                let zone = &spec.switches[attachment.switch].zones[attachment.zone];
                let demand = demands[attachment.switch]
                    .entry(attachment.zone)
                    .or_default();
                demand.capacity = zone.capacity();
                demand.items.push(Item {
                    class,
                    number: *number,
                    attachment: index,
                    ports: attachment.ports,
                    distribution: attachment.distribution,
                    start: demand.ports,
                });
                demand.ports += position(attachment.ports);
            }
        }
    }
    let intended = intended.map(index).unwrap_or_default();
    for (switch, demands) in spec.switches.iter().zip(&mut demands) {
        for (zone, demand) in demands {
            demand.rails = rails(demand);
            demand.kept = kept(spec, &switch.name, *zone, demand, &intended);
        }
    }
    demands
}

fn rails(demand: &Demand) -> Vec<u32> {
    let rail = |item: &Item| match item.distribution {
        Distribution::Rail(rail) => Some(rail),
        Distribution::SameSwitch | Distribution::RoundRobin | Distribution::Alternating => None,
    };
    let mut rails: Vec<u32> = demand.items.iter().filter_map(rail).collect();
    rails.sort_unstable();
    rails.dedup();
    rails
}

/// Class, number, attachment and ordinal of a server's port.
type PortKey<'a> = (&'a str, u32, &'a str, u32);

fn index(intended: &Placement) -> BTreeMap<PortKey<'_>, &SwitchEnd> {
    intended
        .server_links
        .iter()
        .map(|link| {
            let end = &link.server;
            let key = (
                end.device.class.as_str(),
                end.device.index,
                end.attachment.as_str(),
                end.ordinal,
            );
            (key, &link.switch)
        })
        .collect()
}

/// The intended port of each port, where the zone still has it and nobody else is on it.
fn kept(
    spec: &Spec<'_>,
    class: &str,
    zone: usize,
    demand: &Demand,
    intended: &BTreeMap<PortKey<'_>, &SwitchEnd>,
) -> Vec<Option<Kept>> {
    let mut kept = vec![None; demand.ports];
    if intended.is_empty() {
        return kept;
    }
    let Some(switch) = spec.switches.iter().find(|switch| switch.name == class) else {
        return kept;
    };
    let zone = &switch.zones[zone];
    let most = switch
        .override_quantity
        .unwrap_or(crate::fabric::limits::SWITCHES_PER_CLASS_MAX);
    let mut used = std::collections::BTreeSet::new();
    for item in &demand.items {
        let server = &spec.servers[item.class];
        let attachment = &server.attachments[item.attachment];
        for (place, ordinal) in item.range().zip(0..) {
            let key = (
                server.name.as_str(),
                item.number,
                attachment.name.as_str(),
                ordinal,
            );
            let Some(end) = intended.get(&key) else {
                continue;
            };
            let exists = (1..=most).contains(&end.device.index);
            if end.device.class != class || end.zone != zone.name || !exists {
                continue;
            }
            let Some(slot) = zone.slot_of.get(&end.port) else {
                continue;
            };
            if used.insert((end.device.index, *slot)) {
                kept[place] = Some(Kept {
                    switch: end.device.index - 1,
                    slot: *slot,
                });
            }
        }
    }
    kept
}
