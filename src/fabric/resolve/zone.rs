//! One zone: its ports, how they are run, and in which order they are given out.

use std::collections::{BTreeMap, BTreeSet};

use crate::fabric::catalog::SwitchProfile;
use crate::fabric::design::Zone;
use crate::fabric::placement::Port;
use crate::fabric::ports::{compact, expand};
use crate::fabric::problem::{Fault, Problem, Subject};
use crate::fabric::resolve::{link, outside};
use crate::fabric::spec::{ZoneSpec, ZoneType};
use crate::fabric::units::Mode;

/// Priority of a zone that gives none.
pub(crate) const PRIORITY_DEFAULT: u32 = 100;

/// The order of the ports within a zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Allocation {
    Sequential,
    /// Every second port, then those left out: 1 3 5 7 2 4 6 8.
    Interleaved,
    /// Far neighbours, the halves in turn: 1 5 2 6 3 7 4 8.
    Spaced,
    /// As written.
    Custom(Vec<u32>),
}

impl Allocation {
    const WORDS: &'static [&'static str] = &["sequential", "interleaved", "spaced", "custom"];

    fn parse(word: &str, order: Option<&Vec<u32>>) -> Result<Self, (&'static str, Fault)> {
        let allocation = match (word, order) {
            ("sequential", _) => Self::Sequential,
            ("interleaved", _) => Self::Interleaved,
            ("spaced", _) => Self::Spaced,
            ("custom", Some(order)) => return Ok(Self::Custom(order.clone())),
            ("custom", None) => return Err(("allocation_order", Fault::AllocationOrderMissing)),
            _ => {
                let fault = Fault::UnknownWord {
                    word: word.to_owned(),
                    allowed: Self::WORDS,
                };
                return Err(("allocation", fault));
            }
        };
        match order {
            Some(_) => Err(("allocation_order", Fault::AllocationOrderUnused)),
            None => Ok(allocation),
        }
    }

    /// A custom order names each port of the zone once.
    fn check(&self, ports: &[u32]) -> Result<(), Fault> {
        let Self::Custom(order) = self else {
            return Ok(());
        };
        let (wanted, named): (BTreeSet<u32>, BTreeSet<u32>) = (
            ports.iter().copied().collect(),
            order.iter().copied().collect(),
        );
        let mut seen = BTreeSet::new();
        let twice = order.iter().copied().filter(|port| !seen.insert(*port));
        let (twice, missing, foreign) = (
            compact(twice),
            compact(wanted.difference(&named).copied()),
            compact(named.difference(&wanted).copied()),
        );
        if twice.is_empty() && missing.is_empty() && foreign.is_empty() {
            Ok(())
        } else {
            Err(Fault::AllocationOrder {
                twice,
                missing,
                foreign,
            })
        }
    }

    /// The ports that are left to the zone, in the order in which it gives them out.
    pub(crate) fn order(&self, ports: &[u32]) -> Vec<u32> {
        match self {
            Self::Custom(order) => {
                let left = order.iter().filter(|port| ports.contains(port));
                left.copied().collect()
            }
            Self::Sequential => ports.to_vec(),
            Self::Interleaved => {
                let odd = ports.iter().skip(1).step_by(2);
                ports.iter().step_by(2).chain(odd).copied().collect()
            }
            Self::Spaced => {
                let (first, second) = ports.split_at(ports.len().div_ceil(2));
                let mut order = Vec::with_capacity(ports.len());
                for (i, port) in first.iter().enumerate() {
                    order.push(*port);
                    order.extend(second.get(i));
                }
                order
            }
        }
    }
}

/// A zone by itself, before it is known which ports other zones take.
#[derive(Debug)]
pub(super) struct Draft {
    pub name: String,
    pub zone_type: ZoneType,
    pub priority: u32,
    pub mode: Mode,
    pub ports: Vec<u32>,
    /// The zone at the far end, as written.
    pub peer: Option<String>,
    allocation: Allocation,
}

pub(super) fn draft(
    class: &str,
    name: &str,
    zone: &Zone,
    profile: &SwitchProfile,
    problems: &mut Vec<Problem>,
) -> Option<Draft> {
    let subject = || Subject::Zone {
        class: class.to_owned(),
        zone: name.to_owned(),
    };
    super::check_name(name, subject(), None, problems);
    let mut tell = |field, fault| problems.push(Problem::new(subject(), Some(field), fault));
    let zone_type = ZoneType::parse(&zone.zone_type);
    if zone_type.is_none() {
        let fault = Fault::UnknownWord {
            word: zone.zone_type.clone(),
            allowed: ZoneType::WORDS,
        };
        tell("type", fault);
    }
    let names_far_end = zone_type.is_some_and(ZoneType::may_name_far_end);
    if let (Some(zone_type), Some(_), false) = (zone_type, &zone.peer, names_far_end) {
        let zone_type = zone_type.word();
        tell("peer", Fault::PeerUnused { zone_type });
    }
    let peer = zone.peer.as_ref().filter(|_| names_far_end);
    if let Some(fault) = peer.and_then(|peer| link::parts(peer).err()) {
        tell("peer", fault);
    }
    if zone.priority == Some(0) {
        tell("priority", Fault::PriorityZero);
    }
    let word = zone.allocation.as_deref().unwrap_or("sequential");
    let allocation = Allocation::parse(word, zone.allocation_order.as_ref())
        .map_err(|(field, fault)| tell(field, fault))
        .ok();
    let ports = existing_ports(zone, profile)
        .map_err(|fault| tell("ports", fault))
        .ok();
    let allocation = allocation.filter(|allocation| {
        let fault = ports
            .as_ref()
            .and_then(|ports| allocation.check(ports).err());
        fault.map(|fault| tell("allocation_order", fault)).is_none()
    });
    let mode = zone.breakout.as_ref().map(|text| (text, Mode::parse(text)));
    if let Some((text, None)) = mode {
        tell(
            "breakout",
            Fault::BreakoutSyntax {
                breakout: text.clone(),
            },
        );
        return None;
    }
    let mode = mode.and_then(|(_, mode)| mode);
    let ports = ports?;
    let mode = choose_mode(&ports, mode, profile)
        .map_err(|fault| tell("breakout", fault))
        .ok()?;
    Some(Draft {
        name: name.to_owned(),
        zone_type: zone_type?,
        priority: zone.priority.unwrap_or(PRIORITY_DEFAULT),
        mode,
        ports,
        peer: peer.cloned(),
        allocation: allocation?,
    })
}

/// The ports that are named, all of which the switch has.
fn existing_ports(zone: &Zone, profile: &SwitchProfile) -> Result<Vec<u32>, Fault> {
    let ports = expand(&zone.ports).map_err(|fault| Fault::PortSpec {
        spec: zone.ports.clone(),
        fault,
    })?;
    outside("ports", &ports, profile).map_or(Ok(ports), Err)
}

/// The wished mode if all ports have it; without a wish the default, if it is the same for all.
fn choose_mode(ports: &[u32], wish: Option<Mode>, profile: &SwitchProfile) -> Result<Mode, Fault> {
    let kinds = || {
        ports
            .iter()
            .filter_map(|cage| Some((*cage, profile.port(*cage)?)))
    };
    let Some(mode) = wish else {
        let defaults: BTreeSet<Mode> = kinds().map(|(_, port)| port.default).collect();
        return match defaults.len() {
            1 => defaults.first().copied().ok_or(Fault::ZoneWithoutPorts),
            _ => Err(Fault::ZoneMixesModes {
                modes: defaults.into_iter().collect(),
            }),
        };
    };
    let without: Vec<_> = kinds().filter(|(_, port)| !port.allows(mode)).collect();
    let Some((_, port)) = without.first() else {
        return Ok(mode);
    };
    Err(Fault::BreakoutNotAMode {
        breakout: mode,
        ports: compact(without.iter().map(|(cage, _)| *cage)),
        profile: profile.name.clone(),
        modes: port.modes(),
    })
}

/// The zone with the cages that no other zone takes.
pub(super) fn finish(draft: Draft, taken: &BTreeSet<u32>) -> ZoneSpec {
    let ports: Vec<u32> = draft
        .ports
        .iter()
        .copied()
        .filter(|p| !taken.contains(p))
        .collect();
    let cages = draft.allocation.order(&ports);
    let lanes = draft.mode.ports;
    let mut slots = Vec::new();
    for cage in &cages {
        if lanes == 1 {
            slots.push(Port {
                cage: *cage,
                lane: None,
            });
        } else {
            slots.extend((1..=lanes).map(|lane| Port {
                cage: *cage,
                lane: Some(lane),
            }));
        }
    }
    let slot_of: BTreeMap<Port, usize> = slots.iter().copied().zip(0..).collect();
    ZoneSpec {
        name: draft.name,
        zone_type: draft.zone_type,
        priority: draft.priority,
        mode: draft.mode,
        peer: None,
        names_far_end: draft.peer.is_some(),
        cages,
        slots,
        slot_of,
        all_excluded: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders() {
        let ports: Vec<u32> = (1..=8).collect();
        assert_eq!(Allocation::Sequential.order(&ports), ports);
        assert_eq!(
            Allocation::Interleaved.order(&ports),
            [1, 3, 5, 7, 2, 4, 6, 8]
        );
        assert_eq!(Allocation::Spaced.order(&ports), [1, 5, 2, 6, 3, 7, 4, 8]);
        assert_eq!(Allocation::Spaced.order(&ports[..5]), [1, 4, 2, 5, 3]);
    }
}
