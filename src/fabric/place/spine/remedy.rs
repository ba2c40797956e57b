//! What to do where links find no ports on the spines: the smallest change that is enough.

use std::collections::BTreeMap;

use super::side::{Side, ports};
use super::{Fabric, Quantity};
use crate::fabric::place::size;
use crate::fabric::problem::{Fault, MorePorts, Problem, SpineRemedy, Subject};
use crate::fabric::units::{Speed, count};

impl Fabric<'_> {
    /// The problem of quantities that do not fit.
    pub(super) fn too_few(&self, quantities: &[Quantity]) -> Problem {
        let fits = |speed: &Speed| self.fits_with(*speed, quantities, |_, ports| ports);
        let Some(speed) = self.speeds().into_iter().find(|speed| !fits(speed)) else {
            return Problem::internal(format!("all links of fabric \"{}\" fit", self.name));
        };
        let (class, field, remedy) = if let Some((spine, sufficient)) = self.more_spines(quantities)
        {
            let remedy = SpineRemedy::Quantity {
                given: quantities[spine.class].effective,
                sufficient,
                alone: self.spines.len() == 1,
            };
            (spine.spec.name.clone(), "override_quantity", remedy)
        } else {
            let more = self.more_ports(quantities);
            let Some(first) = more.first() else {
                let what = format!("nothing helps fabric \"{}\"", self.name);
                return Problem::internal(what);
            };
            (first.class.clone(), "zone", SpineRemedy::Ports(more))
        };
        let fault = Fault::SpinePorts {
            fabric: self.name.to_owned(),
            speed,
            needed: ports(self.leaves, speed, quantities),
            available: ports(self.spines, speed, quantities),
            spines: self.spines_at(speed, quantities),
            remedy,
        };
        Problem::new(Subject::SwitchClass { class }, Some(field), fault)
    }

    /// The ports of one speed with which these numbers of spines are enough.
    pub(super) fn ports_enough(
        &self,
        side: usize,
        speed: Speed,
        quantities: &[Quantity],
    ) -> Option<MorePorts> {
        let spine = &self.spines[side];
        let found = spine
            .facing
            .get(&speed)
            .map_or(0, |ports| count(ports.len()));
        let switches = u64::from(quantities[spine.class].effective.max(1));
        let most = ports(self.leaves, speed, quantities).div_ceil(switches);
        let with = |more: u32| {
            self.fits_with(
                speed,
                quantities,
                |other, ports| {
                    if other == side { more } else { ports }
                },
            )
        };
        let most = u32::try_from(most).ok()?.max(found);
        // More never fit worse, so that one look tells whether any number does.
        if !with(most) {
            return None;
        }
        let sufficient = (found..=most).find(|more| with(*more))?;
        Some(self.so_many(side, speed, sufficient))
    }

    fn so_many(&self, side: usize, speed: Speed, sufficient: u32) -> MorePorts {
        let spine = &self.spines[side];
        let found = count(spine.facing.get(&speed).map_or(0, Vec::len));
        MorePorts {
            class: spine.spec.name.clone(),
            speed,
            found,
            sufficient,
            room: spine.spec.room(speed, found),
        }
    }

    /// The class of which the fewest switches more are enough, and its number then.
    fn more_spines(&self, quantities: &[Quantity]) -> Option<(&Side<'_>, u32)> {
        let fixed = |spine: &&Side<'_>| spine.spec.override_quantity.is_some();
        let numbers = self.spines.iter().filter(fixed).filter_map(|spine| {
            let sufficient = self.sufficient(spine, quantities)?;
            Some((spine, sufficient))
        });
        numbers.min_by_key(|(spine, number)| number - quantities[spine.class].effective)
    }

    /// The smallest greater number of one class whose number is given, with which all fits.
    fn sufficient(&self, spine: &Side<'_>, quantities: &[Quantity]) -> Option<u32> {
        let free = |other: &&Side<'_>| other.spec.override_quantity.is_none();
        let free = self.spines.iter().find(free);
        let mut trial = quantities.to_vec();
        for class in free.iter().map(|free| free.class).chain([spine.class]) {
            trial[class].effective = 0;
        }
        let most = self.reachable(spine, &trial);
        let mut number = quantities[spine.class].effective;
        loop {
            number = size::round(spine.spec, number + 1);
            if number > most {
                return None;
            }
            trial[spine.class].effective = number;
            if let Some(free) = free {
                trial[free.class].effective = self.smallest(free, 0, &trial).ok()?;
            }
            if self.fits(&trial) {
                return Some(number);
            }
        }
    }

    /// Ports that these numbers of spines lack.
    fn more_ports(&self, quantities: &[Quantity]) -> Vec<MorePorts> {
        let speeds = self.speeds().into_iter();
        speeds
            .flat_map(|speed| self.more_ports_at(speed, quantities))
            .collect()
    }

    /// Of one class if that is enough, the one that takes fewest; otherwise of all that have less than
    /// an equal share, with which any number of links fits.
    fn more_ports_at(&self, speed: Speed, quantities: &[Quantity]) -> Vec<MorePorts> {
        let with = |more: &BTreeMap<usize, u32>| {
            self.fits_with(speed, quantities, |side, ports| {
                more.get(&side).map_or(ports, |more| ports.max(*more))
            })
        };
        if with(&BTreeMap::new()) {
            return Vec::new();
        }
        let spines = u64::from(self.spines_at(speed, quantities)).max(1);
        let share = ports(self.leaves, speed, quantities).div_ceil(spines);
        let share = u32::try_from(share).unwrap_or(u32::MAX);
        let found = |side: usize| {
            let ports = self.spines[side].facing.get(&speed)?;
            let built = quantities[self.spines[side].class].effective;
            Some((count(ports.len()), built)).filter(|(ports, built)| *ports < share && *built > 0)
        };
        let small: Vec<(usize, (u32, u32))> = (0..self.spines.len())
            .filter_map(|side| Some((side, found(side)?)))
            .collect();
        let alone = small.iter().filter_map(|(side, (found, built))| {
            let enough =
                (found + 1..=share).find(|more| with(&BTreeMap::from([(*side, *more)])))?;
            let impossible = !self.so_many(*side, speed, enough).is_possible();
            Some((impossible, (enough - found) * built, *side, enough))
        });
        let chosen = match alone.min() {
            Some((_, _, side, enough)) => BTreeMap::from([(side, enough)]),
            None => small.iter().map(|(side, _)| (*side, share)).collect(),
        };
        let more = |(side, sufficient)| self.so_many(side, speed, sufficient);
        chosen.into_iter().map(more).collect()
    }
}
