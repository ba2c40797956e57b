//! Reference designs of training fabrics, counted in `NetBox`.

use std::collections::BTreeMap;

use hedgehog::cli::{self, Format};
use hedgehog::fabric::catalog::Catalog;
use serde_json::Value;

use crate::support::{NetBox, Workspace, cables};

/// What a fabric of `servers` servers with 8 GPUs each comes to.
struct Expected {
    case: &'static str,
    /// SHA-256 of all cables, see [`cables::digest`].
    cabling: &'static str,
    servers: u64,
    /// class, calculated and built
    switches: [(&'static str, u64); 4],
    devices: u64,
    cables: u64,
    modules: u64,
    links: &'static [(&'static str, usize)],
}

const OPG64: Expected = Expected {
    case: "training_opg64_clos_ro",
    cabling: "47db6c9b49ea887860a715973c8b68bd9fa4ef32b871982457d87cd39cc00f5a",
    servers: 8,
    switches: [
        ("be-rail-leaf", 1),
        ("be-spine", 1),
        ("fe-leaf", 2),
        ("fe-spine", 1),
    ],
    devices: 13,
    cables: 176,
    modules: 72,
    links: &[
        ("be-rail-leaf-01", 96),
        ("be-spine-01", 32),
        ("fe-leaf-01", 40),
        ("fe-leaf-02", 40),
        ("fe-spine-01", 64),
    ],
};

const OPG128: Expected = Expected {
    case: "training_opg128_clos_ro",
    cabling: "8f79c8dd14b029598b32ad7686ab70d5495898a41ff13954f23c870855bc2668",
    servers: 16,
    switches: [
        ("be-rail-leaf", 2),
        ("be-spine", 1),
        ("fe-leaf", 2),
        ("fe-spine", 1),
    ],
    devices: 22,
    cables: 288,
    modules: 144,
    links: &[
        ("be-rail-leaf-01", 96),
        ("be-rail-leaf-02", 96),
        ("be-spine-01", 64),
        ("fe-leaf-01", 48),
        ("fe-leaf-02", 48),
        ("fe-spine-01", 64),
    ],
};

const OPG256: Expected = Expected {
    case: "training_opg256_clos_ro",
    cabling: "a57286a537f9d57a10f5494983c59f49c26f005b45b09763956b2881875cf596",
    servers: 32,
    switches: [
        ("be-rail-leaf", 4),
        ("be-spine", 2),
        ("fe-leaf", 2),
        ("fe-spine", 1),
    ],
    devices: 41,
    cables: 512,
    modules: 288,
    links: &[
        ("be-rail-leaf-01", 96),
        ("be-rail-leaf-02", 96),
        ("be-rail-leaf-03", 96),
        ("be-rail-leaf-04", 96),
        ("be-spine-01", 64),
        ("be-spine-02", 64),
        ("fe-leaf-01", 64),
        ("fe-leaf-02", 64),
        ("fe-spine-01", 64),
    ],
};

const PLAN: &str = "hedgehog_topology_plan.training";

/// From a database with nothing but a site to the fabric, by one first apply, and back.
fn check(expected: &Expected) {
    let netbox = NetBox::fresh();
    let before = netbox.census();
    let workspace = Workspace::example(&netbox, "training-256");
    let servers = format!("-var=servers={}", expected.servers);
    let arguments = [servers.as_str()];

    let (_, planned) = workspace.planned_change(PLAN, &arguments);
    assert_eq!(
        planned["totals"]["cables"], expected.cables,
        "known before anything exists"
    );
    workspace.apply(&arguments);

    let state = workspace.resource(PLAN);
    for (class, count) in expected.switches {
        assert_eq!(
            state["switch_counts"][class]["calculated"], count,
            "{class}"
        );
        assert_eq!(state["switch_counts"][class]["effective"], count, "{class}");
        let built = netbox.count("dcim/devices", &format!("cf_hedgehog_class={class}"));
        assert_eq!(built, count, "{class} in NetBox");
    }
    assert_eq!(netbox.count("dcim/devices", ""), expected.devices);
    assert_eq!(netbox.count("dcim/modules", ""), expected.modules);
    assert_eq!(
        state["device_ids"].as_object().unwrap().len() as u64,
        expected.devices
    );
    assert_eq!(planned["cabling"], state["cabling"]);

    let found = cables::in_netbox(&netbox);
    assert_eq!(found.len() as u64, expected.cables);
    let links = cables::links_per_device(&found);
    let on_switches: BTreeMap<&str, usize> = links
        .into_iter()
        .filter(|(device, _)| !device.starts_with("compute"))
        .collect();
    assert_eq!(on_switches, expected.links.iter().copied().collect());
    assert_eq!(
        cables::digest(&found),
        expected.cabling,
        "the same cables, end by end"
    );
    if let Some(reference) = cables::of_case(expected.case) {
        let missing: Vec<_> = reference.difference(&found).collect();
        let added: Vec<_> = found.difference(&reference).collect();
        assert!(
            missing.is_empty() && added.is_empty(),
            "missing {missing:?}, added {added:?}"
        );
    }

    workspace.destroy(&arguments).succeeds();
    assert_eq!(
        netbox.census(),
        before,
        "destroy leaves NetBox as it was found"
    );
}

#[test]
fn training_for_64_gpus() {
    check(&OPG64);
}

#[test]
fn training_for_128_gpus() {
    check(&OPG128);
}

#[test]
fn training_for_256_gpus() {
    check(&OPG256);
}

/// A case file on an empty `NetBox`: what `import --types` writes is applied as it is.
#[test]
fn an_imported_case_on_an_empty_netbox() {
    let case = include_str!("../it/cases/pod.yaml");
    let netbox = NetBox::fresh();
    let before = netbox.census();
    let workspace = Workspace::imported(&netbox, case);
    workspace.edit("\"draft\"", "\"approved\"");
    let site = ["-var=site=dc1"];
    workspace.apply(&site);

    let answer = cli::plan(case, Format::Json, Catalog::builtin());
    let planned: Value = serde_json::from_str(&answer.stdout).unwrap();
    let totals = &workspace.resource("hedgehog_topology_plan.this")["totals"];
    for total in ["devices", "cables", "modules"] {
        assert_eq!(totals[total], planned["totals"][total], "{total}");
        assert_eq!(
            netbox.count(&format!("dcim/{total}"), ""),
            planned["totals"][total]
        );
    }
    workspace.destroy(&site).succeeds();
    assert_eq!(netbox.census(), before);
}
