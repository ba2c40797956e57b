//! No distribution: round robin. An attachment's ports go to one switch, each server to the next
//! one; a switch without room is passed over.

use super::search::Piece;
use super::{Board, TooLarge};
use crate::fabric::place::demand::{Demand, Item, Kept};
use crate::fabric::spec::Distribution;
use crate::fabric::units::{count, position};

fn items(demand: &Demand) -> impl Iterator<Item = (usize, &Item)> {
    let mine = |item: &Item| item.distribution == Distribution::RoundRobin;
    demand
        .items
        .iter()
        .enumerate()
        .filter(move |(_, item)| mine(item))
}

/// An attachment that is on several switches, or not wholly there, moves as a whole.
pub(super) fn keep(demand: &Demand, kept: &mut [Option<Kept>]) {
    for (_, item) in items(demand) {
        let switches: Vec<Option<u32>> = kept[item.range()]
            .iter()
            .map(|kept| kept.map(|kept| kept.switch))
            .collect();
        let whole = switches
            .iter()
            .all(|switch| switch.is_some() && *switch == switches[0]);
        if !whole {
            kept[item.range()].fill(None);
        }
    }
}

/// Ports of each attachment.
pub(super) fn sizes(demand: &Demand) -> impl Iterator<Item = u32> {
    items(demand).map(|(_, item)| item.ports)
}

/// That each attachment finds room on an empty switch.
pub(super) fn check(demand: &Demand) -> Result<(), TooLarge> {
    let too_large = |(_, item): &(usize, &Item)| item.ports > demand.capacity;
    match items(demand).find(too_large) {
        Some((index, item)) => Err(TooLarge {
            item: index,
            needed: item.ports,
        }),
        None => Ok(()),
    }
}

/// What has no place yet.
pub(super) fn open(
    demand: &Demand,
    assigned: &[Option<u32>],
) -> impl Iterator<Item = (Piece, Vec<usize>)> {
    let is_open = |item: &Item| assigned[item.range()].iter().any(Option::is_none);
    let open = items(demand).filter(move |(_, item)| is_open(item));
    open.map(|(_, item)| (Piece::Whole(item.ports), item.range().collect()))
}

pub(super) fn place(demand: &Demand, board: &mut Board, assigned: &mut [Option<u32>]) -> bool {
    let switches = board.load.len();
    let mut server = None;
    let mut turn = 0;
    let mut first_open = 0;
    for (_, item) in items(demand) {
        if server
            .replace(item.device())
            .is_some_and(|device| device != item.device())
        {
            turn += 1;
        }
        if assigned[item.range()].iter().all(Option::is_some) {
            continue;
        }
        // Full switches at the front are not looked at again: the search stays linear.
        while first_open < switches && board.free(first_open) == 0 {
            first_open += 1;
        }
        let open = switches - first_open;
        if open == 0 {
            return false;
        }
        let wish = if turn % switches >= first_open {
            turn % switches
        } else {
            first_open
        };
        let mut ring = (0..open).map(|step| first_open + (wish - first_open + step) % open);
        let Some(switch) = ring.find(|switch| board.free(*switch) >= item.ports) else {
            return false;
        };
        board.load[switch] += item.ports;
        assigned[item.range()].fill(Some(count(switch)));
        debug_assert!(position(item.ports) == item.range().len());
    }
    true
}
