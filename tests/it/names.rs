//! How devices are called.

use hedgehog::fabric::blueprint::DeviceKind;
use hedgehog::fabric::design::Design;
use hedgehog::fabric::growth::change::{Change, between};
use hedgehog::fabric::plan;
use hedgehog::fabric::{catalog::Catalog, name::boot_mac};

use crate::support::{codes, designs, good};

fn named(templates: &[(&str, &str)]) -> Design {
    let mut design = designs::inference(16);
    let pair =
        |(category, template): &(&str, &str)| ((*category).to_owned(), (*template).to_owned());
    design.naming.templates = templates.iter().map(pair).collect();
    design.naming.plan = "Training 16".to_owned();
    design.naming.site = "dc1".to_owned();
    design
}

/// The first and the last name.
fn check(templates: &[(&str, &str)], first: &str, last: &str) {
    let devices = good(&named(templates), None).blueprint.devices;
    let names: Vec<&str> = devices.iter().map(|device| device.name.as_str()).collect();
    assert_eq!((names[0], names[names.len() - 1]), (first, last));
    for device in &devices {
        if let DeviceKind::Switch { boot_mac: mac, .. } = &device.kind {
            assert_eq!(*mac, boot_mac(&device.name));
        }
    }
}

#[test]
fn templates_by_category() {
    check(&[], "compute-001", "fe-spine-01");
    check(
        &[
            ("server", "{site}-{class}-{index:04}"),
            ("leaf", "{fabric}.{category}{index}"),
        ],
        "dc1-compute-0001",
        "frontend.leaf2",
    );
    check(
        &[
            ("spine", "zz-{plan}-{role}-{index}"),
            ("border", "unused-{index}"),
        ],
        "compute-001",
        "zz-training-16-spine-1",
    );
}

#[test]
fn unmanaged_switches_are_out_of_band() {
    let mut design = named(&[("oob", "mgmt-{class}-{index}"), ("leaf", "leaf-{index}")]);
    for class in design.switch_classes.values_mut() {
        class.fabric_class = Some("unmanaged".to_owned());
    }
    let devices = good(&design, None).blueprint.devices;
    assert!(devices.iter().any(|device| device.name == "mgmt-fe-leaf-1"));
}

#[test]
fn a_changed_template_moves_no_cable() {
    let before = good(&designs::training(16), None);
    let mut after = designs::training(16);
    let template = "x-{class}-{index:02}".to_owned();
    after.naming.templates.insert("leaf".to_owned(), template);
    let after = good(&after, Some(&before.placement));
    assert_eq!(after.placement, before.placement);
    assert_ne!(after.blueprint.cables, before.blueprint.cables);
    let change = between(&before.blueprint, &after.blueprint);
    assert_eq!(change, Change::default());
}

#[test]
fn names_that_differ_in_case_only_are_one() {
    let design = named(&[("leaf", "SW-{index}"), ("spine", "sw-{index}")]);
    let planned = plan(&design, Catalog::builtin(), None);
    assert!(planned.placement.is_some() && planned.blueprint.is_none());
    assert!(codes(&planned.problems).contains(&"duplicate-device-name"));
}
