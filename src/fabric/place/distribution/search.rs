//! Whether pieces that must not be divided find room beside each other, whatever their ways.
//!
//! Pieces are placed one by one, bundles first and the largest first, and taken back where that leads to no
//! end. Switches with the same room lead to the same, and a state that led to no end is not entered again:
//! designs have few sizes, so that few states are left. `EFFORT_MAX` keeps a strange one from taking long, at
//! the cost of a switch too many.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::fabric::units::count;

/// Switches that are looked at, over all steps of a search. The first way down is always gone to its end.
const EFFORT_MAX: usize = 1_000_000;

/// What is placed as a whole. The order is that of placing, backwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Piece {
    /// Ports on one switch.
    Whole(u32),
    /// Links on two or more switches of one group, as many on each as on another, or one more.
    Bundle(u32),
}

impl Piece {
    fn ports(self) -> u32 {
        let (Self::Whole(ports) | Self::Bundle(ports)) = self;
        ports
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

/// Where each piece goes, so that what is apart finds room, too. `None`: nowhere, as far as was tried.
pub(super) fn search(task: &Task<'_>) -> Option<Vec<Put>> {
    [Order::Emptiest, Order::Fullest]
        .into_iter()
        .find_map(|order| Search::new(task, order).run())
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
    fn run(mut self) -> Option<Vec<Put>> {
        if !self.bounds.allow(&self.free, 0) {
            return None;
        }
        let mut from = 0;
        while self.path.len() < self.task.pieces.len() {
            if let Some(step) = self.step(from) {
                self.path.push(step);
                from = 0;
                continue;
            }
            if self.effort > EFFORT_MAX {
                return None;
            }
            self.failed.insert(self.state(self.path.len()));
            let (nth, put) = self.path.pop()?;
            self.take_back(&put);
            from = nth + 1;
        }
        Some(self.path.into_iter().map(|(_, put)| put).collect())
    }

    /// Puts the next piece where it was not tried, beginning with that of its ways.
    fn step(&mut self, from: usize) -> Option<(usize, Put)> {
        let depth = self.path.len();
        let ways = match self.task.pieces[depth] {
            Piece::Whole(ports) => self.on_one(ports),
            Piece::Bundle(links) => self.on_groups(links),
        };
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

    /// The first switch of each room.
    fn on_one(&self, ports: u32) -> Vec<Put> {
        let mut first = BTreeMap::new();
        for (switch, free) in self.free.iter().enumerate() {
            if *free >= ports {
                first.entry(*free).or_insert(switch);
            }
        }
        let ways = first.into_values().map(|switch| vec![(switch, ports)]);
        match self.order {
            Order::Emptiest => ways.rev().collect(),
            Order::Fullest => ways.collect(),
        }
    }

    /// On as many switches as can be first, and of groups that are alike on the first.
    fn on_groups(&self, links: u32) -> Vec<Put> {
        let mut alike = BTreeSet::new();
        let mut ways = Vec::new();
        for (group, members) in self.free.chunks(self.task.group).enumerate() {
            if !alike.insert(sorted(members)) {
                continue;
            }
            let free: u32 = members.iter().sum();
            let rank = match self.order {
                Order::Emptiest => u32::MAX - free,
                Order::Fullest => free,
            };
            for put in within(links, members) {
                let first = group * self.task.group;
                let put: Put = put.into_iter().map(|(s, n)| (first + s, n)).collect();
                ways.push((Reverse(put.len()), rank, put));
            }
        }
        // Stable: of equal ones those that leave most room come first.
        ways.sort_by_key(|(width, rank, _)| (*width, *rank));
        ways.into_iter().map(|(_, _, put)| put).collect()
    }

    /// The number of pieces that are placed, and what is free, the same for all that lead to the same.
    fn state(&self, depth: usize) -> (usize, Vec<u32>) {
        let bundle = matches!(self.task.pieces.get(depth), Some(Piece::Bundle(_)));
        if !bundle {
            return (depth, sorted(&self.free));
        }
        let mut groups: Vec<Vec<u32>> = self.free.chunks(self.task.group).map(sorted).collect();
        // Only the last one may be smaller than the others.
        let whole = self.free.len() / self.task.group;
        groups[..whole].sort_unstable();
        (depth, groups.concat())
    }
}

fn sorted(free: &[u32]) -> Vec<u32> {
    let mut free = free.to_vec();
    free.sort_unstable();
    free
}

/// The ways of a bundle on a group of a few switches, each that leaves another room, on the emptiest first.
fn within(links: u32, members: &[u32]) -> Vec<Put> {
    let mut emptiest: Vec<usize> = (0..members.len()).collect();
    emptiest.sort_by_key(|switch| (Reverse(members[*switch]), *switch));
    let sets = |of: u32| (0..1_u32 << members.len()).filter(move |set| set.count_ones() == of);
    let mut left = BTreeSet::new();
    let mut ways = Vec::new();
    for width in (2..=links.min(count(members.len()))).rev() {
        let (base, rest) = (links / width, links % width);
        for on in sets(width) {
            for more in sets(rest).filter(|more| more & !on == 0) {
                let bits = emptiest.iter().enumerate();
                let put: Put = bits
                    .filter(|(bit, _)| on >> bit & 1 == 1)
                    .map(|(bit, switch)| (*switch, base + (more >> bit & 1)))
                    .collect();
                let mut free = members.to_vec();
                let fits = put.iter().all(|(switch, ports)| {
                    free[*switch] = free[*switch].wrapping_sub(*ports);
                    members[*switch] >= *ports
                });
                if fits && left.insert(sorted(&free)) {
                    ways.push(put);
                }
            }
        }
    }
    ways
}

/// What shows early that there is no way on.
#[derive(Debug)]
struct Bounds {
    /// Ports of the pieces from each one on, and of all that is apart.
    ports: Vec<u64>,
    /// The first piece that is for one switch.
    first_whole: usize,
    /// Sizes of such pieces, with the end of those that are no smaller.
    sizes: Vec<(u32, usize)>,
    /// Devices that are apart, where their number of ports changes: how many, and all their ports.
    apart: Vec<(u32, u64)>,
}

impl Bounds {
    fn new(task: &Task<'_>) -> Self {
        let apart: u64 = task.apart.iter().copied().map(u64::from).sum();
        let mut ports = vec![apart];
        for piece in task.pieces.iter().rev() {
            ports.push(ports[ports.len() - 1] + u64::from(piece.ports()));
        }
        ports.reverse();
        let is_bundle = |piece: &Piece| matches!(piece, Piece::Bundle(_));
        let first_whole = task.pieces.partition_point(is_bundle);
        let mut sizes: Vec<(u32, usize)> = Vec::new();
        for (index, piece) in task.pieces.iter().enumerate().skip(first_whole) {
            match sizes.last_mut() {
                Some((size, end)) if *size == piece.ports() => *end = index + 1,
                _ => sizes.push((piece.ports(), index + 1)),
            }
        }
        let mut sums = Vec::new();
        let mut sum = 0;
        for (index, ports) in task.apart.iter().enumerate() {
            sum += u64::from(*ports);
            if task.apart.get(index + 1) != Some(ports) {
                sums.push((count(index + 1), sum));
            }
        }
        Self {
            ports,
            first_whole,
            sizes,
            apart: sums,
        }
    }

    /// Whether the pieces from `depth` on may find room. Where none is left it is certain.
    fn allow(&self, free: &[u32], depth: usize) -> bool {
        let sum = |ports: &dyn Fn(u32) -> u32| -> u64 {
            free.iter().map(|free| u64::from(ports(*free))).sum()
        };
        let from = depth.max(self.first_whole);
        let mut sizes = self.sizes.iter();
        let mut apart = self.apart.iter();
        // On one switch at most one port of each device: the condition of Gale and Ryser.
        sum(&|free| free) >= self.ports[depth]
            && sizes.all(|(size, end)| {
                let pieces = count(end.saturating_sub(from));
                pieces == 0 || sum(&|free| free / (*size).max(1)) >= u64::from(pieces)
            })
            && apart.all(|(devices, ports)| sum(&|free| free.min(*devices)) >= *ports)
    }
}

#[cfg(test)]
mod tests {
    use super::Piece::{Bundle, Whole};
    use super::*;
    use crate::fabric::units::position;

    #[test]
    fn finds_what_no_usual_order_finds() {
        let check = |pieces: &[Piece], apart: &[u32], free: &[u32], fits: bool| {
            let mut pieces = pieces.to_vec();
            pieces.sort_unstable_by_key(|piece| Reverse(*piece));
            let found = search(&Task {
                free: free.to_vec(),
                group: 2,
                pieces: &pieces,
                apart,
            });
            assert_eq!(
                found.is_some(),
                fits,
                "{pieces:?} and {apart:?} on {free:?}"
            );
            let mut left = free.to_vec();
            for (piece, put) in pieces.iter().zip(found.iter().flatten()) {
                assert_eq!(put.iter().map(|(_, n)| n).sum::<u32>(), piece.ports());
                for (switch, n) in put {
                    left[*switch] -= n;
                }
            }
            assert!(!fits || position(left.iter().sum()) >= apart.len());
        };
        check(&[Whole(2); 3], &[], &[5, 5], true);
        check(&[Whole(2); 5], &[], &[5, 5], false);
        // Largest first on the first that fits needs three.
        let sizes = [4, 3, 3, 2, 2, 2].map(Whole);
        check(&sizes, &[], &[8, 8], true);
        check(&[Whole(4); 3], &[], &[8, 3], false);
        check(&[Whole(1), Whole(5)], &[], &[1, 5], true);
        // Both small ones beside each other, so that the large one finds a switch.
        check(&[Whole(1), Whole(1), Whole(3)], &[], &[3, 3], true);
        // Ports that are apart want room on many switches, and pieces leave it.
        check(&[Whole(1), Whole(2)], &[2], &[2, 2, 2], true);
        check(&[Whole(2), Whole(2)], &[2], &[2, 2, 2], false);
        // A bundle does not leave its group.
        check(&[Bundle(2)], &[], &[1, 0, 0, 1], false);
        check(&[Bundle(2), Bundle(4)], &[], &[2, 2, 2, 2], true);
        check(&[Bundle(2), Bundle(4), Whole(2)], &[], &[2; 4], false);
        check(&[Bundle(3), Bundle(3)], &[], &[3, 3], true);
    }
}
