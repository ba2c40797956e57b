//! `alternating`: the ports of one attachment go to distinct switches, the least loaded first,
//! ties in natural order. At least two switches where there is demand.

use std::collections::BTreeSet;

use super::Board;
use crate::fabric::place::demand::{Demand, Item, Kept};
use crate::fabric::spec::Distribution;
use crate::fabric::units::{count, position};

fn items(demand: &Demand) -> impl Iterator<Item = &Item> {
    demand
        .items
        .iter()
        .filter(|item| item.distribution == Distribution::Alternating)
}

/// Two ports of one attachment on one switch: the second must move.
pub(super) fn keep(demand: &Demand, kept: &mut [Option<Kept>]) {
    for item in items(demand) {
        let mut seen = BTreeSet::new();
        for place in item.range() {
            if kept[place].is_some_and(|kept| !seen.insert(kept.switch)) {
                kept[place] = None;
            }
        }
    }
}

pub(super) fn least(demand: &Demand) -> u32 {
    items(demand)
        .map(|item| item.ports.max(2))
        .max()
        .unwrap_or(0)
}

/// Ports of each attachment that have no place yet.
pub(super) fn missing(demand: &Demand, assigned: &[Option<u32>]) -> Vec<u32> {
    let missing = |item: &Item| {
        let places = assigned[item.range()].iter();
        count(places.filter(|place| place.is_none()).count())
    };
    items(demand).map(missing).collect()
}

pub(super) fn place(demand: &Demand, board: &mut Board, assigned: &mut [Option<u32>]) -> bool {
    place_items(items(demand), board, assigned)
}

/// The same, where attachments that cannot go to all switches are asked first.
pub(super) fn place_begun_first(
    demand: &Demand,
    board: &mut Board,
    assigned: &mut [Option<u32>],
) -> bool {
    let begun = |item: &&Item| assigned[item.range()].iter().any(Option::is_some);
    let (begun, fresh): (Vec<_>, Vec<_>) = items(demand).partition(begun);
    place_items(begun.into_iter().chain(fresh), board, assigned)
}

fn place_items<'d>(
    items: impl Iterator<Item = &'d Item>,
    board: &mut Board,
    assigned: &mut [Option<u32>],
) -> bool {
    let mut by_load: BTreeSet<(u32, u32)> = board.load.iter().copied().zip(0..).collect();
    for item in items {
        let taken: Vec<u32> = assigned[item.range()].iter().flatten().copied().collect();
        let missing = position(item.ports) - taken.len();
        if missing == 0 {
            continue;
        }
        let free = |(load, switch): &(u32, u32)| *load < board.capacity && !taken.contains(switch);
        let chosen: Vec<(u32, u32)> = by_load
            .iter()
            .filter(|place| free(place))
            .take(missing)
            .copied()
            .collect();
        if chosen.len() < missing {
            return false;
        }
        let open = item
            .range()
            .filter(|place| assigned[*place].is_none())
            .collect::<Vec<_>>();
        // Within an attachment the first port takes the first switch.
        let mut switches: Vec<u32> = chosen.iter().map(|(_, switch)| *switch).collect();
        switches.sort_unstable();
        for (place, switch) in open.into_iter().zip(switches) {
            assigned[place] = Some(switch);
        }
        for (load, switch) in chosen {
            by_load.remove(&(load, switch));
            by_load.insert((load + 1, switch));
            board.load[position(switch)] = load + 1;
        }
    }
    true
}
