//! Units that must not be divided, on switches with room of different size.
//!
//! The usual orders are tried before this: they are what people expect and almost always fit. Where they
//! do not, the quantity is only too small if no order fits, which is what this finds out.

use super::Board;
use crate::fabric::place::demand::Demand;

/// Steps of the search. Designs have few sizes, so that the first way down nearly always fits or none
/// does; the limit keeps a strange one from taking long, at the cost of a switch too many.
const STEPS_MAX: u32 = 20_000;

/// A way to place a demand; `false`: it does not fit like this, and what was begun is of no use.
type Way = fn(&Demand, &mut Board, &mut [Option<u32>]) -> bool;

/// Places in the usual order, and where that does not fit by packing.
pub(super) fn in_turn_or_packed(
    in_turn: Way,
    packed: Way,
    demand: &Demand,
    board: &mut Board,
    assigned: &mut [Option<u32>],
) -> bool {
    let (before, open) = (board.clone(), assigned.to_vec());
    if in_turn(demand, board, assigned) {
        return true;
    }
    *board = before;
    assigned.copy_from_slice(&open);
    packed(demand, board, assigned)
}

/// The switch of each unit, largest first and each on the first switch where that leads to an end.
pub(super) fn pack(units: &[u32], free: &[u32]) -> Option<Vec<usize>> {
    let smallest = units.iter().copied().min()?.max(1);
    let places: usize = free
        .iter()
        .map(|free| crate::fabric::units::position(free / smallest))
        .sum();
    if places < units.len() {
        return None;
    }
    let mut order: Vec<usize> = (0..units.len()).collect();
    order.sort_by_key(|unit| std::cmp::Reverse(units[*unit]));
    let mut search = Search {
        units,
        order: &order,
        free: free.to_vec(),
        chosen: vec![0; units.len()],
        steps: 0,
    };
    search.run().then_some(search.chosen)
}

struct Search<'s> {
    units: &'s [u32],
    order: &'s [usize],
    free: Vec<u32>,
    /// By unit.
    chosen: Vec<usize>,
    steps: u32,
}

impl Search<'_> {
    /// Depth first without recursion: designs may have very many units.
    fn run(&mut self) -> bool {
        let mut depth = 0;
        let mut from = 0;
        while depth < self.order.len() {
            self.steps += 1;
            let unit = self.order[depth];
            let found = (self.steps <= STEPS_MAX || from == 0)
                .then(|| self.next(depth, from))
                .flatten();
            if let Some(switch) = found {
                self.free[switch] -= self.units[unit];
                self.chosen[unit] = switch;
                depth += 1;
                from = 0;
            } else {
                if depth == 0 || self.steps > STEPS_MAX {
                    return false;
                }
                depth -= 1;
                let unit = self.order[depth];
                self.free[self.chosen[unit]] += self.units[unit];
                from = self.chosen[unit] + 1;
            }
        }
        true
    }

    /// The first switch from `from` on with room, and with another room than those passed over: they
    /// would lead to the same.
    fn next(&self, depth: usize, from: usize) -> Option<usize> {
        let size = self.units[self.order[depth]];
        let tried = |switch: usize| from > 0 && self.free[..from].contains(&self.free[switch]);
        (from..self.free.len()).find(|switch| self.free[*switch] >= size && !tried(*switch))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_no_usual_order_finds() {
        let check = |units: &[u32], free: &[u32], fits: bool| {
            let chosen = pack(units, free);
            assert_eq!(chosen.is_some(), fits, "{units:?} on {free:?}");
            let mut load = vec![0; free.len()];
            for (unit, switch) in chosen.iter().flatten().enumerate() {
                load[*switch] += units[unit];
            }
            assert!(load.iter().zip(free).all(|(load, free)| load <= free));
        };
        check(&[2, 2, 2], &[5, 5], true);
        check(&[2; 5], &[5, 5], false);
        // Largest first on the first that fits needs three.
        check(&[4, 3, 3, 2, 2, 2], &[8, 8], true);
        check(&[4, 4, 4], &[8, 3], false);
        check(&[1, 5], &[1, 5], true);
    }
}
