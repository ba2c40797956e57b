//! Real designs, whole: quantities, devices, cables.

use hedgehog::fabric::catalog::Catalog;
use hedgehog::fabric::design::Design;
use hedgehog::fabric::{Planned, plan};

use crate::support::designs;

/// Plans from nothing; everything that every plan must fulfil is checked here.
pub fn planned(design: &Design) -> Planned {
    let catalog = Catalog::builtin();
    let planned = plan(design, catalog, None);
    for problem in planned.problems.iter().filter(|problem| problem.is_error()) {
        panic!("{:?}: {:?}", problem.locus, problem.explain());
    }
    planned
}

/// Switches by class, then devices, modules and cables.
fn check(design: &Design, switches: &[(&str, u32)], devices: u32, modules: u32, cables: u32) {
    let planned = planned(design);
    let blueprint = planned.blueprint.expect("a placement has a blueprint");
    let counts: Vec<(&str, u32)> = blueprint
        .switch_counts
        .iter()
        .map(|(class, c)| (class.as_str(), c.effective))
        .collect();
    assert_eq!(counts, switches);
    let totals = blueprint.totals;
    assert_eq!(
        (totals.devices, totals.modules, totals.cables),
        (devices, modules, cables)
    );
}

#[test]
fn training_cases() {
    let expect = |leaf, spine| {
        [
            ("be-rail-leaf", leaf),
            ("be-spine", spine),
            ("fe-leaf", 2),
            ("fe-spine", 1),
        ]
    };
    check(&designs::training(8), &expect(1, 1), 13, 72, 176);
    check(&designs::training(16), &expect(2, 1), 22, 144, 288);
    check(&designs::training(32), &expect(4, 2), 41, 288, 512);
    check(&designs::training(64), &expect(8, 4), 79, 576, 960);
    check(&designs::training(128), &expect(16, 8), 155, 1152, 1856);
}
