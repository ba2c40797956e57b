//! Uplinks to a named far end: the ports of one switch are spread over all far switches, as evenly
//! as possible, in blocks: its first ports to the first far switch. Who gets one more is the one with
//! the least load, ties in natural order.

use super::Board;
use crate::fabric::place::demand::{Demand, Item};
use crate::fabric::spec::Distribution;
use crate::fabric::units::{count, position};

fn items(demand: &Demand) -> impl Iterator<Item = &Item> {
    let mine = |item: &&Item| item.distribution == Distribution::Spread;
    demand.items.iter().filter(mine)
}

pub(super) fn least(demand: &Demand) -> u32 {
    u32::from(items(demand).next().is_some())
}

/// Who asks for more than as many of each switch: the ports beyond that, which take a switch each.
pub(super) fn rests(demand: &Demand, switches: u32) -> impl Iterator<Item = u32> {
    items(demand).filter_map(move |item| item.ports.checked_rem(switches))
}

/// What [`hold`] has put in the place of links that stay.
#[derive(Debug)]
pub(super) struct Held {
    floor: u32,
    /// Links that stay by switch.
    stay: Vec<u32>,
}

/// Loads each switch with what it has to give in any case. Links that stay are no load meanwhile.
pub(super) fn hold(demand: &Demand, board: &mut Board, assigned: &[Option<u32>]) -> Held {
    let switches = count(board.load.len());
    let floors = items(demand).filter_map(|item| item.ports.checked_div(switches));
    let mut held = Held {
        floor: floors.sum(),
        stay: vec![0; board.load.len()],
    };
    for item in items(demand) {
        for switch in assigned[item.range()].iter().flatten() {
            held.stay[position(*switch)] += 1;
        }
    }
    for (load, stay) in board.load.iter_mut().zip(&held.stay) {
        *load = *load + held.floor - stay;
    }
    held
}

/// Undoes [`hold`].
pub(super) fn release(held: &Held, board: &mut Board) {
    for (load, stay) in board.load.iter_mut().zip(&held.stay) {
        *load = *load + stay - held.floor;
    }
}

/// Links that stay are in `assigned` already. Those that are too many for their switch move.
pub(super) fn place(demand: &Demand, board: &mut Board, assigned: &mut [Option<u32>]) -> bool {
    let switches = count(board.load.len());
    for item in items(demand) {
        let Some((floor, rest)) = item
            .ports
            .checked_div(switches)
            .map(|floor| (floor, item.ports % switches))
        else {
            return false;
        };
        let mut links = vec![0_u32; board.load.len()];
        for switch in assigned[item.range()].iter().flatten() {
            links[position(*switch)] += 1;
        }
        let more = one_more(floor, rest, &links, board);
        let wanted = |switch: usize| floor + u32::from(more.contains(&switch));
        // The last ones go, so that the first stay in their blocks.
        for place in item.range().rev() {
            let Some(switch) = assigned[place].map(position) else {
                continue;
            };
            if links[switch] > wanted(switch) {
                assigned[place] = None;
                links[switch] -= 1;
                board.load[switch] -= 1;
            }
        }
        let mut open = item
            .range()
            .filter(|place| assigned[*place].is_none())
            .collect::<Vec<_>>()
            .into_iter();
        for (switch, links) in links.iter().enumerate() {
            for place in open.by_ref().take(position(wanted(switch) - links)) {
                if board.free(switch) == 0 {
                    return false;
                }
                board.load[switch] += 1;
                assigned[place] = Some(count(switch));
            }
        }
    }
    true
}

/// The switches with one link more: first where that keeps a link, then where most room is.
fn one_more(floor: u32, rest: u32, links: &[u32], board: &Board) -> Vec<usize> {
    let others = |switch: usize| board.load[switch] - links[switch];
    // Links that stay may have become too many beside what was placed meanwhile.
    let room = |switch: &usize| others(*switch) + floor < board.capacity;
    let mut order: Vec<usize> = (0..links.len()).filter(room).collect();
    order.sort_by_key(|switch| (links[*switch] <= floor, others(*switch), *switch));
    order.truncate(position(rest));
    order
}
