//! What is wrong with a fabric whatever its size.

use std::collections::BTreeSet;

use super::side::Side;
use crate::fabric::problem::{Fault, Problem, Subject};
use crate::fabric::spec::ZoneType;
use crate::fabric::units::Speed;

pub(super) fn structure(fabric: &str, leaves: &[Side<'_>], spines: &[Side<'_>]) -> Vec<Problem> {
    let fabric = fabric.to_owned();
    let class = |side: &Side<'_>| Subject::SwitchClass {
        class: side.spec.name.clone(),
    };
    let zone = |side: &Side<'_>, zone: &str| Subject::Zone {
        class: side.spec.name.clone(),
        zone: zone.to_owned(),
    };
    let mut problems = Vec::new();
    let mut tell = |subject, field, fault| problems.push(Problem::new(subject, field, fault));
    let speeds: BTreeSet<Speed> = spines
        .iter()
        .flat_map(|s| s.facing.keys().copied())
        .collect();
    for leaf in leaves {
        for (_, uplink) in leaf
            .spec
            .zones_of(ZoneType::Uplink)
            .filter(|(_, zone)| !zone.names_far_end)
        {
            let subject = zone(leaf, &uplink.name);
            if spines.is_empty() {
                tell(
                    subject,
                    None,
                    Fault::UplinksUnused {
                        fabric: fabric.clone(),
                    },
                );
            } else if !speeds.is_empty() && !speeds.contains(&uplink.mode.speed) {
                let (uplink, spines) = (uplink.mode.speed, speeds.iter().copied().collect());
                let fault = Fault::FabricSpeed {
                    fabric: fabric.clone(),
                    uplink,
                    spines,
                };
                tell(subject, Some("breakout"), fault);
            }
        }
        let no_uplinks = leaf.spec.zones_of(ZoneType::Uplink).next().is_none();
        if let Some(spine) = spines.first().filter(|_| no_uplinks) {
            let spines = spine.spec.name.clone();
            let fault = Fault::LeafWithoutUplinks {
                fabric: fabric.clone(),
                spines,
            };
            tell(class(leaf), Some("zone"), fault);
        }
    }
    for spine in spines
        .iter()
        .filter(|spine| !leaves.is_empty() && spine.facing.is_empty())
    {
        let fault = Fault::SpineWithoutFabricZone {
            fabric: fabric.clone(),
        };
        tell(class(spine), Some("zone"), fault);
    }
    let free = spines
        .iter()
        .filter(|spine| spine.spec.override_quantity.is_none());
    let free: Vec<&Side<'_>> = free.collect();
    if let [_, second, ..] = free[..] {
        let classes = free.iter().map(|spine| spine.spec.name.clone()).collect();
        let fault = Fault::SeveralSpineClasses { fabric, classes };
        tell(class(second), Some("override_quantity"), fault);
    }
    problems
}
