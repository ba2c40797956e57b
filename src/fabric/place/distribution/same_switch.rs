//! `same-switch`: all such ports of a server go to one switch, and servers fill the switches in
//! contiguous blocks of equal size, over all classes of the zone.

use std::collections::BTreeSet;

use super::search::Piece;
use super::{Board, TooLarge};
use crate::fabric::place::demand::{Demand, Item, Kept};
use crate::fabric::spec::Distribution;
use crate::fabric::units::{count, position};

/// The items of one server that stay together: positions in the demand, and their ports.
struct Unit {
    items: Vec<usize>,
    ports: u32,
}

fn units(demand: &Demand) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::new();
    let mut server = None;
    let mine = |item: &Item| item.distribution == Distribution::SameSwitch;
    for (index, item) in demand
        .items
        .iter()
        .enumerate()
        .filter(|(_, item)| mine(item))
    {
        if server.replace(item.device()) == Some(item.device())
            && let Some(unit) = units.last_mut()
        {
            unit.items.push(index);
            unit.ports += item.ports;
        } else {
            units.push(Unit {
                items: vec![index],
                ports: item.ports,
            });
        }
    }
    units
}

fn places(demand: &Demand, unit: &Unit) -> Vec<usize> {
    unit.items
        .iter()
        .flat_map(|item| demand.items[*item].range())
        .collect()
}

/// A server that is on several switches, or not wholly there, moves as a whole.
pub(super) fn keep(demand: &Demand, kept: &mut [Option<Kept>]) {
    for unit in units(demand) {
        let places = places(demand, &unit);
        let switch = |place: &usize| kept[*place].map(|kept| kept.switch);
        let first = places.first().and_then(switch);
        if first.is_none() || places.iter().any(|place| switch(place) != first) {
            for place in places {
                kept[place] = None;
            }
        }
    }
}

/// Ports of each server.
pub(super) fn sizes(demand: &Demand) -> impl Iterator<Item = u32> {
    units(demand).into_iter().map(|unit| unit.ports)
}

/// That each server finds room on an empty switch.
pub(super) fn check(demand: &Demand) -> Result<(), TooLarge> {
    let largest = units(demand).into_iter().max_by_key(|unit| unit.ports);
    let Some(unit) = largest.filter(|unit| unit.ports > demand.capacity) else {
        return Ok(());
    };
    Err(TooLarge {
        item: unit.items.first().copied().unwrap_or(0),
        needed: unit.ports,
    })
}

fn placed(demand: &Demand, unit: &Unit, assigned: &[Option<u32>]) -> bool {
    assigned[demand.items[unit.items[0]].start].is_some()
}

/// What has no place yet.
pub(super) fn open(
    demand: &Demand,
    assigned: &[Option<u32>],
) -> impl Iterator<Item = (Piece, Vec<usize>)> {
    let units = units(demand).into_iter();
    let open = units.filter(move |unit| !placed(demand, unit, assigned));
    open.map(move |unit| (Piece::Whole(unit.ports), places(demand, &unit)))
}

pub(super) fn place(demand: &Demand, board: &mut Board, assigned: &mut [Option<u32>]) -> bool {
    let units = units(demand);
    let (old, new): (Vec<&Unit>, Vec<&Unit>) = units
        .iter()
        .partition(|unit| placed(demand, unit, assigned));
    // Beside blocks that stay, newcomers go where most room is. Otherwise blocks of equal size;
    // where units differ in size that may not fit, and filling up does.
    let chosen = if old.is_empty() {
        blocks(&new, board).or_else(|| fill(&new, board))
    } else {
        spread(&new, board)
    };
    let Some(chosen) = chosen else { return false };
    for (unit, switch) in new.into_iter().zip(chosen) {
        board.load[position(switch)] += unit.ports;
        for place in places(demand, unit) {
            assigned[place] = Some(switch);
        }
    }
    true
}

/// Contiguous blocks whose numbers of servers differ by at most one.
fn blocks(units: &[&Unit], board: &Board) -> Option<Vec<u32>> {
    let switches = board.load.len();
    if units.is_empty() {
        return Some(Vec::new());
    }
    let (base, more) = (units.len().checked_div(switches)?, units.len() % switches);
    let mut chosen = Vec::with_capacity(units.len());
    for switch in 0..switches {
        let block = &units[chosen.len()..chosen.len() + base + usize::from(switch < more)];
        if block.iter().map(|unit| unit.ports).sum::<u32>() > board.free(switch) {
            return None;
        }
        chosen.extend(block.iter().map(|_| count(switch)));
    }
    Some(chosen)
}

/// Contiguous blocks, each switch as full as possible.
fn fill(units: &[&Unit], board: &Board) -> Option<Vec<u32>> {
    let (mut switch, mut used) = (0, 0);
    let mut chosen = Vec::with_capacity(units.len());
    for unit in units {
        while used + unit.ports > board.free(switch) {
            (switch, used) = (switch + 1, 0);
            if switch >= board.load.len() {
                return None;
            }
        }
        used += unit.ports;
        chosen.push(count(switch));
    }
    Some(chosen)
}

/// Each on the switch with the least load, ties in natural order.
fn spread(units: &[&Unit], board: &Board) -> Option<Vec<u32>> {
    let mut by_load: BTreeSet<(u32, u32)> = board.load.iter().copied().zip(0..).collect();
    let mut chosen = Vec::with_capacity(units.len());
    for unit in units {
        let (load, switch) = by_load.pop_first()?;
        // If the emptiest switch has no room, none has.
        if load + unit.ports > board.capacity {
            return None;
        }
        by_load.insert((load + unit.ports, switch));
        chosen.push(switch);
    }
    Some(chosen)
}
