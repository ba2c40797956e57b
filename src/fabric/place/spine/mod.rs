//! Leaves on spines: how many spines a fabric needs, and which uplink is on which port.
//!
//! All uplinks of all leaves of a fabric go to its spines, every leaf to every spine, port by port
//! of one speed. Demand and capacity are logical ports.

mod quantity;
mod reach;
mod remedy;
mod rows;
mod side;
mod structure;

use std::collections::BTreeSet;

use super::Quantity;
use super::size::{self, Need};
use crate::fabric::placement::{Placement, SwitchLink};
use crate::fabric::problem::Problem;
use crate::fabric::spec::Spec;
use crate::fabric::units::Speed;
use side::{End, Side, kept_links};
use structure::structure;

/// Quantities of all classes, and the links between leaves and spines.
pub(super) fn connect(
    spec: &Spec<'_>,
    needs: &[Option<Need>],
    intended: Option<&Placement>,
    problems: &mut Vec<Problem>,
) -> (Vec<Quantity>, Vec<SwitchLink>) {
    let with_needs = spec.switches.iter().zip(needs);
    let mut quantities: Vec<Quantity> = with_needs
        .map(|(switch, need)| size::quantity(switch, need.as_ref()))
        .collect();
    let mut links = Vec::new();
    let fabrics: BTreeSet<&str> = spec.switches.iter().map(|s| s.fabric.as_str()).collect();
    for fabric in fabrics {
        if !spec.gaps.knows_spines(fabric) {
            continue;
        }
        let (mut leaves, spines) = (
            Side::all(spec, fabric, true),
            Side::all(spec, fabric, false),
        );
        leaves.retain(|leaf| !spec.gaps.broken.contains(&leaf.class));
        let faults = problems.len();
        problems.extend(structure(fabric, &leaves, &spines));
        let broken = problems[faults..].iter().any(Problem::is_error);
        // Without a number of leaves there is no number of spines.
        let unsized_leaf = leaves
            .iter()
            .chain(&spines)
            .any(|side| needs[side.class].is_none());
        let unknown = unsized_leaf || !spec.gaps.knows_leaves(fabric);
        if broken || unknown || leaves.is_empty() || spines.is_empty() {
            continue;
        }
        let kept = kept_links(&leaves, &spines, intended);
        let fabric = Fabric {
            name: fabric,
            leaves: &leaves,
            spines: &spines,
            kept: &kept,
        };
        match fabric.quantities(&mut quantities) {
            Ok(warnings) => {
                problems.extend(warnings);
                links.extend(fabric.links(&quantities, problems));
            }
            Err(problem) => problems.push(problem),
        }
    }
    (quantities, links)
}

/// Whether the links of a class's fabric find ports with that many of its switches, the other numbers
/// being given or found.
pub(super) fn allows(spec: &Spec<'_>, quantities: &[Quantity], class: usize, number: u32) -> bool {
    let switch = &spec.switches[class];
    let (leaves, spines) = (
        Side::all(spec, &switch.fabric, true),
        Side::all(spec, &switch.fabric, false),
    );
    let broken = structure(&switch.fabric, &leaves, &spines);
    if leaves.is_empty() || spines.is_empty() || broken.iter().any(Problem::is_error) {
        return true;
    }
    let fabric = Fabric {
        name: &switch.fabric,
        leaves: &leaves,
        spines: &spines,
        kept: &[],
    };
    let mut trial = quantities.to_vec();
    trial[class].effective = number;
    if switch.role.is_leaf() {
        fabric.quantities(&mut trial).is_ok()
    } else {
        fabric.check(&trial).is_ok()
    }
}

/// One fabric whose structure is sound.
struct Fabric<'f> {
    name: &'f str,
    leaves: &'f [Side<'f>],
    spines: &'f [Side<'f>],
    kept: &'f [(End, End)],
}

impl Fabric<'_> {
    fn speeds(&self) -> Vec<Speed> {
        let speeds: BTreeSet<Speed> = self
            .leaves
            .iter()
            .flat_map(|leaf| leaf.facing.keys().copied())
            .collect();
        speeds.into_iter().collect()
    }
}
