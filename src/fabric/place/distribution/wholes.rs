//! Pieces of one switch each, of any way: how many switches these take at least, whatever the order.

use super::{round_robin, same_switch};
use crate::fabric::place::demand::Demand;
use crate::fabric::units::count;

pub(super) fn least(demand: &Demand) -> u32 {
    let mut sizes: Vec<u32> = same_switch::sizes(demand)
        .chain(round_robin::sizes(demand))
        .filter(|ports| *ports > 0)
        .collect();
    sizes.sort_unstable_by(|one, other| other.cmp(one));
    bound(&sizes, demand.capacity)
}

/// The larger of two bounds for sizes in descending order, none beyond the capacity.
///
/// * No more than `capacity / s` pieces of size s or larger share a switch.
/// * Martello and Toth's L2, for each size s up to half of the capacity: pieces larger than the half take a
///   switch each, and beside those larger than `capacity - s` there is no room for s. What smaller pieces
///   have beyond the room beside the others takes further switches.
fn bound(sizes: &[u32], capacity: u32) -> u32 {
    let room = u64::from(capacity.max(1));
    let mut sums = vec![0_u64];
    for size in sizes {
        sums.push(sums[sums.len() - 1] + u64::from(*size));
    }
    let larger_than = |size: u32| sizes.partition_point(|other| *other > size);
    let half = larger_than(capacity / 2);
    let mut least = count(half);
    let mut end = 0;
    for run in sizes.chunk_by(|one, other| one == other) {
        end += run.len();
        let size = run[0].max(1);
        least = least.max(count(end).div_ceil((capacity / size).max(1)));
        if end > half {
            let lone = larger_than(capacity - size).min(half);
            let beside = room * u64::from(count(half - lone)) - (sums[half] - sums[lone]);
            let beyond = (sums[end] - sums[half])
                .saturating_sub(beside)
                .div_ceil(room);
            let beyond = u32::try_from(beyond).unwrap_or(u32::MAX);
            least = least.max(count(half).saturating_add(beyond));
        }
    }
    least
}

#[cfg(test)]
mod tests {
    use super::bound;

    #[test]
    fn what_pieces_take_at_least() {
        let check = |sizes: &[u32], capacity, least| {
            assert_eq!(bound(sizes, capacity), least, "{sizes:?} on {capacity}");
        };
        check(&[], 4, 0);
        check(&[4], 4, 1);
        check(&[2; 5], 5, 3);
        check(&[3, 3, 3], 4, 3);
        // Beside 33 there is no room for 32, and two of these share a switch.
        check(&[33, 33, 32, 32, 32], 64, 4);
        // Beside three ports one is free, and two are left for others.
        check(&[3, 3, 1, 1, 1, 1], 4, 3);
        check(&[5, 4, 2, 2, 2], 8, 2);
    }
}
