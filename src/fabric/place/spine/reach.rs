//! A leaf with fewer uplinks than there are spines: what lets it reach all of them.

use super::side::Side;
use super::{Fabric, Quantity};
use crate::fabric::place::size;
use crate::fabric::problem::{Fault, MorePorts, Problem, ReachRemedy, Subject};
use crate::fabric::units::{Speed, count, position};

/// How often uplinks are added for spines that added uplinks have taken.
const ROUNDS_MAX: u32 = 64;

impl Fabric<'_> {
    /// The problem of the leaf that lacks most. It is told where it is to be mended.
    pub(super) fn out_of_reach(
        &self,
        leaf: &Side<'_>,
        speed: Speed,
        uplinks: u32,
        quantities: &[Quantity],
    ) -> Problem {
        let spines = self.spines_at(speed, quantities);
        let more = self.more_uplinks(quantities);
        let changes = self.spines.iter().enumerate().filter_map(|(side, spine)| {
            let built = quantities[spine.class].effective;
            let fewer = built.checked_sub(spines - uplinks)?;
            let remedy = self.fewer_spines(side, fewer, quantities, &more)?;
            Some((spine, remedy))
        });
        let added = (!more.is_empty()).then(|| (leaf, ReachRemedy::Uplinks(more.clone())));
        let change = changes.chain(added);
        let change = change.min_by_key(|(_, remedy)| (!remedy.is_possible(), remedy.changes()));
        let (changed, remedy) = change.unwrap_or((leaf, ReachRemedy::Uplinks(Vec::new())));
        let field = match remedy {
            ReachRemedy::FewerSpines { .. } => "override_quantity",
            ReachRemedy::MorePorts { .. } | ReachRemedy::Uplinks(_) => "zone",
        };
        let class = changed.spec.name.clone();
        let fault = Fault::UplinksFewerThanSpines {
            leaf: leaf.spec.name.clone(),
            speed,
            uplinks,
            spines,
            remedy,
        };
        Problem::new(Subject::SwitchClass { class }, Some(field), fault)
    }

    /// What makes that number of one class enough: its override, or for a number that is found, more ports.
    fn fewer_spines(
        &self,
        side: usize,
        fewer: u32,
        quantities: &[Quantity],
        uplinks: &[MorePorts],
    ) -> Option<ReachRemedy> {
        let spine = &self.spines[side];
        if size::round(spine.spec, fewer) != fewer {
            return None;
        }
        let mut trial = quantities.to_vec();
        trial[spine.class].effective = fewer;
        let mut ports = Vec::new();
        for speed in self.speeds() {
            let enough = self.ports_enough(side, speed, &trial)?;
            ports.extend(Some(enough).filter(|ports| ports.sufficient > ports.found));
        }
        if spine.spec.override_quantity.is_some() {
            return Some(ReachRemedy::FewerSpines {
                class: spine.spec.name.clone(),
                sufficient: fewer,
                ports,
                uplinks: uplinks.to_vec(),
            });
        }
        // Where ports towards leaves are enough, something else asks for so many.
        (!ports.is_empty()).then_some(ReachRemedy::MorePorts {
            more: ports,
            switches: fewer,
        })
    }

    /// Uplinks with which every leaf reaches every spine; none where no number of them does. Added ones may
    /// take further spines, so all is counted anew with them.
    fn more_uplinks(&self, quantities: &[Quantity]) -> Vec<MorePorts> {
        let mut leaves = self.leaves.to_vec();
        for _ in 0..ROUNDS_MAX {
            let fabric = Fabric {
                leaves: &leaves,
                kept: &[],
                ..*self
            };
            let Some(trial) = fabric.with_spines_found(quantities) else {
                break;
            };
            let short: Vec<(usize, Speed, u32)> = fabric
                .short(&trial)
                .map(|(leaf, speed, _)| (leaf.class, speed, fabric.spines_at(speed, &trial)))
                .collect();
            if short.is_empty() {
                if fabric.fits(&trial) {
                    return self.added(&leaves);
                }
                break;
            }
            for (class, speed, spines) in short {
                let Some(leaf) = leaves.iter_mut().find(|leaf| leaf.class == class) else {
                    continue;
                };
                let found = leaf.facing.get(&speed).map_or(0, Vec::len);
                if spines > leaf.spec.room(speed, count(found)).with_excluded {
                    return Vec::new();
                }
                let ports = leaf.facing.entry(speed).or_default();
                // Which ports they are does not matter here.
                let missing = position(spines).saturating_sub(ports.len());
                let port = ports.first().copied();
                ports.extend(port.into_iter().cycle().take(missing));
            }
        }
        Vec::new()
    }

    /// The quantities with the number of spines that is found for these leaves.
    fn with_spines_found(&self, quantities: &[Quantity]) -> Option<Vec<Quantity>> {
        let mut trial = quantities.to_vec();
        let free = |spine: &&Side<'_>| spine.spec.override_quantity.is_none();
        if let Some(free) = self.spines.iter().find(free) {
            trial[free.class] = Quantity::default();
            trial[free.class].effective = self.smallest(free, 0, &trial).ok()?;
        }
        Some(trial)
    }

    /// Uplinks that these leaves have and the fabric's do not.
    fn added(&self, leaves: &[Side<'_>]) -> Vec<MorePorts> {
        let pairs = self.leaves.iter().zip(leaves);
        let more = pairs.flat_map(|(leaf, wider)| {
            let speeds = leaf.facing.iter().zip(&wider.facing);
            speeds.map(|((speed, found), (_, wider))| MorePorts {
                class: leaf.spec.name.clone(),
                speed: *speed,
                found: count(found.len()),
                sufficient: count(wider.len()),
                room: leaf.spec.room(*speed, count(found.len())),
            })
        });
        more.filter(|more| more.sufficient > more.found).collect()
    }
}
