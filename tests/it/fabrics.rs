//! What the random designs are: most can be built, and together they have everything.

use std::collections::BTreeSet;

use hedgehog::fabric::blueprint::{CableKind, DeviceKind};
use hedgehog::fabric::design::Design;
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;

use crate::support::fabrics_random::sketches;
use crate::support::{attempt, codes, plans::Good};

/// What a design has, in words.
fn features(design: &Design, good: &Good, features: &mut BTreeSet<String>) {
    let mut add = |word: &str, what: &str| {
        features.insert(format!("{word} {what}"));
    };
    let mut fabrics = BTreeSet::new();
    for (name, class) in &design.switch_classes {
        let count = good.blueprint.switch_counts[name].effective;
        fabrics.insert(&class.fabric);
        for zone in class.zones.values() {
            add("order", zone.allocation.as_deref().unwrap_or("-"));
            let lanes = zone
                .breakout
                .as_deref()
                .and_then(|mode| mode.split_once('x'));
            add("lanes", lanes.map_or("-", |lanes| lanes.0));
        }
        if class.topology.is_some() {
            let quantities = design.switch_classes.values();
            let mesh = quantities.filter(|class| class.topology.is_some());
            let all: u32 = mesh.filter_map(|class| class.override_quantity).sum();
            add("mesh of", &all.to_string());
        }
        let rules = [
            ("excluded_ports", class.excluded_ports.is_some()),
            ("min_quantity", class.min_quantity.is_some()),
            ("override_quantity", class.override_quantity.is_some()),
            ("custom_profile", class.custom_profile.is_some()),
            (
                "pipelines",
                (class.custom_profile.iter()).any(|custom| !custom.pipelines.is_empty()),
            ),
            ("unmanaged", class.fabric_class.is_some()),
        ];
        for (rule, _) in rules.iter().filter(|(_, has)| *has && count > 0) {
            add("class with", rule);
        }
    }
    add("fabrics", &fabrics.len().to_string());
    for class in design.server_classes.values() {
        for attachment in class.attachments.values() {
            let kind = attachment.attachment_type.as_deref().unwrap_or("-");
            let distribution = attachment.distribution.as_deref().unwrap_or("-");
            add(kind, distribution);
            add("port", attachment.port_type.as_deref().unwrap_or("data"));
            let (target, _) = attachment.zone.split_once('/').expect("class and zone");
            add("servers on", &design.switch_classes[target].role);
        }
    }
    for cable in &good.blueprint.cables {
        if let CableKind::Switches(kind) = cable.kind {
            add("link", kind.word());
        }
    }
    for device in &good.blueprint.devices {
        if let DeviceKind::Switch {
            group: Some(group), ..
        } = &device.kind
        {
            add("group", &group.kind);
        }
    }
    for warning in &good.warnings {
        add("warning", warning.code());
    }
}

#[test]
fn random_designs_have_everything() {
    const TRIES: u32 = 200;
    let mut runner = TestRunner::deterministic();
    let mut found = BTreeSet::new();
    let mut built = 0;
    for _ in 0..TRIES {
        let sketch = sketches()
            .new_tree(&mut runner)
            .expect("a sketch")
            .current();
        let design = sketch.design();
        match attempt(&design, None) {
            Ok(good) => {
                built += 1;
                features(&design, &good, &mut found);
            }
            Err(problems) => {
                let codes = codes(&problems).into_iter();
                found.extend(codes.map(|code| format!("error {code}")));
            }
        }
    }
    assert!(built * 2 > TRIES, "only {built} of {TRIES} can be built");
    let found: Vec<String> = found.into_iter().collect();
    insta::assert_snapshot!(found.join("\n"));
}
