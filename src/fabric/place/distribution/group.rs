//! `mclag` and `eslag`: the links of one bundle end on the switches of one redundancy group, spread
//! over them as evenly as possible. The group with the least load takes the next bundle, ties in
//! natural order.
//!
//! Switches form groups in the order of their numbers (see
//! [`RedundancyType::group_size`](crate::fabric::spec::RedundancyType::group_size)).

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::search::Piece;
use super::{Board, TooLarge};
use crate::fabric::place::demand::{Demand, Item, Kept};
use crate::fabric::spec::{Distribution, RedundancyType};
use crate::fabric::units::{count, position};

fn items(demand: &Demand) -> impl Iterator<Item = (usize, &Item, RedundancyType)> {
    let items = demand.items.iter().enumerate();
    items.filter_map(|(index, item)| match item.distribution {
        Distribution::Group(kind) => Some((index, item, kind)),
        Distribution::Rail(_)
        | Distribution::SameSwitch
        | Distribution::RoundRobin
        | Distribution::Alternating
        | Distribution::Spread => None,
    })
}

/// Stays: a bundle that is wholly there as it may be. Of others, what is in the group of the first link
/// and not too much for its switch.
pub(super) fn keep(demand: &Demand, kept: &mut [Option<Kept>]) {
    for (_, item, kind) in items(demand) {
        // In a group that has grown since, it is on fewer switches than one that is placed now.
        if is_whole(kind, &kept[item.range()]) {
            continue;
        }
        let mut group = None;
        let mut on: BTreeMap<u32, u32> = BTreeMap::new();
        for place in item.range() {
            let Some(port) = kept[place] else { continue };
            let here = port.switch / kind.group_size();
            let links = on.entry(port.switch).or_default();
            if *group.get_or_insert(here) == here && *links < kind.most_on_one(item.ports) {
                *links += 1;
            } else {
                kept[place] = None;
            }
        }
    }
}

/// All links are there, on several switches of one group, as even as can be on those.
fn is_whole(kind: RedundancyType, kept: &[Option<Kept>]) -> bool {
    let mut on: BTreeMap<u32, u32> = BTreeMap::new();
    for kept in kept.iter().flatten() {
        *on.entry(kept.switch).or_default() += 1;
    }
    let groups = on.keys().map(|switch| switch / kind.group_size());
    let one_group = groups.collect::<BTreeSet<_>>().len() == 1;
    let (least, most) = (on.values().min(), on.values().max());
    let even = least
        .zip(most)
        .is_some_and(|(least, most)| most - least <= 1);
    kept.iter().all(Option::is_some) && on.len() >= 2 && one_group && even
}

pub(super) fn least(demand: &Demand) -> Result<u32, TooLarge> {
    let mut least = 0;
    for (index, item, kind) in items(demand) {
        let needed = kind.most_on_one(item.ports);
        if needed > demand.capacity {
            return Err(TooLarge {
                item: index,
                needed,
            });
        }
        least = 2;
    }
    Ok(least)
}

/// Switches of a group: all bundles of a zone are of the one redundancy that its class has.
pub(super) fn size(demand: &Demand) -> usize {
    let first = items(demand).next();
    first.map_or(1, |(_, _, kind)| position(kind.group_size()))
}

/// What has no place yet. A bundle that has begun goes on in its group; where that has no room it begins anew.
pub(super) fn open(
    demand: &Demand,
    board: &mut Board,
    assigned: &mut [Option<u32>],
) -> Vec<(Piece, Vec<usize>)> {
    let mut open = Vec::new();
    for (_, item, kind) in items(demand) {
        let begun = assigned[item.range()].iter().flatten().next().copied();
        let stays = begun.is_some_and(|switch| {
            let members = members(kind, switch / kind.group_size(), board);
            fill(item, members, board, assigned)
        });
        if !stays {
            take_off(item, board, assigned);
            open.push((Piece::Bundle(item.ports), item.range().collect()));
        }
    }
    open
}

/// Each bundle on the group with the least load, as they come.
pub(super) fn place(demand: &Demand, board: &mut Board, assigned: &mut [Option<u32>]) -> bool {
    for (_, item, kind) in items(demand) {
        let begun = assigned[item.range()].iter().flatten().next().copied();
        let chosen = match begun {
            Some(switch) => Some(switch / kind.group_size()),
            None => roomiest(item, kind, board),
        };
        let mut placed =
            chosen.is_some_and(|group| fill(item, members(kind, group, board), board, assigned));
        // A bundle that does not find room in its group begins anew in another.
        if !placed && begun.is_some() {
            placed = start_anew(item, kind, board, assigned);
        }
        if !placed {
            return false;
        }
    }
    true
}

/// Positions of a group's switches.
fn members(kind: RedundancyType, group: u32, board: &Board) -> Range<usize> {
    let size = position(kind.group_size());
    let first = position(group) * size;
    first..(first + size).min(board.load.len())
}

fn groups(kind: RedundancyType, board: &Board) -> u32 {
    count(board.load.len()).div_ceil(kind.group_size())
}

/// The group that has room for the bundle, and least load on its fullest switch. One where it is on as many
/// switches as can be goes first.
fn roomiest(item: &Item, kind: RedundancyType, board: &Board) -> Option<u32> {
    let nothing = BTreeMap::new();
    let wide = |members| evenly(item, members, board, &nothing).is_some();
    let narrow = |members| on_fewer(item, members, board).is_some();
    emptiest(kind, board, wide).or_else(|| emptiest(kind, board, narrow))
}

/// The group with least load of those that are of use.
fn emptiest(
    kind: RedundancyType,
    board: &Board,
    is_of_use: impl Fn(Range<usize>) -> bool,
) -> Option<u32> {
    let mut best: Option<(u64, u32)> = None;
    for group in 0..groups(kind, board) {
        let members = members(kind, group, board);
        let switches = u64::from(count(members.len()));
        if switches < 2 || !is_of_use(members.clone()) {
            continue;
        }
        let load: u64 = members.map(|switch| u64::from(board.load[switch])).sum();
        // Load of a switch on average, in parts fine enough for groups of unlike size.
        let load = load * 12 / switches;
        if best.is_none_or(|(least, _)| load < least) {
            best = Some((load, group));
        }
    }
    best.map(|(_, group)| group)
}

/// The switches of the links beside those that are there, each on the one that has fewest of this bundle,
/// then least load.
fn evenly(
    item: &Item,
    members: Range<usize>,
    board: &Board,
    there: &BTreeMap<usize, u32>,
) -> Option<Vec<usize>> {
    let each = item
        .ports
        .div_ceil(count(members.len()).min(item.ports).max(1));
    let (mut on, mut new) = (there.clone(), BTreeMap::<usize, u32>::new());
    let missing = item.ports - there.values().sum::<u32>();
    let mut chosen = Vec::new();
    for _ in 0..missing {
        let links = |switch: usize| on.get(&switch).copied().unwrap_or(0);
        let added = |switch: usize| new.get(&switch).copied().unwrap_or(0);
        let free = members
            .clone()
            .filter(|switch| board.free(*switch) > added(*switch) && links(*switch) < each);
        let load = |switch: usize| board.load[switch] + added(switch);
        let switch = free.min_by_key(|switch| (links(*switch), load(*switch), *switch))?;
        *on.entry(switch).or_default() += 1;
        *new.entry(switch).or_default() += 1;
        chosen.push(switch);
    }
    Some(chosen)
}

/// The switches of a bundle that does not fit on as many as there are, evenly over as many as it does.
fn on_fewer(item: &Item, members: Range<usize>, board: &Board) -> Option<Vec<usize>> {
    let mut by_load: Vec<usize> = members.collect();
    by_load.sort_by_key(|switch| (board.load[*switch], *switch));
    let most = by_load.len().min(position(item.ports));
    (2..most).rev().find_map(|switches| {
        let (base, more) = (
            item.ports / count(switches),
            position(item.ports % count(switches)),
        );
        let links = |nth: usize| base + u32::from(nth < more);
        let mut taken = by_load[..switches].iter().enumerate();
        let fits = taken.all(|(nth, switch)| board.free(*switch) >= links(nth));
        let each = (0..switches).flat_map(|nth| (0..links(nth)).map(move |_| nth));
        fits.then(|| each.map(|nth| by_load[nth]).collect())
    })
}

/// Puts the missing links on the members.
fn fill(
    item: &Item,
    members: Range<usize>,
    board: &mut Board,
    assigned: &mut [Option<u32>],
) -> bool {
    if members.len() < 2 {
        return false;
    }
    let mut there: BTreeMap<usize, u32> = BTreeMap::new();
    for switch in assigned[item.range()].iter().flatten() {
        *there.entry(position(*switch)).or_default() += 1;
    }
    let fresh = there.is_empty();
    let chosen = evenly(item, members.clone(), board, &there)
        .or_else(|| on_fewer(item, members, board).filter(|_| fresh));
    let Some(chosen) = chosen else { return false };
    // Within a bundle the first port takes the first switch, round by round.
    let mut rounds: BTreeMap<usize, u32> = BTreeMap::new();
    let mut order: Vec<(u32, usize)> = chosen
        .into_iter()
        .map(|switch| {
            board.load[switch] += 1;
            let round = rounds.entry(switch).or_default();
            *round += 1;
            (*round, switch)
        })
        .collect();
    order.sort_unstable();
    let open = item.range().filter(|place| assigned[*place].is_none());
    for (place, (_, switch)) in open.collect::<Vec<_>>().into_iter().zip(order) {
        assigned[place] = Some(count(switch));
    }
    true
}

fn take_off(item: &Item, board: &mut Board, assigned: &mut [Option<u32>]) {
    for place in item.range() {
        if let Some(switch) = assigned[place].take() {
            board.load[position(switch)] -= 1;
        }
    }
}

fn start_anew(
    item: &Item,
    kind: RedundancyType,
    board: &mut Board,
    assigned: &mut [Option<u32>],
) -> bool {
    take_off(item, board, assigned);
    roomiest(item, kind, board)
        .is_some_and(|group| fill(item, members(kind, group, board), board, assigned))
}
