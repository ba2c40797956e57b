//! How many spines a fabric needs, and what does not fit or is uneven with a number of them.

use std::cmp::Reverse;

use super::side::{Side, ports};
use super::{Fabric, Quantity};
use crate::fabric::place::size;
use crate::fabric::problem::{Fault, Problem, Subject};
use crate::fabric::units::{Speed, count};

impl Fabric<'_> {
    /// Sets the number of spines.
    pub(super) fn quantities(&self, quantities: &mut [Quantity]) -> Result<Vec<Problem>, Problem> {
        let leaves: u32 = self
            .leaves
            .iter()
            .map(|leaf| quantities[leaf.class].effective)
            .sum();
        if leaves == 0 {
            return Ok(Vec::new());
        }
        // The class whose number is found comes first: what would do instead of a given number depends
        // on it.
        let is_fixed = |spine: &&Side<'_>| spine.spec.override_quantity.is_some();
        let (fixed, free): (Vec<_>, Vec<_>) = self.spines.iter().partition(is_fixed);
        for spine in free.into_iter().chain(fixed) {
            let fixed = is_fixed(&spine);
            let kept = self.kept.iter().filter(|(leaf, end)| {
                let class = self.leaves[leaf.0].class;
                self.spines[end.0].class == spine.class && leaf.1 <= quantities[class].effective
            });
            // Where a link stays, its spine stays.
            let stays = kept.map(|(_, end)| end.1).max().unwrap_or(0);
            let from = if fixed { 0 } else { stays };
            let calculated = self.smallest(spine, from, quantities)?;
            quantities[spine.class].calculated = calculated;
            quantities[spine.class].effective = spine.spec.override_quantity.unwrap_or(calculated);
        }
        self.check(quantities)
    }

    /// The smallest number of one class of spines, the others given.
    pub(super) fn smallest(
        &self,
        spine: &Side<'_>,
        from: u32,
        quantities: &[Quantity],
    ) -> Result<u32, Problem> {
        let mut trial = quantities.to_vec();
        let mut bound = trial[spine.class].calculated.max(from);
        trial[spine.class].effective = 0;
        for speed in self.speeds() {
            let needed = ports(self.leaves, speed, &trial);
            let given = ports(self.spines, speed, &trial);
            let each = spine
                .facing
                .get(&speed)
                .map_or(0, |ports| u64::from(count(ports.len())));
            if each > 0 && needed > given {
                let more = (needed - given).div_ceil(each);
                bound = bound.max(u32::try_from(more).unwrap_or(u32::MAX));
            }
        }
        let mut quantity = size::round(spine.spec, bound);
        let most = self.reachable(spine, &trial);
        loop {
            trial[spine.class].effective = quantity;
            // More than every leaf reaches never place; `check` says so.
            if quantity >= most || self.fits(&trial) {
                return Ok(quantity);
            }
            quantity = size::round(spine.spec, quantity + 1);
        }
    }

    /// How many switches of one class of spines every leaf reaches, beside the others.
    pub(super) fn reachable(&self, spine: &Side<'_>, others: &[Quantity]) -> u32 {
        let facing = self.uplinks(others);
        let shared = facing.filter(|(_, speed, _)| spine.facing.contains_key(speed));
        let most =
            shared.map(|(_, speed, uplinks)| uplinks.saturating_sub(self.spines_at(speed, others)));
        most.min().unwrap_or(0)
    }

    /// Uplinks of a leaf by class and speed, of the classes that are built. A leaf without ports towards
    /// spines leads elsewhere; `structure` has seen to the others.
    fn uplinks(&self, quantities: &[Quantity]) -> impl Iterator<Item = (&Side<'_>, Speed, u32)> {
        let built = |leaf: &&Side<'_>| quantities[leaf.class].effective > 0;
        self.leaves.iter().filter(built).flat_map(|leaf| {
            let facing = leaf.facing.iter();
            facing.map(move |(speed, ports)| (leaf, *speed, count(ports.len())))
        })
    }

    /// Uplinks of which a leaf has fewer than there are spines.
    pub(super) fn short(
        &self,
        quantities: &[Quantity],
    ) -> impl Iterator<Item = (&Side<'_>, Speed, u32)> {
        self.uplinks(quantities)
            .filter(|(_, speed, uplinks)| *uplinks < self.spines_at(*speed, quantities))
    }

    /// What does not fit or is uneven with these quantities.
    pub(super) fn check(&self, quantities: &[Quantity]) -> Result<Vec<Problem>, Problem> {
        let class = |side: &Side<'_>| Subject::SwitchClass {
            class: side.spec.name.clone(),
        };
        let short = self.short(quantities);
        let worst = short.max_by_key(|(_, speed, uplinks)| {
            (
                self.spines_at(*speed, quantities) - uplinks,
                Reverse(*speed),
            )
        });
        if let Some((leaf, speed, uplinks)) = worst {
            return Err(self.out_of_reach(leaf, speed, uplinks, quantities));
        }
        if !self.fits(quantities) {
            return Err(self.too_few(quantities));
        }
        let mut warnings = Vec::new();
        for (leaf, speed, uplinks) in self.uplinks(quantities) {
            let spines = self.spines_at(speed, quantities);
            if spines > 0 && uplinks % spines != 0 {
                let fault = Fault::UnevenStriping { uplinks, spines };
                warnings.push(Problem::new(class(leaf), Some("zone"), fault));
            }
        }
        Ok(warnings)
    }

    pub(super) fn spines_at(&self, speed: Speed, quantities: &[Quantity]) -> u32 {
        let spines = self
            .spines
            .iter()
            .filter(|side| side.facing.contains_key(&speed));
        spines.map(|side| quantities[side.class].effective).sum()
    }
}
