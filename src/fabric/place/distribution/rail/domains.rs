//! Which domain each server joins.

use std::collections::BTreeMap;

use super::bounds::Missing;
use super::{Layout, Server, servers};
use crate::fabric::place::demand::{Demand, Kept};
use crate::fabric::units::position;

/// Where a server has to be, and its ports that have no place yet by leaf of its domain.
pub(super) struct Wish {
    domain: Option<usize>,
    missing: Vec<(usize, u32)>,
}

impl Wish {
    /// Nowhere yet, so it goes anywhere.
    pub(super) fn is_new(&self) -> bool {
        self.domain.is_none()
    }
}

pub(super) fn wishes(demand: &Demand, kept: &[Option<Kept>], layout: Layout) -> Vec<Wish> {
    let servers = servers(demand);
    let wishes = servers.iter();
    wishes
        .map(|server| wish(demand, kept, server, layout))
        .collect()
}

fn wish(demand: &Demand, kept: &[Option<Kept>], server: &Server, layout: Layout) -> Wish {
    let (mut domain, mut missing) = (None, BTreeMap::<usize, u32>::new());
    for (index, rail) in &server.items {
        for port in &kept[demand.items[*index].range()] {
            match port {
                Some(kept) => domain = Some(position(kept.switch) / layout.leaves),
                None => *missing.entry(layout.offset(*rail)).or_default() += 1,
            }
        }
    }
    Wish {
        domain,
        missing: missing.into_iter().collect(),
    }
}

/// Who goes anywhere, by position, and what they want.
pub(super) fn newcomers(wishes: &[Wish]) -> impl Iterator<Item = (usize, &Missing)> {
    let wishes = wishes.iter().enumerate();
    let new = wishes.filter(|(_, wish)| wish.is_new());
    new.map(|(nth, wish)| (nth, &*wish.missing))
}

/// Ports by leaf, over all domains.
pub(super) struct Load<'l> {
    ports: &'l mut Vec<u32>,
    capacity: u32,
    leaves: usize,
}

impl<'l> Load<'l> {
    pub(super) fn new(ports: &'l mut Vec<u32>, demand: &Demand, layout: Layout) -> Self {
        Self {
            ports,
            capacity: demand.capacity,
            leaves: layout.leaves,
        }
    }

    /// Domains that have ports in use.
    pub(super) fn domains(&self) -> usize {
        self.ports.len().div_ceil(self.leaves.max(1))
    }

    fn free(&self, leaf: usize) -> u32 {
        let used = self.ports.get(leaf).copied().unwrap_or(0);
        self.capacity.saturating_sub(used)
    }

    fn fits(&self, domain: usize, missing: &Missing) -> bool {
        let free = |leaf: usize| self.free(domain * self.leaves + leaf);
        let mut leaves = missing.iter();
        leaves.all(|(leaf, ports)| free(*leaf) >= *ports)
    }

    fn add(&mut self, domain: usize, missing: &Missing) {
        for (leaf, ports) in missing {
            let leaf = domain * self.leaves + leaf;
            self.ports.resize(self.ports.len().max(leaf + 1), 0);
            self.ports[leaf] += ports;
        }
    }

    /// What is free in the first domains.
    pub(super) fn room_in(&self, domains: usize) -> Vec<u32> {
        let leaves = 0..domains * self.leaves;
        leaves.map(|leaf| self.free(leaf)).collect()
    }
}

/// The domains of servers that are somewhere already, where what they miss has room. They go first, since
/// only there they may have more ports; newcomers go anywhere.
pub(super) fn stay(wishes: &[Wish], load: &mut Load<'_>) -> Vec<Option<usize>> {
    let mut chosen = Vec::with_capacity(wishes.len());
    for Wish { domain, missing } in wishes {
        let domain = domain.filter(|domain| load.fits(*domain, missing));
        if let Some(domain) = domain {
            load.add(domain, missing);
        }
        chosen.push(domain);
    }
    chosen
}

/// The domain of each server: where it is, or the first with room.
pub(super) fn fill(wishes: &[Wish], load: &mut Load<'_>, domains: usize) -> Vec<Option<usize>> {
    let mut chosen = stay(wishes, load);
    // Where the same ports found no room before they find none again: this keeps the search linear.
    let mut first_open = BTreeMap::<&Missing, usize>::new();
    for (nth, missing) in newcomers(wishes) {
        let from = first_open.entry(missing).or_default();
        chosen[nth] = (*from..domains).find(|domain| load.fits(*domain, missing));
        *from = chosen[nth].unwrap_or(domains);
        if let Some(domain) = chosen[nth] {
            load.add(domain, missing);
        }
    }
    chosen
}
