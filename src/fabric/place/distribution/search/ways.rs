//! Where a piece can go.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::{Order, Piece, Put, Task};
use crate::fabric::units::count;

/// The ways of a piece that lead to something else each, the first to be tried first.
pub(super) fn of(task: &Task<'_>, free: &[u32], depth: usize, order: Order) -> Vec<Put> {
    match &task.pieces[depth] {
        Piece::Whole(ports) => on_one(*ports, free, order),
        Piece::Bundle(links) => on_groups(*links, task.group, free, order),
        Piece::Rails { by_leaf, .. } => on_domains(by_leaf, task, free),
    }
}

/// The first switch of each room.
fn on_one(ports: u32, free: &[u32], order: Order) -> Vec<Put> {
    let mut first = BTreeMap::new();
    for (switch, free) in free.iter().enumerate() {
        if *free >= ports {
            first.entry(*free).or_insert(switch);
        }
    }
    let ways = first.into_values().map(|switch| vec![(switch, ports)]);
    match order {
        Order::Emptiest => ways.rev().collect(),
        Order::Fullest => ways.collect(),
    }
}

/// On as many switches as can be first, and of groups that are alike on the first.
fn on_groups(links: u32, group_size: usize, free: &[u32], order: Order) -> Vec<Put> {
    let mut alike = BTreeSet::new();
    let mut ways = Vec::new();
    for (group, members) in free.chunks(group_size).enumerate() {
        if !alike.insert(sorted(members)) {
            continue;
        }
        let free: u32 = members.iter().sum();
        let rank = match order {
            Order::Emptiest => u32::MAX - free,
            Order::Fullest => free,
        };
        for put in within(links, members) {
            let first = group * group_size;
            let put: Put = put.into_iter().map(|(s, n)| (first + s, n)).collect();
            ways.push((Reverse(put.len()), rank, put));
        }
    }
    // Stable: of equal ones those that leave most room come first.
    ways.sort_by_key(|(width, rank, _)| (*width, *rank));
    ways.into_iter().map(|(_, _, put)| put).collect()
}

/// In the order of the domains, and of those that are alike on the first.
fn on_domains(by_leaf: &[(usize, u32)], task: &Task<'_>, free: &[u32]) -> Vec<Put> {
    let mut alike = BTreeSet::new();
    let mut ways = Vec::new();
    for (domain, leaves) in free.chunks_exact(task.domain).enumerate() {
        let fits = by_leaf.iter().all(|(leaf, ports)| leaves[*leaf] >= *ports);
        // Bundles go to groups, which domains may divide in more than one way.
        if fits && (task.group > 1 || alike.insert(leaves)) {
            let first = domain * task.domain;
            ways.push(by_leaf.iter().map(|(l, n)| (first + l, *n)).collect());
        }
    }
    ways
}

pub(super) fn sorted(free: &[u32]) -> Vec<u32> {
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
