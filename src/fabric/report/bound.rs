//! How many switches a class has at least, one reason each.

use std::collections::BTreeSet;

use super::facts::{Ask, Facts};
use super::many;
use crate::fabric::spec::{Distribution, SwitchSpec, ZoneSpec, ZoneType};
use crate::fabric::units::count;

/// A number of switches that is needed, and why.
pub(super) struct Bound {
    pub switches: u32,
    pub why: String,
}

impl Bound {
    fn new(switches: u64, why: String) -> Self {
        Self {
            switches: u32::try_from(switches).unwrap_or(u32::MAX),
            why,
        }
    }

    /// `at least 2 switches: ..`.
    pub(super) fn text(&self) -> String {
        format!("at least {}: {}", many(self.switches, "switch"), self.why)
    }
}

/// What servers and named far ends need of one zone.
pub(super) fn of_zone(facts: &Facts<'_>, class: usize, zone: usize) -> Vec<Bound> {
    let asks = facts.asks(class, zone);
    let spec = &facts.spec.switches[class].zones[zone];
    let asked: u64 = asks.iter().map(Ask::all).sum();
    if asked == 0 {
        return Vec::new();
    }
    let capacity = u64::from(spec.capacity().max(1));
    let ports = Bound::new(
        asked.div_ceil(capacity),
        format!(
            "{} asked for, and a switch has {capacity}",
            match asked {
                1 => "1 port is".to_owned(),
                several => format!("{several} ports are"),
            }
        ),
    );
    let bounds = [
        Some(ports),
        together(&asks, spec.capacity()),
        rails(facts, class, zone, &asks),
        apart(&asks),
        group(&asks),
    ];
    bounds.into_iter().flatten().collect()
}

/// Ports that stay together leave some free where they do not fill a switch.
fn together(asks: &[Ask<'_>], capacity: u32) -> Option<Bound> {
    let mut sizes = BTreeSet::new();
    let mut units = 0_u64;
    for ask in asks {
        let devices = u64::from(ask.devices);
        match ask.way {
            Distribution::SameSwitch => {
                sizes.insert(ask.each());
                units += devices;
            }
            Distribution::RoundRobin => {
                sizes.extend(ask.ports.iter().copied());
                units += devices * ask.ports.len() as u64;
            }
            Distribution::Rail(_)
            | Distribution::Alternating
            | Distribution::Group(_)
            | Distribution::Spread => return None,
        }
    }
    let (Some(size), 1) = (sizes.first(), sizes.len()) else {
        return None;
    };
    let fit = capacity.checked_div(*size).filter(|fit| *fit > 0)?;
    let rest = capacity % size;
    (rest > 0).then(|| {
        Bound::new(
            units.div_ceil(u64::from(fit)),
            format!(
                "{size} ports of a server stay on one switch, which takes {fit} times that and leaves \
                 {rest} free"
            ),
        )
    })
}

/// Rails are whole on a leaf, in domains of leaves.
fn rails(facts: &Facts<'_>, class: usize, zone: usize, asks: &[Ask<'_>]) -> Option<Bound> {
    let by_leaf = facts.rails(class, zone);
    let rails: BTreeSet<u32> = by_leaf.values().flatten().copied().collect();
    let (rails, last) = (count(rails.len()), *by_leaf.keys().next_back()?);
    let a_leaf = by_leaf.values().map(BTreeSet::len).max().unwrap_or(1);
    let leaves = rails.div_ceil(count(a_leaf).max(1));
    let domains = last.div_ceil(leaves.max(1));
    let servers = asks.iter().filter(|ask| ask.way.rail().is_some());
    let servers: u64 = servers.map(|ask| u64::from(ask.devices)).sum();
    let rails = many(rails, "rail");
    let layout = match a_leaf {
        1 => "each on a leaf of its own".to_owned(),
        some => format!("{some} whole ones to a leaf"),
    };
    let domains_text = match domains {
        1 => format!("one domain of {}", many(leaves, "leaf")),
        some => format!("{some} domains of {leaves} leaves each, the last one whole too"),
    };
    Some(Bound::new(
        u64::from(leaves) * u64::from(domains),
        format!(
            "{rails} of {}, {layout}: {domains_text}",
            many(servers, "server")
        ),
    ))
}

fn apart(asks: &[Ask<'_>]) -> Option<Bound> {
    let alternating = asks
        .iter()
        .filter(|ask| ask.devices > 0 && ask.way == Distribution::Alternating);
    let most = alternating
        .flat_map(|ask| ask.ports.iter().copied())
        .max()?;
    let why = match most {
        0..=2 => "what alternates goes to two switches at least".to_owned(),
        most => format!("{most} alternating ports of a server go to as many switches"),
    };
    Some(Bound::new(u64::from(most.max(2)), why))
}

fn group(asks: &[Ask<'_>]) -> Option<Bound> {
    let kind = asks.iter().find_map(|ask| match ask.way {
        Distribution::Group(kind) if ask.devices > 0 => Some(kind),
        Distribution::Group(_)
        | Distribution::Rail(_)
        | Distribution::SameSwitch
        | Distribution::RoundRobin
        | Distribution::Alternating
        | Distribution::Spread => None,
    })?;
    let why = format!(
        "a bundle of type {} ends on two switches at least",
        kind.word()
    );
    Some(Bound::new(2, why))
}

/// What the leaves of a fabric need of a class of spines, speed by speed.
pub(super) fn of_spine(facts: &Facts<'_>, spine: &SwitchSpec<'_>) -> Vec<Bound> {
    let mut bounds = Vec::new();
    for (speed, each) in Facts::facing(spine) {
        let needed = facts.ports(facts.side(&spine.fabric, true), speed);
        let others = facts.side(&spine.fabric, false);
        let given = facts.ports(others.filter(|other| other.name != spine.name), speed);
        if needed == 0 {
            continue;
        }
        let leaves = facts.side(&spine.fabric, true).filter_map(|leaf| {
            let ports = Facts::facing(leaf).get(&speed).copied()?;
            Some(format!(
                "{} {} with {ports}",
                facts.built(&leaf.name),
                leaf.name
            ))
        });
        let leaves: Vec<String> = leaves.collect();
        let others = match given {
            0 => String::new(),
            given => format!(", {given} of them for other spines"),
        };
        bounds.push(Bound::new(
            needed.saturating_sub(given).div_ceil(u64::from(each)),
            format!(
                "{needed} uplinks of {speed} ({}){others}, and a switch has {}",
                leaves.join(", "),
                many(each, "port")
            ),
        ));
    }
    bounds
}

/// Where the ports of a zone lead that nobody asks for.
pub(super) fn far_end(facts: &Facts<'_>, switch: &SwitchSpec<'_>, zone: &ZoneSpec) -> String {
    if let Some((class, zone)) = zone.peer {
        let far = &facts.spec.switches[class];
        return format!(", to {}/{}", far.name, far.zones[zone].name);
    }
    match zone.zone_type {
        ZoneType::Uplink => {
            let spines = facts.side(&switch.fabric, false);
            let speed = zone.mode.speed;
            let facing = spines.filter(|spine| Facts::facing(spine).contains_key(&speed));
            let spines: u32 = facing.map(|spine| facts.built(&spine.name)).sum();
            let uplinks = Facts::facing(switch).get(&speed).copied().unwrap_or(0);
            match (uplinks.checked_div(spines), uplinks.checked_rem(spines)) {
                (Some(links), Some(0)) => {
                    format!(
                        ", {} to each of {}",
                        many(links, "link"),
                        many(spines, "spine")
                    )
                }
                (Some(links), _) => {
                    format!(
                        ", {links} or {} links to each of {spines} spines",
                        links + 1
                    )
                }
                (None, _) => String::new(),
            }
        }
        ZoneType::Mesh => ", to the other switches of the mesh".to_owned(),
        ZoneType::Peer | ZoneType::Session | ZoneType::Mclag => {
            ", between the two switches of a pair".to_owned()
        }
        ZoneType::Server | ZoneType::Fabric | ZoneType::Oob => String::new(),
    }
}
