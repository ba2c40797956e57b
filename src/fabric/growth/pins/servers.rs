//! Pinned ports of servers take their place, and those who have it give way.

use std::collections::{BTreeMap, BTreeSet};

use super::read::{Pin, Target};
use crate::fabric::placement::{DeviceKey, Placement, ServerEnd, ServerLink, SwitchEnd};
use crate::fabric::spec::{Distribution, Spec};
use crate::fabric::units::position;

/// The links by both of their ends.
struct Table<'t> {
    spec: &'t Spec<'t>,
    switch_of: BTreeMap<ServerEnd, SwitchEnd>,
    server_of: BTreeMap<SwitchEnd, ServerEnd>,
    /// Ports that links between switches use.
    others: BTreeSet<SwitchEnd>,
    /// Servers' ports that stay where they are.
    fixed: BTreeSet<ServerEnd>,
}

/// The placement with all pins, without the links that gave way.
pub(super) fn take(spec: &Spec<'_>, free: &Placement, pins: &[Pin]) -> Placement {
    let links = free.server_links.iter();
    let others = free.switch_links.iter().flat_map(|link| [&link.a, &link.b]);
    let mut table = Table {
        spec,
        switch_of: links
            .clone()
            .map(|link| (link.server.clone(), link.switch.clone()))
            .collect(),
        server_of: links
            .map(|link| (link.switch.clone(), link.server.clone()))
            .collect(),
        others: others.cloned().collect(),
        fixed: BTreeSet::new(),
    };
    let of_servers = || {
        pins.iter().filter_map(|pin| match &pin.of {
            Target::Server { end, .. } => Some((end, &pin.to)),
            Target::Leaf { .. } => None,
        })
    };
    table.fixed = of_servers().map(|(end, _)| end.clone()).collect();
    for (end, to) in of_servers() {
        table.put(end, to);
    }
    for (end, to) in of_servers() {
        table.bring_others(end, &to.device);
    }
    let pinned: BTreeSet<&SwitchEnd> = of_servers().map(|(_, to)| to).collect();
    let gives_way = |end: &SwitchEnd| pinned.contains(end);
    let switch_links = free.switch_links.iter();
    let links = table.switch_of.into_iter();
    Placement {
        switch_links: switch_links
            .filter(|link| !gives_way(&link.a) && !gives_way(&link.b))
            .cloned()
            .collect(),
        server_links: links
            .map(|(server, switch)| ServerLink { server, switch })
            .collect(),
        ..free.clone()
    }
}

/// The placement without cables of servers in the zones that pins name, but for rails: where a rail lies is no
/// matter of one cable.
pub(super) fn without_others(spec: &Spec<'_>, free: &Placement, pins: &[Pin]) -> Placement {
    let zone = |end: &SwitchEnd| (end.device.class.clone(), end.zone.clone());
    let zones: BTreeSet<(String, String)> = pins.iter().map(|pin| zone(&pin.to)).collect();
    let rails = spec.servers.iter().flat_map(|server| {
        let rails = server.attachments.iter();
        let rails = rails.filter(|a| matches!(a.distribution, Distribution::Rail(_)));
        rails.map(|rail| (server.name.as_str(), rail.name.as_str()))
    });
    let rails: BTreeSet<(&str, &str)> = rails.collect();
    let stays = |link: &&ServerLink| {
        let ServerEnd {
            device, attachment, ..
        } = &link.server;
        !zones.contains(&zone(&link.switch))
            || rails.contains(&(device.class.as_str(), attachment.as_str()))
    };
    Placement {
        server_links: free.server_links.iter().filter(stays).cloned().collect(),
        ..free.clone()
    }
}

impl Table<'_> {
    fn put(&mut self, server: &ServerEnd, to: &SwitchEnd) {
        if let Some(before) = self.switch_of.insert(server.clone(), to.clone()) {
            self.server_of.remove(&before);
        }
        let there = self.server_of.insert(to.clone(), server.clone());
        if let Some(other) = there.filter(|other| other != server) {
            self.switch_of.remove(&other);
        }
    }

    fn free(&mut self, server: &ServerEnd) {
        if let Some(switch) = self.switch_of.remove(server) {
            self.server_of.remove(&switch);
        }
    }

    /// The other ports of the server that the distribution joins with a pinned one: to its switch
    /// where they belong together, off it where they must differ. Of a bundle, what is in another group or
    /// too much for the switch is free to come after.
    fn bring_others(&mut self, pinned: &ServerEnd, switch: &DeviceKey) {
        let servers = &self.spec.servers;
        let Some(server) = servers.iter().find(|s| s.name == pinned.device.class) else {
            return;
        };
        let Some(own) = server
            .attachments
            .iter()
            .find(|a| a.name == pinned.attachment)
        else {
            return;
        };
        let together = Distribution::SameSwitch;
        let joined = |distribution: Distribution, name: &str| {
            name == own.name || (own.distribution == together && distribution == together)
        };
        let others = server
            .attachments
            .iter()
            .filter(|a| (a.switch, a.zone) == (own.switch, own.zone))
            .filter(|a| joined(a.distribution, &a.name))
            .flat_map(|a| (0..a.ports).map(|ordinal| (a.name.clone(), ordinal)))
            .map(|(attachment, ordinal)| ServerEnd {
                device: pinned.device.clone(),
                attachment,
                ordinal,
            });
        let others: Vec<ServerEnd> = others.filter(|end| !self.fixed.contains(end)).collect();
        for other in others {
            let at = self.switch_of.get(&other).map(|end| end.device.clone());
            let here = at.as_ref() == Some(switch);
            match own.distribution {
                Distribution::SameSwitch | Distribution::RoundRobin if !here => {
                    if let Some(to) = self.room((own.switch, own.zone), switch, pinned) {
                        self.put(&other, &to);
                    }
                }
                Distribution::Alternating if here => self.free(&other),
                Distribution::Group(kind) => {
                    let group = kind.group_of(switch.index);
                    let apart = at.is_some_and(|at| kind.group_of(at.index) != group);
                    let most = position(kind.most_on_one(own.ports));
                    if apart || (here && self.links(pinned, own.ports, switch) > most) {
                        self.free(&other);
                    }
                }
                Distribution::SameSwitch
                | Distribution::RoundRobin
                | Distribution::Alternating
                | Distribution::Rail(_)
                | Distribution::Spread => {}
            }
        }
    }

    /// How many links of a port's attachment, which has so many ports, end on the switch.
    fn links(&self, of: &ServerEnd, ports: u32, switch: &DeviceKey) -> usize {
        let ends = (0..ports).map(|ordinal| ServerEnd {
            ordinal,
            ..of.clone()
        });
        let there = ends.filter_map(|end| self.switch_of.get(&end));
        there.filter(|to| to.device == *switch).count()
    }

    /// The first free port of the zone; on a full switch the last one that is not fixed, nor of the
    /// same server.
    fn room(
        &self,
        (class, zone): (usize, usize),
        device: &DeviceKey,
        pinned: &ServerEnd,
    ) -> Option<SwitchEnd> {
        let zone = &self.spec.switches[class].zones[zone];
        let ends = zone.slots.iter().map(|port| SwitchEnd {
            device: device.clone(),
            zone: zone.name.clone(),
            port: *port,
        });
        let ends: Vec<SwitchEnd> = ends.collect();
        let gives_way = |end: &&SwitchEnd| {
            let there = self.server_of.get(*end);
            there.is_some_and(|s| !self.fixed.contains(s) && s.device != pinned.device)
        };
        let open =
            |end: &&SwitchEnd| !self.server_of.contains_key(*end) && !self.others.contains(*end);
        let free = ends.iter().find(open);
        free.or_else(|| ends.iter().rev().find(gives_way)).cloned()
    }
}
