//! A plan whose state, or the record in it, is lost comes back from `NetBox`, which is not written to.

use serde_json::{Value, json};

use crate::support::tiny::seeded;
use crate::support::{NetBox, Workspace};

const PLAN: &str = "hedgehog_topology_plan.inference";

/// Every kind of link, a chosen port and a number that is not used, on the types of [`seeded`].
const JOINED: &str = r#"
terraform {
  required_providers {
    hedgehog = { source = "githedgehog/hedgehog" }
  }
}

locals {
  switch = { fabric = "f", profile = "celestica-ds3000", device_type = "acme/sw16" }
  server = {
    device_type = "acme/server1"
    nic         = { fe = { module_type = "acme/NIC", ports = ["p0", "p1"] } }
  }
}

resource "hedgehog_topology_plan" "joined" {
  name           = "joined"
  site           = "dc1"
  fabric_release = "25.05"
  pins           = { "compute-003/fe-p0" = "leaf-01/E1/4" }
  switch_classes = {
    leaf = merge(local.switch, {
      role       = "server-leaf"
      redundancy = { type = "mclag" }
      zone = {
        servers = { type = "server", ports = "1-4" }
        pair    = { type = "mclag", ports = "8-11" }
        uplinks = { type = "uplink", ports = "13-14" }
      }
    })
    spine = merge(local.switch, {
      role = "spine"
      zone = {
        down    = { type = "fabric", ports = "1-8" }
        borders = { type = "server", ports = "9-12" }
      }
    })
    border = merge(local.switch, {
      role         = "border-leaf"
      min_quantity = 1
      zone = {
        shared  = { type = "server", ports = "1-2", breakout = "4x25G" }
        uplinks = { type = "uplink", ports = "9-10", peer = "spine/borders" }
      }
    })
    oob = merge(local.switch, {
      fabric       = "management"
      fabric_class = "unmanaged"
      role         = "server-leaf"
      profile      = "dell-s5248f-on"
      zone = {
        bmc     = { type = "oob", ports = "1-4", breakout = "1x10G" }
        uplinks = { type = "oob", ports = "9-10", breakout = "1x25G", peer = "border/shared" }
      }
    })
    mesh = merge(local.switch, {
      fabric            = "m"
      role              = "server-leaf"
      topology          = "mesh"
      override_quantity = 3
      zone = {
        servers = { type = "server", ports = "1-2" }
        mesh    = { type = "mesh", ports = "3-6" }
      }
    })
  }
  server_classes = {
    compute = merge(local.server, {
      quantity   = 4
      retired    = [2]
      attachment = { fe = { nic = "fe", ports = 2, type = "mclag", zone = "leaf/servers", speed = 100 } }
    })
    edge = merge(local.server, {
      quantity   = 2
      attachment = { fe = { nic = "fe", ports = 1, zone = "mesh/servers", speed = 100 } }
    })
    managed = merge(local.server, {
      quantity = 1
      attachment = {
        bmc = { nic = "fe", ports = 1, distribution = "same-switch", zone = "oob/bmc", speed = 10, port_type = "ipmi" }
      }
    })
  }
}
"#;

/// Takes a plan and its classes out of the state: so many resources.
fn forget(workspace: &Workspace, plan: &str, resources: usize) {
    let classes = ["hedgehog_switch_class", "hedgehog_server_class"];
    let listed = workspace.run(&["state", "list"]).succeeds();
    let ours = |line: &&str| *line == plan || classes.iter().any(|class| line.starts_with(class));
    let addresses: Vec<&str> = listed.text.lines().filter(ours).collect();
    assert_eq!(addresses.len(), resources);
    workspace
        .run(&[&["state", "rm"], &addresses[..]].concat())
        .succeeds();
}

fn import(workspace: &Workspace, plan: &str, name: &str) {
    workspace
        .run(&["import", "-no-color", plan, name])
        .succeeds();
}

/// The plan counts no change.
fn counts_nothing(workspace: &Workspace, plan: &str) {
    let (_, after) = workspace.planned_change(plan, &[]);
    let counts = after["last_change"].as_object().unwrap().values();
    assert!(
        counts.into_iter().all(|count| *count == json!(0)),
        "{after}"
    );
}

/// The plan changes nothing but the state, and so does its apply.
fn takes_over(netbox: &NetBox, workspace: &Workspace, plan: &str, since: u64) {
    counts_nothing(workspace, plan);
    applies_to_the_tag_alone(netbox, workspace, since);
}

fn applies_to_the_tag_alone(netbox: &NetBox, workspace: &Workspace, since: u64) {
    workspace.apply(&[]);
    let written = netbox.written(since);
    assert!(
        written.iter().all(|kind| kind.contains("tag")),
        "{written:?}"
    );
}

#[test]
fn a_lost_state_and_a_lost_record_come_back_without_a_write() {
    let netbox = NetBox::fresh();
    let workspace = Workspace::small(&netbox);
    workspace.apply(&[]);
    let before = workspace.resource(PLAN);
    let since = netbox.last_change();

    forget(&workspace, PLAN, 4);
    import(&workspace, PLAN, "inference-128");
    takes_over(&netbox, &workspace, PLAN, since);

    forget(&workspace, PLAN, 4);
    let block = format!("import {{\n  to = {PLAN}\n  id = \"inference-128\"\n}}\n");
    workspace.write("import.tf", &block);
    takes_over(&netbox, &workspace, PLAN, since);
    for name in ["id", "device_ids", "cabling", "totals"] {
        assert_eq!(workspace.resource(PLAN)[name], before[name], "{name}");
    }

    let mut state: Value = serde_json::from_str(&workspace.read("terraform.tfstate")).unwrap();
    let resources = state["resources"].as_array_mut().unwrap();
    let plan = resources
        .iter_mut()
        .find(|r| r["type"] == "hedgehog_topology_plan");
    plan.unwrap()["instances"][0]["private"] = json!("bm9uc2Vuc2U=");
    workspace.write("terraform.tfstate", &state.to_string());
    let planned = workspace.plan(&["-detailed-exitcode"]);
    assert_eq!(planned.code, 0, "{}", planned.text);
    assert!(planned.text.contains("record is lost"), "{}", planned.text);
    applies_to_the_tag_alone(&netbox, &workspace, since);
}

/// Also a mesh, a pair with its links, far ends that zones name, a chosen port and a number that is not used;
/// and with a switch that somebody renamed, which gets its name back.
#[test]
fn every_kind_of_link_comes_back_from_netbox_alone() {
    let plan = "hedgehog_topology_plan.joined";
    let netbox = seeded();
    let workspace = Workspace::new(&netbox, JOINED);
    workspace.apply(&[]);
    let before = workspace.resource(plan);
    let cables = netbox.all("dcim/cables", "");
    let kinds = [
        "fabric",
        "peer-uplink",
        "oob-uplink",
        "mesh",
        "mclag-peer",
        "mclag-session",
    ];
    for kind in kinds {
        let of_kind = |cable: &&Value| cable["custom_fields"]["hedgehog_zone"] == kind;
        assert!(cables.iter().any(|cable| of_kind(&cable)), "no {kind}");
    }
    assert!(before["device_ids"].get("compute-002").is_none());
    let back = |name: &str| assert_eq!(workspace.resource(plan)[name], before[name], "{name}");

    let since = netbox.last_change();
    forget(&workspace, plan, 1);
    import(&workspace, plan, "joined");
    takes_over(&netbox, &workspace, plan, since);
    for name in ["id", "device_ids", "cabling", "totals", "switch_counts"] {
        back(name);
    }

    let leaf = before["device_ids"]["leaf-01"].as_u64().unwrap();
    netbox.patch("dcim/devices", leaf, &json!({"name": "parked"}));
    forget(&workspace, plan, 1);
    import(&workspace, plan, "joined");
    counts_nothing(&workspace, plan);
    let since = netbox.last_change();
    workspace.apply(&[]);
    let devices = netbox.written(since);
    let devices = devices.iter().filter(|kind| !kind.contains("tag"));
    assert_eq!(devices.collect::<Vec<_>>(), ["\"dcim.device\""]);
    back("device_ids");
    back("cabling");
}
