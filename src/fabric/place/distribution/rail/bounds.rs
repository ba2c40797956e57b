//! What shows early that rails have no room in so many domains.

use std::collections::BTreeMap;

/// Ports of a server by leaf of its domain.
pub(crate) type Missing = [(usize, u32)];

#[derive(Debug)]
pub(in super::super) struct Bounds {
    /// Leaves of a domain.
    leaves: usize,
    /// By leaf of a domain, and size of what servers want there: the numbers of servers from each one on that
    /// want as much or more.
    sizes: BTreeMap<(usize, u32), Vec<u64>>,
    /// By leaf of a domain: ports that servers from each one on want.
    ports: BTreeMap<usize, Vec<u64>>,
}

impl Bounds {
    /// Of servers in the order in which they are placed.
    pub(in super::super) fn new(wishes: &[&Missing], leaves: usize) -> Self {
        let mut bounds = Self {
            leaves,
            sizes: BTreeMap::new(),
            ports: BTreeMap::new(),
        };
        let places = || wishes.iter().copied().flatten();
        for (leaf, ports) in places() {
            bounds.sizes.entry((*leaf, *ports)).or_default();
            bounds.ports.entry(*leaf).or_default();
        }
        let on = |wish: &Missing, leaf: usize| {
            let mut wanted = wish.iter().filter(|(other, _)| *other == leaf);
            wanted.next().map_or(0, |(_, ports)| *ports)
        };
        for ((leaf, size), from) in &mut bounds.sizes {
            *from = sums(wishes, |wish| u64::from(on(wish, *leaf) >= *size));
        }
        for (leaf, from) in &mut bounds.ports {
            *from = sums(wishes, |wish| u64::from(on(wish, *leaf)));
        }
        bounds
    }

    /// Whether the servers from that one on may find room in whole domains of leaves with so many free ports.
    /// That none wants more is certain.
    pub(in super::super) fn allow(&self, free: &[u32], from: usize) -> bool {
        let sum = |leaf: usize, of: &dyn Fn(u32) -> u32| -> u64 {
            let domains = free.chunks_exact(self.leaves);
            domains.map(|domain| u64::from(of(domain[leaf]))).sum()
        };
        let from_now = |of: &[u64]| of.get(from).copied().unwrap_or(0);
        let mut ports = self.ports.iter();
        let mut sizes = self.sizes.iter();
        ports.all(|(leaf, wanted)| sum(*leaf, &|free| free) >= from_now(wanted))
            && sizes.all(|((leaf, size), servers)| {
                sum(*leaf, &|free| free / (*size).max(1)) >= from_now(servers)
            })
    }
}

/// The sum from each one on, and nothing at the end.
fn sums(wishes: &[&Missing], of: impl Fn(&Missing) -> u64) -> Vec<u64> {
    let mut sums = vec![0];
    for wish in wishes.iter().rev() {
        sums.push(sums[sums.len() - 1] + of(wish));
    }
    sums.reverse();
    sums
}
