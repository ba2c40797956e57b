//! Which cables move, and why: for people who will have to pull them.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::fabric::design::Design;
use crate::fabric::name::Names;
use crate::fabric::placement::{
    DeviceKey, LinkKind, Placement, Port, ServerEnd, SwitchEnd, SwitchLink,
};
use crate::fabric::problem::{Fault, Moves, Problem, Reason, Subject};
use crate::fabric::spec::{Spec, SwitchSpec};
use crate::fabric::units::count;

/// What tells why a link cannot stay.
struct Judge<'j> {
    design: &'j Design,
    switches: BTreeMap<&'j str, &'j SwitchSpec<'j>>,
    names: Names,
    /// Ports that pins name.
    pinned: &'j BTreeSet<SwitchEnd>,
    before: &'j Placement,
    after: &'j Placement,
}

/// A warning with all cables that are moved, if any is.
pub(in crate::fabric) fn told(
    design: &Design,
    spec: &Spec<'_>,
    before: &Placement,
    after: &Placement,
    pinned: &BTreeSet<SwitchEnd>,
) -> Option<Problem> {
    let judge = Judge {
        design,
        switches: spec
            .switches
            .iter()
            .map(|switch| (switch.name.as_str(), switch))
            .collect(),
        names: Names::new(design),
        pinned,
        before,
        after,
    };
    let mut groups = judge.servers(spec);
    groups.extend(judge.switches());
    let moved = groups.iter().map(|group| group.moved).sum();
    let of = count(before.server_links.len() + before.switch_links.len());
    let fault = Fault::CablesMove { moved, of, groups };
    (moved > 0).then(|| Problem::new(Subject::Plan, None, fault))
}

/// The ports that a link joins, whatever it is for.
fn ports(link: &SwitchLink) -> [(&DeviceKey, Port); 2] {
    [&link.a, &link.b].map(|end| (&end.device, end.port))
}

/// Links of one group by reason, as lines for people.
fn grouped(links: &str, of: usize, reasons: BTreeMap<Reason, u32>) -> impl Iterator<Item = Moves> {
    let (links, of) = (links.to_owned(), count(of));
    reasons.into_iter().map(move |(reason, moved)| Moves {
        links: links.clone(),
        moved,
        of,
        reason,
    })
}

impl Judge<'_> {
    fn servers(&self, spec: &Spec<'_>) -> Vec<Moves> {
        let after: BTreeMap<&ServerEnd, &SwitchEnd> = self
            .after
            .server_links
            .iter()
            .map(|link| (&link.server, &link.switch))
            .collect();
        let ways: BTreeMap<(&str, &str), &'static str> = spec
            .servers
            .iter()
            .flat_map(|server| {
                let attachments = server.attachments.iter();
                attachments.map(|a| {
                    (
                        (server.name.as_str(), a.name.as_str()),
                        a.distribution.word(),
                    )
                })
            })
            .collect();
        let mut reasons = BTreeMap::new();
        for link in &self.before.server_links {
            let Some(now) = after.get(&link.server).filter(|now| **now != &link.switch) else {
                continue;
            };
            let (class, attachment) = (&link.server.device.class, &link.server.attachment);
            let retargeted =
                (&now.device.class, &now.zone) != (&link.switch.device.class, &link.switch.zone);
            let rule = || {
                if self.pinned.contains(*now) {
                    return Reason::Pinned;
                }
                if retargeted {
                    return Reason::OtherZone {
                        zone: format!("{}/{}", now.device.class, now.zone),
                    };
                }
                let way = ways.get(&(class.as_str(), attachment.as_str()));
                Reason::Distribution {
                    distribution: way.copied().unwrap_or_default(),
                }
            };
            let reason = self.of_end(&link.switch).unwrap_or_else(rule);
            *reasons.entry(reason).or_default() += 1;
        }
        grouped("server cables", self.before.server_links.len(), reasons).collect()
    }

    /// Of the links that a switch asks for, as many have moved as others came in their place.
    fn switches(&self) -> Vec<Moves> {
        let mut groups = Vec::new();
        // A link of a pair may get the other purpose; its cable stays where it is.
        let stood: BTreeSet<_> = self.before.switch_links.iter().map(ports).collect();
        let stands: BTreeSet<_> = self.after.switch_links.iter().map(ports).collect();
        let all: BTreeSet<(LinkKind, &str)> = self
            .before
            .switch_links
            .iter()
            .map(|link| (link.kind, self.fabric(&link.a.device)))
            .collect();
        for (kind, fabric) in all {
            let mine =
                |link: &&SwitchLink| link.kind == kind && self.fabric(&link.a.device) == fabric;
            let before: BTreeSet<&SwitchLink> =
                self.before.switch_links.iter().filter(mine).collect();
            let after: BTreeSet<&SwitchLink> =
                self.after.switch_links.iter().filter(mine).collect();
            let mut came: BTreeMap<&DeviceKey, usize> = BTreeMap::new();
            for link in after
                .difference(&before)
                .filter(|l| !stood.contains(&ports(l)))
            {
                *came.entry(&link.a.device).or_default() += 1;
            }
            let mut reasons = BTreeMap::new();
            // The same for all links of the group, and not soon found.
            let far_side = OnceCell::new();
            for link in before
                .difference(&after)
                .filter(|l| !stands.contains(&ports(l)))
            {
                let Some(open) = came.get_mut(&link.a.device).filter(|open| **open > 0) else {
                    continue;
                };
                *open -= 1;
                let ends = [&link.a, &link.b];
                let reason = ends.into_iter().find_map(|end| self.of_end(end));
                let reason = reason.unwrap_or_else(|| {
                    let found = far_side.get_or_init(|| self.of_far_side(&before, &after));
                    found.clone()
                });
                *reasons.entry(reason).or_default() += 1;
            }
            let links = format!("{} links of fabric \"{fabric}\"", kind.word());
            groups.extend(grouped(&links, before.len(), reasons));
        }
        groups
    }

    fn fabric(&self, device: &DeviceKey) -> &str {
        let class = self.design.switch_classes.get(&device.class);
        class.map_or("", |class| class.fabric.as_str())
    }

    /// Why nothing can stay on that port; `None` if something could.
    fn of_end(&self, end: &SwitchEnd) -> Option<Reason> {
        if self.design.allocation.as_deref() == Some("repack") {
            return Some(Reason::Repack);
        }
        let class = &end.device.class;
        let Some(switch) = self.switches.get(class.as_str()) else {
            return Some(Reason::ClassRemoved {
                class: class.clone(),
            });
        };
        if end.device.index > self.after.quantities.get(class).copied().unwrap_or(0) {
            return Some(Reason::SwitchGone {
                switch: self.names.device(&end.device),
            });
        }
        if switch.excluded.contains(&end.port.cage) {
            return Some(Reason::PortExcluded {
                class: class.clone(),
            });
        }
        let zone = switch.zones.iter().find(|zone| zone.name == end.zone);
        let zone_name = || format!("{class}/{}", end.zone);
        match zone {
            Some(zone) if zone.slot_of.contains_key(&end.port) => {
                self.pinned.contains(end).then_some(Reason::Pinned)
            }
            Some(zone) if zone.cages.contains(&end.port.cage) => Some(Reason::OtherBreakout {
                zone: zone_name(),
                mode: zone.mode,
            }),
            _ => Some(Reason::PortLeftZone { zone: zone_name() }),
        }
    }

    /// Switches that came or went at the far side, and with them the share of each.
    fn of_far_side(&self, before: &BTreeSet<&SwitchLink>, after: &BTreeSet<&SwitchLink>) -> Reason {
        let far = |links: &BTreeSet<&SwitchLink>| -> BTreeSet<DeviceKey> {
            links.iter().map(|link| link.b.device.clone()).collect()
        };
        let mut came = after.difference(before);
        let pinned = came.any(|link| self.pinned.contains(&link.b));
        let (before, after) = (far(before), far(after));
        let named = |keys: Vec<&DeviceKey>| -> Vec<String> {
            keys.into_iter().map(|key| self.names.device(key)).collect()
        };
        let joined = named(after.difference(&before).collect());
        let left = named(before.difference(&after).collect());
        match (joined.is_empty(), left.is_empty()) {
            (false, _) => Reason::Joins { switches: joined },
            (true, false) => Reason::Leaves { switches: left },
            (true, true) if pinned => Reason::Pinned,
            (true, true) => Reason::Striping,
        }
    }
}
