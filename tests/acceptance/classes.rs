//! Classes by reference: a profile of one's own, optics in bays, and classes that are renamed.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::tiny::{PLAN, seeded};
use crate::support::{NetBox, Workspace};

const CLASSES: &str = r#"
terraform {
  required_providers {
    hedgehog = { source = "githedgehog/hedgehog" }
  }
}

provider "hedgehog" {}

resource "hedgehog_switch_class" "leaf" {
  name        = "leaf"
  fabric      = "f"
  role        = "server-leaf"
  device_type = "acme/sw4"

  custom_profile {
    port "cages" {
      ports     = "1-4"
      cage      = "OSFP"
      breakouts = ["1x800G", "2x400G"]
    }
  }

  zone "servers" {
    type        = "server"
    ports       = "1"
    breakout    = "2x400G"
    transceiver = "acme/Optic"
  }
  zone "uplinks" {
    type        = "uplink"
    ports       = "2-3"
    transceiver = "acme/Optic"
  }
}

resource "hedgehog_switch_class" "spine" {
  name        = "spine"
  fabric      = "f"
  role        = "spine"
  profile     = "celestica-ds5000"
  device_type = "acme/sw4"

  zone "down" {
    type        = "fabric"
    ports       = "1-4"
    transceiver = "acme/Optic"
  }
}

resource "hedgehog_server_class" "compute" {
  name        = "compute"
  quantity    = 1
  device_type = "acme/server1"

  nic "fe" {
    module_type = "acme/NIC"
    ports       = ["p0", "p1"]
  }

  attachment "fe" {
    nic          = "fe"
    ports        = 2
    distribution = "alternating"
    zone         = "leaf/servers"
    speed        = 400
    transceiver  = "acme/Optic"
  }
}

resource "hedgehog_topology_plan" "tiny" {
  name = "tiny"
  site = "dc1"
  switch_classes = {
    leaf  = hedgehog_switch_class.leaf
    spine = hedgehog_switch_class.spine
  }
  server_classes = { compute = hedgehog_server_class.compute }
}
"#;

/// What does not change when a class is renamed: ids of devices, modules and cables.
fn ids(netbox: &NetBox) -> BTreeMap<&'static str, BTreeSet<u64>> {
    let kinds = ["dcim/devices", "dcim/modules", "dcim/cables"];
    let ids = |kind| {
        netbox
            .all(kind, "fields=id")
            .into_iter()
            .map(|row| row["id"].as_u64().unwrap())
    };
    kinds.map(|kind| (kind, ids(kind).collect())).into()
}

/// `device: bay` of all optics.
fn optics(netbox: &NetBox) -> BTreeSet<String> {
    let rows = netbox.all("dcim/modules", "fields=device,module_bay,module_type");
    let optics = rows
        .iter()
        .filter(|row| row["module_type"]["model"] == "Optic");
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    optics
        .map(|row| {
            format!(
                "{}: {}",
                text(&row["device"]["name"]),
                text(&row["module_bay"]["name"])
            )
        })
        .collect()
}

/// A misspelt argument, and a wrong one, of the profile are told with their lines.
fn misspelt(workspace: &Workspace) {
    for (right, wrong, expected) in [
        (
            "breakouts =",
            "breakout =",
            [
                "\"breakout\" is not expected here",
                "Did you mean \"breakouts\"",
            ],
        ),
        (
            "\"OSFP\"",
            "\"OSFX\"",
            ["OSFX", "in resource \"hedgehog_switch_class\" \"leaf\""],
        ),
    ] {
        workspace.edit(right, wrong);
        workspace
            .plan(&[])
            .fails_saying(&[&expected[..], &["main.tf line"]].concat());
        workspace.edit(wrong, right);
    }
}

#[test]
fn classes_by_reference_with_optics_are_built_renamed_and_removed() {
    let netbox = seeded();
    let before = netbox.census();
    let workspace = Workspace::new(&netbox, CLASSES);
    misspelt(&workspace);

    workspace.apply(&[]);
    let expected = [
        "compute-001: cage-0",
        "compute-001: cage-1",
        "leaf-01: E1/1",
        "leaf-01: E1/2",
        "leaf-01: E1/3",
        "leaf-02: E1/1",
        "leaf-02: E1/2",
        "leaf-02: E1/3",
        "spine-01: E1/1",
        "spine-01: E1/2",
        "spine-01: E1/3",
        "spine-01: E1/4",
    ];
    assert_eq!(optics(&netbox), expected.map(ToOwned::to_owned).into());
    for bay in netbox.all("dcim/module-bays", "name__isw=cage-&fields=name,module") {
        assert!(!bay["module"].is_null(), "it is the card's: {bay}");
    }
    let built = ids(&netbox);

    for (from, to) in [
        (
            "name        = \"leaf\"",
            "name        = \"tor\"\n  formerly    = \"leaf\"",
        ),
        ("    leaf  = ", "    tor   = "),
        ("\"leaf/servers\"", "\"tor/servers\""),
        (
            "name        = \"compute\"",
            "name        = \"gpu\"\n  formerly    = \"compute\"",
        ),
        ("{ compute = ", "{ gpu = "),
    ] {
        workspace.edit(from, to);
    }
    workspace.apply(&[]);
    assert_eq!(ids(&netbox), built, "everything is carried over");
    let state = workspace.resource(PLAN);
    let names: Vec<&String> = state["device_ids"].as_object().unwrap().keys().collect();
    assert_eq!(names, ["gpu-001", "spine-01", "tor-01", "tor-02"]);
    assert_eq!(state["last_change"]["cables_moved"], 0);

    workspace.destroy(&[]).succeeds();
    assert_eq!(netbox.census(), before);
}
