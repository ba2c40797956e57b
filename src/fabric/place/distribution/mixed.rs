//! Whatever fits, where the ways one after the other do not: the pieces of all ways are placed together.
//!
//! Rails go to the leaves of their rule in any domain, and links that are kept stay where they are. Everything
//! else goes where [`search`] finds room for all of it, which does not depend on names. Of pieces of equal size the first
//! goes to the first switch.

use super::search::{Piece, Put, Task, search};
use super::{
    Board, Legal, NoRoom, alternating, begin, finish, group, rail, round_robin, same_switch, spread,
};
use crate::fabric::place::demand::Demand;
use crate::fabric::units::count;

/// What is placed as a whole, and its positions in the lists of the demand.
type Open = (Piece, Vec<usize>);

/// The switch of each port.
///
/// # Errors
/// The demand does not fit on that many, as far as was tried.
pub(super) fn place(demand: &Demand, legal: &Legal, switches: u32) -> Result<Vec<u32>, NoRoom> {
    let (mut board, mut assigned) = begin(demand, legal, switches).ok_or(NoRoom::Certain)?;
    let held = spread::hold(demand, &mut board, &assigned);
    let open = open(demand, legal, &mut board, &mut assigned).ok_or(NoRoom::Certain)?;
    let pieces: Vec<Piece> = open.iter().map(|(piece, _)| piece.clone()).collect();
    let mut apart = alternating::missing(demand, &assigned);
    apart.extend(spread::rests(demand, switches));
    apart.sort_unstable_by(|one, other| other.cmp(one));
    let puts = search(&Task {
        free: (0..board.load.len())
            .map(|switch| board.free(switch))
            .collect(),
        group: group::size(demand),
        domain: rail::domain(demand, legal),
        pieces: &pieces,
        apart: &apart,
    })?;
    put_all(&open, puts, &mut board, &mut assigned);
    spread::release(&held, &mut board);
    let placed = spread::place(demand, &mut board, &mut assigned)
        && alternating::place_begun_first(demand, &mut board, &mut assigned);
    let placed = placed.then(|| finish(&board, assigned)).flatten();
    // Of devices that have begun the bound knows only how many switches they still want.
    placed.ok_or(NoRoom::Unknown)
}

/// What has no place yet, the largest first. `None`: rails find no room where they have to be.
fn open(
    demand: &Demand,
    legal: &Legal,
    board: &mut Board,
    assigned: &mut [Option<u32>],
) -> Option<Vec<Open>> {
    let mut open = rail::open(demand, legal, board, assigned)?;
    open.extend(group::open(demand, board, assigned));
    open.extend(same_switch::open(demand, assigned));
    open.extend(round_robin::open(demand, assigned));
    // Stable: of equal ones in the order in which they ask.
    open.sort_by(|(one, _), (other, _)| other.cmp(one));
    Some(open)
}

/// Puts the pieces of each size in their order on the places that were found for that size.
fn put_all(open: &[Open], mut puts: Vec<Put>, board: &mut Board, assigned: &mut [Option<u32>]) {
    let mut begin = 0;
    for run in open.chunk_by(|(one, _), (other, _)| one == other) {
        puts[begin..begin + run.len()].sort();
        begin += run.len();
    }
    for ((piece, places), put) in open.iter().zip(puts) {
        let chosen = put
            .iter()
            .flat_map(|(switch, ports)| (0..*ports).map(|nth| (nth, *switch)));
        let mut order: Vec<(u32, usize)> = chosen.collect();
        if matches!(piece, Piece::Bundle(_)) {
            // The first port takes the first switch, round by round.
            order.sort_unstable();
        }
        for (place, (_, switch)) in places.iter().zip(order) {
            assigned[*place] = Some(count(switch));
            board.load[switch] += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fabric::place::demand::{Asker, Item, Kept};
    use crate::fabric::spec::Distribution::{self, RoundRobin, Spread};

    /// Devices that ask for so many ports, each with the switch where all of them are.
    fn demand(capacity: u32, asked: &[(Distribution, u32, Option<u32>)]) -> Demand {
        let mut demand = Demand {
            capacity,
            ..Demand::default()
        };
        for (number, (distribution, ports, switch)) in (1..).zip(asked) {
            demand.items.push(Item {
                asker: Asker::Switch { class: 0, zone: 0 },
                number,
                ports: *ports,
                distribution: *distribution,
                start: demand.ports,
            });
            for slot in demand.ports..demand.ports + usize::try_from(*ports).unwrap() {
                let kept = switch.map(|switch| Kept { switch, slot });
                demand.kept.push(kept);
            }
            demand.ports = demand.kept.len();
        }
        demand
    }

    #[test]
    fn uplinks_make_room_for_what_must_not_be_divided() {
        let asked = [
            (RoundRobin, 3, None),
            (RoundRobin, 3, None),
            (Spread, 1, Some(0)),
            (Spread, 1, Some(1)),
        ];
        let demand = demand(3, &asked);
        let legal = super::super::legal(&demand);
        assert_eq!(super::super::in_turn(&demand, &legal, 3), None);
        let placed = place(&demand, &legal, 3).unwrap();
        assert_eq!(placed, [0, 0, 0, 1, 1, 1, 2, 2]);
    }
}
