//! How many links each leaf has to each spine. Pure arithmetic.
//!
//! A leaf with T uplinks and S spines has `floor(T/S)` or `ceil(T/S)` links to each. Only who gets
//! the rest is a choice: leaf and spine either have one link more or not. Among the choices that
//! the spines' ports allow, the one is taken that loses the fewest existing links; among those, the
//! one nearest to what would be chosen without any, so that growth that is undone comes back to
//! where it began. That is a flow of least cost, whose search is in [`exchange`].
//!
//! Without existing links the rest goes, leaf by leaf, to the spines with most room, ties in order.
//! On equal spines that rotates the rest from leaf to leaf; and if any choice fits, this one does
//! (it is the construction by Gale and Ryser of a matrix with given sums).

mod exchange;
#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::fabric::units::{count, position};
use exchange::{Cost, Extras};

/// Leaves, spines, and links that would like to stay.
#[derive(Debug, Clone, Default)]
pub(super) struct Stripes {
    /// Uplinks by leaf.
    pub uplinks: Vec<u32>,
    /// Ports by spine.
    pub ports: Vec<u32>,
    /// Links that exist by (leaf, spine).
    pub kept: BTreeMap<(usize, usize), u32>,
}

/// Whether the spines' ports suffice and every leaf reaches every spine.
pub(super) fn fits(stripes: &Stripes) -> bool {
    Rests::new(stripes).is_some_and(|rests| rests.even().is_some())
}

/// Links by leaf and spine; `None` if the spines' ports do not suffice, or a leaf would miss one.
pub(super) fn counts(stripes: &Stripes) -> Option<Vec<Vec<u32>>> {
    let rests = Rests::new(stripes)?;
    let even = rests.even()?;
    let extras = if rests.of_leaf.iter().all(|rest| *rest == 0) || stripes.kept.is_empty() {
        even
    } else {
        rests.keeping(stripes, &even)
    };
    let row = |(floor, extras): (&u32, &Vec<bool>)| -> Vec<u32> {
        extras
            .iter()
            .map(|extra| floor + u32::from(*extra))
            .collect()
    };
    Some(rests.floors.iter().zip(&extras).map(row).collect())
}

/// What is left to choose when each leaf has its floor to each spine.
struct Rests {
    /// Links of a leaf to every spine.
    floors: Vec<u32>,
    /// Spines to which a leaf has one link more.
    of_leaf: Vec<usize>,
    /// Leaves that may have one link more to a spine.
    of_spine: Vec<u32>,
}

impl Rests {
    /// `None`: a leaf would miss a spine, or a spine has no room even for the floors.
    fn new(stripes: &Stripes) -> Option<Self> {
        let spines = count(stripes.ports.len());
        let floor = |uplinks: &u32| uplinks.checked_div(spines).filter(|floor| *floor > 0);
        let floors: Vec<u32> = stripes.uplinks.iter().map(floor).collect::<Option<_>>()?;
        let all: u32 = floors.iter().sum();
        let room = |ports: &u32| ports.checked_sub(all);
        Some(Self {
            of_leaf: stripes
                .uplinks
                .iter()
                .map(|uplinks| position(uplinks % spines))
                .collect(),
            of_spine: stripes.ports.iter().map(room).collect::<Option<_>>()?,
            floors,
        })
    }

    /// The choice without existing links. `None`: there is none at all.
    fn even(&self) -> Option<Extras> {
        self.greedy(|_, _| 0)
    }

    /// Leaf by leaf the cheapest spines that have room, of equal ones those with most.
    fn greedy(&self, cost: impl Fn(usize, usize) -> Cost) -> Option<Extras> {
        let mut room = self.of_spine.clone();
        let mut extras = Extras::with_capacity(self.of_leaf.len());
        for (leaf, rest) in self.of_leaf.iter().enumerate() {
            let mut row = vec![false; room.len()];
            if *rest > 0 {
                let mut order: Vec<usize> =
                    (0..row.len()).filter(|spine| room[*spine] > 0).collect();
                order.sort_by_key(|spine| (cost(leaf, *spine), Reverse(room[*spine]), *spine));
                for spine in order.get(..*rest)? {
                    row[*spine] = true;
                    room[*spine] -= 1;
                }
            }
            extras.push(row);
        }
        Some(extras)
    }

    /// The choice that loses the fewest existing links; of equal ones the nearest to `even`.
    fn keeping(&self, stripes: &Stripes, even: &Extras) -> Extras {
        // One lost link outweighs any number of differences.
        let lost =
            Cost::from(count(self.floors.len())) * Cost::from(count(stripes.ports.len())) + 1;
        let cost = |leaf: usize, spine: usize| -> Cost {
            let kept = stripes.kept.get(&(leaf, spine)).copied().unwrap_or(0);
            let loses = kept <= self.floors[leaf];
            Cost::from(loses) * lost + Cost::from(!even[leaf][spine])
        };
        let mut extras = self.greedy(cost).unwrap_or_else(|| even.clone());
        let costs: Vec<Vec<Cost>> = (0..self.floors.len())
            .map(|leaf| {
                (0..self.of_spine.len())
                    .map(|spine| cost(leaf, spine))
                    .collect()
            })
            .collect();
        exchange::improve(&mut extras, &costs, &self.of_spine);
        extras
    }
}
