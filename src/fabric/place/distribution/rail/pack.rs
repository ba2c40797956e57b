//! Whether servers of unlike size find room in so many domains.
//!
//! Servers are placed one by one, the largest first, and taken back where that leads to no end. Domains with
//! the same room lead to the same, and a state that led to no end is not entered again. `EFFORT_MAX` keeps a
//! strange design from taking long, at the cost of a domain too many.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Leaves that are looked at, over all steps of a search. The first way down is always gone to its end.
const EFFORT_MAX: usize = 1_000_000;

/// Ports of a server by leaf of its domain.
pub(super) type Missing = [(usize, u32)];

/// Free ports by domain and leaf of the domain.
pub(super) type Room = Vec<Vec<u32>>;

/// What shows early that there is no room: by leaf of a domain, and size of what servers want there, the
/// numbers of servers from each one on that want as much or more.
#[derive(Debug, Default)]
pub(super) struct Bounds {
    sizes: BTreeMap<(usize, u32), Vec<u64>>,
    /// By leaf of a domain: ports that servers from each one on want.
    ports: BTreeMap<usize, Vec<u64>>,
}

impl Bounds {
    /// Of servers in the order in which they are placed.
    pub(super) fn new(wishes: &[&Missing]) -> Self {
        let mut bounds = Self::default();
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

    /// Whether the servers from that one on may find room. Where none is left it is certain.
    pub(super) fn allow(&self, room: &Room, from: usize) -> bool {
        let sum = |leaf: usize, of: &dyn Fn(u32) -> u32| -> u64 {
            room.iter().map(|domain| u64::from(of(domain[leaf]))).sum()
        };
        let mut ports = self.ports.iter();
        let mut sizes = self.sizes.iter();
        ports.all(|(leaf, wanted)| sum(*leaf, &|free| free) >= wanted[from])
            && sizes.all(|((leaf, size), servers)| {
                sum(*leaf, &|free| free / (*size).max(1)) >= servers[from]
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

/// The domain of each server. `None`: nowhere, as far as was tried.
pub(super) fn pack(room: Room, wishes: &[&Missing]) -> Option<Vec<usize>> {
    let mut order: Vec<usize> = (0..wishes.len()).collect();
    let size = |wish: &Missing| wish.iter().map(|(_, ports)| u64::from(*ports)).sum::<u64>();
    // Stable: of equal ones in the order in which they ask.
    order.sort_by_key(|server| (Reverse(size(wishes[*server])), wishes[*server]));
    let sorted: Vec<&Missing> = order.iter().map(|server| wishes[*server]).collect();
    let domains = Search {
        bounds: Bounds::new(&sorted),
        wishes: &sorted,
        room,
        path: Vec::new(),
        failed: BTreeSet::new(),
        effort: 0,
    }
    .run()?;
    let mut chosen = vec![0; wishes.len()];
    for (server, domain) in order.into_iter().zip(domains) {
        chosen[server] = domain;
    }
    Some(chosen)
}

struct Search<'w> {
    wishes: &'w [&'w Missing],
    bounds: Bounds,
    room: Room,
    /// Domains of the servers that have a place.
    path: Vec<usize>,
    /// Number of servers that were placed, and the room that was left then.
    failed: BTreeSet<(usize, Room)>,
    effort: usize,
}

impl Search<'_> {
    /// Depth first without recursion: designs may have very many servers.
    fn run(mut self) -> Option<Vec<usize>> {
        if !self.bounds.allow(&self.room, 0) {
            return None;
        }
        let mut from = 0;
        while self.path.len() < self.wishes.len() {
            if let Some(domain) = self.step(from) {
                self.path.push(domain);
                from = 0;
                continue;
            }
            if self.effort > EFFORT_MAX {
                return None;
            }
            self.failed.insert(self.state(self.path.len()));
            let domain = self.path.pop()?;
            self.give_back(domain);
            from = domain + 1;
        }
        Some(self.path)
    }

    /// Puts the next server into the first domain from that one on where it was not tried.
    fn step(&mut self, from: usize) -> Option<usize> {
        let depth = self.path.len();
        let wish = self.wishes[depth];
        for domain in from..self.room.len() {
            self.effort += wish.len();
            let room = &self.room[domain];
            let fits = wish.iter().all(|(leaf, ports)| room[*leaf] >= *ports);
            // One with the same room was tried before.
            if !fits || self.room[..domain].contains(room) {
                continue;
            }
            for (leaf, ports) in wish {
                self.room[domain][*leaf] -= ports;
            }
            self.effort += self.room.len();
            let hopeless = !self.bounds.allow(&self.room, depth + 1)
                || !self.failed.is_empty() && self.failed.contains(&self.state(depth + 1));
            if !hopeless {
                return Some(domain);
            }
            self.take_back(domain, wish);
        }
        None
    }

    fn give_back(&mut self, domain: usize) {
        let wish = self.wishes[self.path.len()];
        self.take_back(domain, wish);
    }

    fn take_back(&mut self, domain: usize, wish: &Missing) {
        for (leaf, ports) in wish {
            self.room[domain][*leaf] += ports;
        }
    }

    /// The same for all that lead to the same.
    fn state(&self, depth: usize) -> (usize, Room) {
        let mut room = self.room.clone();
        room.sort_unstable();
        (depth, room)
    }
}
