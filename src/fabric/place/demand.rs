//! What is asked of each zone, in the order in which ports are given out: servers by class, number
//! and attachment, then switches by class, number and zone.

use std::collections::{BTreeMap, BTreeSet};

use super::Quantity;
use crate::fabric::limits::SWITCHES_PER_CLASS_MAX;
use crate::fabric::placement::{Placement, Port, SwitchEnd};
use crate::fabric::problem::Subject;
use crate::fabric::spec::{Distribution, Spec};
use crate::fabric::units::{count, position};

/// Who asks, by positions in the spec.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asker {
    /// An attachment of a server class.
    Server { class: usize, attachment: usize },
    /// All ports of a switch's zone.
    Switch { class: usize, zone: usize },
}

/// Ports that one device asks for.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub asker: Asker,
    /// Number of the server or switch.
    pub number: u32,
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

    /// Equal for items of one server.
    pub(crate) fn device(&self) -> (usize, u32) {
        let (Asker::Server { class, .. } | Asker::Switch { class, .. }) = self.asker;
        (class, self.number)
    }

    /// The input that asks for the ports.
    pub(crate) fn subject(&self, spec: &Spec<'_>) -> Subject {
        match self.asker {
            Asker::Server { class, attachment } => {
                let server = &spec.servers[class];
                Subject::Attachment {
                    class: server.name.clone(),
                    attachment: server.attachments[attachment].name.clone(),
                }
            }
            Asker::Switch { class, zone } => {
                let switch = &spec.switches[class];
                Subject::Zone {
                    class: switch.name.clone(),
                    zone: switch.zones[zone].name.clone(),
                }
            }
        }
    }
}

/// A port that is kept as intended: the switch from 0, the position among the zone's ports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kept {
    pub switch: u32,
    pub slot: usize,
}

/// What is asked of one zone.
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

impl Demand {
    /// The same with another number of ports for some who ask, and nothing in its place.
    pub(super) fn with_ports(&self, changed: impl Fn(Asker) -> bool, ports: u32) -> Self {
        let mut demand = Self {
            items: Vec::new(),
            ports: 0,
            kept: Vec::new(),
            ..self.clone()
        };
        for item in &self.items {
            let ports = if changed(item.asker) {
                ports
            } else {
                item.ports
            };
            demand.push(item.asker, item.number, ports, item.distribution);
        }
        demand.kept = vec![None; demand.ports];
        demand
    }

    fn push(&mut self, asker: Asker, number: u32, ports: u32, distribution: Distribution) {
        self.items.push(Item {
            asker,
            number,
            ports,
            distribution,
            start: self.ports,
        });
        self.ports += position(ports);
    }
}

/// By position of the zone in its class.
pub(crate) type Demands = BTreeMap<usize, Demand>;

/// What servers ask for, by switch class, in the order of `Spec::switches`.
pub(crate) fn of_servers(spec: &Spec<'_>) -> Vec<Demands> {
    let mut demands: Vec<Demands> = spec.switches.iter().map(|_| Demands::new()).collect();
    for (class, server) in spec.servers.iter().enumerate() {
        for number in &server.numbers {
            for (index, attachment) in server.attachments.iter().enumerate() {
                let asker = Asker::Server {
                    class,
                    attachment: index,
                };
                let demand = demands[attachment.switch]
                    .entry(attachment.zone)
                    .or_default();
                demand.push(asker, *number, attachment.ports, attachment.distribution);
            }
        }
    }
    demands
}

/// Adds what switches ask of a class, whose askers all have their quantity.
pub(crate) fn of_switches(
    spec: &Spec<'_>,
    far: usize,
    quantities: &[Quantity],
    demands: &mut Demands,
) {
    for (class, switch) in spec.switches.iter().enumerate() {
        let zones = switch.zones.iter().enumerate();
        let asking: Vec<(usize, usize, u32)> = zones
            .filter_map(|(zone, near)| {
                let (far_class, far_zone) = near.peer?;
                (far_class == far).then(|| (zone, far_zone, near.capacity()))
            })
            .collect();
        if asking.is_empty() {
            continue;
        }
        for number in 1..=quantities[class].effective {
            for (zone, far_zone, ports) in &asking {
                let asker = Asker::Switch { class, zone: *zone };
                let demand = demands.entry(*far_zone).or_default();
                demand.push(asker, number, *ports, Distribution::Spread);
            }
        }
    }
}

/// Completes what is asked of one class: capacities, rails, and which intended ports still exist.
pub(crate) fn complete(
    spec: &Spec<'_>,
    class: usize,
    intended: &Intended<'_>,
    demands: &mut Demands,
) {
    for (zone, demand) in demands {
        demand.capacity = spec.switches[class].zones[*zone].capacity();
        let rails: BTreeSet<u32> = demand
            .items
            .iter()
            .filter_map(|item| item.distribution.rail())
            .collect();
        demand.rails = rails.into_iter().collect();
        demand.kept = kept(spec, class, *zone, demand, intended);
    }
}

/// A port that asks: class and number of its device, attachment or zone, and which of its ports.
type PortKey<'a> = (&'a str, u32, &'a str, Nth);

/// The n-th port of an attachment, or a port of a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Nth {
    Ordinal(u32),
    Port(Port),
}

/// Where ports are intended to end.
#[derive(Debug, Default)]
pub(crate) struct Intended<'a> {
    ends: BTreeMap<PortKey<'a>, &'a SwitchEnd>,
}

impl<'a> Intended<'a> {
    pub(crate) fn new(placement: &'a Placement) -> Self {
        let servers = placement.server_links.iter().map(|link| {
            let end = &link.server;
            let nth = Nth::Ordinal(end.ordinal);
            let (class, number) = (end.device.class.as_str(), end.device.index);
            ((class, number, end.attachment.as_str(), nth), &link.switch)
        });
        let switches = placement.switch_links.iter().map(|link| {
            let end = &link.a;
            let nth = Nth::Port(end.port);
            let (class, number) = (end.device.class.as_str(), end.device.index);
            ((class, number, end.zone.as_str(), nth), &link.b)
        });
        Self {
            ends: servers.chain(switches).collect(),
        }
    }

    /// Where the n-th port (from 0) of an item is intended to end.
    fn end(&self, spec: &'a Spec<'_>, item: &Item, nth: usize) -> Option<&'a SwitchEnd> {
        let key = match item.asker {
            Asker::Server { class, attachment } => {
                let server = &spec.servers[class];
                let attachment = server.attachments[attachment].name.as_str();
                let nth = Nth::Ordinal(count(nth));
                (server.name.as_str(), item.number, attachment, nth)
            }
            Asker::Switch { class, zone } => {
                let switch = &spec.switches[class];
                let zone = &switch.zones[zone];
                let nth = Nth::Port(*zone.slots.get(nth)?);
                (switch.name.as_str(), item.number, zone.name.as_str(), nth)
            }
        };
        self.ends.get(&key).copied()
    }
}

/// The intended port of each port, where the zone still has it and nobody else is on it.
fn kept(
    spec: &Spec<'_>,
    class: usize,
    zone: usize,
    demand: &Demand,
    intended: &Intended<'_>,
) -> Vec<Option<Kept>> {
    let mut kept = vec![None; demand.ports];
    if intended.ends.is_empty() {
        return kept;
    }
    let switch = &spec.switches[class];
    let zone = &switch.zones[zone];
    let most = switch.override_quantity.unwrap_or(SWITCHES_PER_CLASS_MAX);
    let mut used = BTreeSet::new();
    for item in &demand.items {
        for (nth, place) in item.range().enumerate() {
            let Some(end) = intended.end(spec, item, nth) else {
                continue;
            };
            let exists = (1..=most).contains(&end.device.index);
            if end.device.class != switch.name || end.zone != zone.name || !exists {
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
