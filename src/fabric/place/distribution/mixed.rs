//! Whatever fits, where the ways one after the other do not: the pieces of all ways are placed together.
//!
//! Rails stay on the leaves of their rule, and links that are kept stay where they are. Everything else goes
//! where [`search`] finds room for all of it, which does not depend on names. Of pieces of equal size the first
//! goes to the first switch.

use super::search::{Piece, Put, Task, search};
use super::{Board, Legal, alternating, begin, group, rail, round_robin, same_switch, spread};
use crate::fabric::place::demand::Demand;
use crate::fabric::units::count;

/// What is placed as a whole, and its positions in the lists of the demand.
type Open = (Piece, Vec<usize>);

/// The switch of each port, or `None` if the demand does not fit on that many.
pub(super) fn place(demand: &Demand, legal: &Legal, switches: u32) -> Option<Vec<u32>> {
    let (mut board, mut assigned) = begin(demand, legal, switches)?;
    let held = spread::hold(demand, &mut board, &assigned);
    if !rail::place(demand, legal, &mut board, &mut assigned) {
        return None;
    }
    let mut open = group::open(demand, &mut board, &mut assigned);
    open.extend(same_switch::open(demand, &assigned));
    open.extend(round_robin::open(demand, &assigned));
    if open.is_empty() {
        return None;
    }
    // Stable: of equal ones in the order in which they ask.
    open.sort_by(|(one, _), (other, _)| other.cmp(one));
    let pieces: Vec<Piece> = open.iter().map(|(piece, _)| *piece).collect();
    let mut apart = alternating::missing(demand, &assigned);
    apart.extend(spread::rests(demand, switches));
    apart.sort_unstable_by(|one, other| other.cmp(one));
    let puts = search(&Task {
        free: (0..board.load.len())
            .map(|switch| board.free(switch))
            .collect(),
        group: group::size(demand),
        pieces: &pieces,
        apart: &apart,
    })?;
    put_all(&open, puts, &mut board, &mut assigned);
    spread::release(&held, &mut board);
    let placed = spread::place(demand, &mut board, &mut assigned)
        && alternating::place_begun_first(demand, &mut board, &mut assigned);
    if placed {
        assigned.into_iter().collect()
    } else {
        None
    }
}

/// Puts the pieces of each size in their order on the places that were found for that size.
fn put_all(open: &[Open], mut puts: Vec<Put>, board: &mut Board, assigned: &mut [Option<u32>]) {
    let mut begin = 0;
    for run in open.chunk_by(|(one, _), (other, _)| one == other) {
        puts[begin..begin + run.len()].sort();
        begin += run.len();
    }
    for ((_, places), put) in open.iter().zip(puts) {
        let chosen = put
            .iter()
            .flat_map(|(switch, ports)| (0..*ports).map(|nth| (nth, *switch)));
        // The first port takes the first switch, round by round.
        let mut order: Vec<(u32, usize)> = chosen.collect();
        order.sort_unstable();
        for (place, (_, switch)) in places.iter().zip(order) {
            assigned[*place] = Some(count(switch));
            board.load[switch] += 1;
        }
    }
}
