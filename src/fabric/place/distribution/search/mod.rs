//! Whether pieces that must not be divided find room beside each other, whatever their ways.
//!
//! Pieces are placed one by one, rails first, then bundles, and the largest first, and taken back where that
//! leads to no end. Switches with the same room lead to the same, and a state that led to no end is not
//! entered again: designs have few sizes, so that few states are left. `EFFORT_MAX` keeps a strange one from
//! taking long; that nothing was found does not show then that there is nothing.
//!
//! | file | what it knows |
//! |---|---|
//! | `ways` | where a piece can go |
//! | `bounds` | what shows early that there is no way on |

mod bounds;
#[cfg(test)]
mod tests;
mod ways;

use std::collections::BTreeSet;

use super::NoRoom;
use bounds::Bounds;

/// Switches that are looked at, over all steps of a search. The first way down is always gone to its end.
const EFFORT_MAX: usize = 1_000_000;

/// What is placed as a whole. The order is that of placing, backwards.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Piece {
    /// Ports on one switch.
    Whole(u32),
    /// Links on two or more switches of one group, as many on each as on another, or one more.
    Bundle(u32),
    /// Ports of one server on the leaves of a domain.
    Rails {
        /// All of them.
        ports: u32,
        /// By leaf of the domain.
        by_leaf: Vec<(usize, u32)>,
    },
}

impl Piece {
    fn ports(&self) -> u32 {
        let (Self::Whole(ports) | Self::Bundle(ports) | Self::Rails { ports, .. }) = self;
        *ports
    }

    fn by_leaf(&self) -> &[(usize, u32)] {
        match self {
            Self::Rails { by_leaf, .. } => by_leaf,
            Self::Whole(_) | Self::Bundle(_) => &[],
        }
    }
}

/// Where a piece is: ports by switch.
pub(super) type Put = Vec<(usize, u32)>;

/// What has to find room.
#[derive(Debug)]
pub(super) struct Task<'t> {
    /// Free ports by switch.
    pub free: Vec<u32>,
    /// Switches of a group.
    pub group: usize,
    /// Leaves of a domain. What is left beyond whole domains takes no rails.
    pub domain: usize,
    /// In the order of placing: the largest first.
    pub pieces: &'t [Piece],
    /// Ports that take a switch each and any that there are: how many by device, the most first.
    pub apart: &'t [u32],
}

/// Which switches are tried first.
#[derive(Debug, Clone, Copy)]
enum Order {
    Emptiest,
    Fullest,
}

/// Where each piece goes, so that what is apart finds room, too.
///
/// # Errors
/// There is no such way, or none was found with so much effort.
pub(super) fn search(task: &Task<'_>) -> Result<Vec<Put>, NoRoom> {
    // Either order tries everything. Where one is given up, the other may come upon a way.
    match Search::new(task, Order::Emptiest).run() {
        Err(NoRoom::Unknown) => Search::new(task, Order::Fullest).run(),
        found => found,
    }
}

struct Search<'s> {
    task: &'s Task<'s>,
    order: Order,
    bounds: Bounds,
    free: Vec<u32>,
    /// Pieces that have a place: which of the ways it is, and where.
    path: Vec<(usize, Put)>,
    /// Number of pieces that were placed, and what was free then.
    failed: BTreeSet<(usize, Vec<u32>)>,
    effort: usize,
}

impl<'s> Search<'s> {
    fn new(task: &'s Task<'s>, order: Order) -> Self {
        Self {
            task,
            order,
            bounds: Bounds::new(task),
            free: task.free.clone(),
            path: Vec::new(),
            failed: BTreeSet::new(),
            effort: 0,
        }
    }

    /// Depth first without recursion: designs may have very many pieces.
    fn run(mut self) -> Result<Vec<Put>, NoRoom> {
        if !self.bounds.allow(&self.free, 0) {
            return Err(NoRoom::Certain);
        }
        let mut from = 0;
        while self.path.len() < self.task.pieces.len() {
            if let Some(step) = self.step(from) {
                self.path.push(step);
                from = 0;
                continue;
            }
            if self.effort > EFFORT_MAX {
                return Err(NoRoom::Unknown);
            }
            self.failed.insert(self.state(self.path.len()));
            let Some((nth, put)) = self.path.pop() else {
                return Err(NoRoom::Certain);
            };
            self.take_back(&put);
            from = nth + 1;
        }
        Ok(self.path.into_iter().map(|(_, put)| put).collect())
    }

    /// Puts the next piece where it was not tried, beginning with that of its ways.
    fn step(&mut self, from: usize) -> Option<(usize, Put)> {
        let depth = self.path.len();
        let ways = ways::of(self.task, &self.free, depth, self.order);
        for (nth, put) in ways.into_iter().enumerate().skip(from) {
            self.effort += self.free.len();
            for (switch, ports) in &put {
                self.free[*switch] -= ports;
            }
            let hopeless = !self.bounds.allow(&self.free, depth + 1)
                || !self.failed.is_empty() && self.failed.contains(&self.state(depth + 1));
            if !hopeless {
                return Some((nth, put));
            }
            self.take_back(&put);
        }
        None
    }

    fn take_back(&mut self, put: &[(usize, u32)]) {
        for (switch, ports) in put {
            self.free[*switch] += ports;
        }
    }

    /// The number of pieces that are placed, and what is free, the same for all that lead to the same.
    fn state(&self, depth: usize) -> (usize, Vec<u32>) {
        let free = match self.task.pieces.get(depth) {
            // Groups and domains may overlap, so that neither can change places.
            Some(Piece::Rails { .. }) if self.task.group > 1 => self.free.clone(),
            Some(Piece::Rails { .. }) => in_blocks(&self.free, self.task.domain, <[u32]>::to_vec),
            Some(Piece::Bundle(_)) => in_blocks(&self.free, self.task.group, ways::sorted),
            Some(Piece::Whole(_)) | None => ways::sorted(&self.free),
        };
        (depth, free)
    }
}

/// What is free, with the blocks of so many switches in an order that does not depend on where they are.
fn in_blocks(free: &[u32], switches: usize, of: impl Fn(&[u32]) -> Vec<u32>) -> Vec<u32> {
    let mut blocks: Vec<Vec<u32>> = free.chunks(switches).map(of).collect();
    // Only the last one may be smaller than the others.
    blocks[..free.len() / switches].sort_unstable();
    blocks.concat()
}
