//! Device and module types: created where they are missing, adopted where they are there.

use serde_json::json;

use crate::support::{NetBox, Workspace};

const TYPES: &str = r#"
resource "hedgehog_device_type" "ds5000" {
  profile = "celestica-ds5000"
}

resource "hedgehog_module_type" "nic" {
  manufacturer = "NVIDIA"
  model        = "BlueField-3 2x200G"

  interface "p0" {
    type = "other"
  }
  interface "p1" {
    type = "other"
  }
}
"#;

fn provider(configuration: &str) -> String {
    format!(
        "terraform {{\n  required_providers {{\n    hedgehog = {{\n      \
         source = \"githedgehog/hedgehog\"\n    }}\n  }}\n}}\n{configuration}"
    )
}

#[test]
fn created_from_the_catalogue_and_removed() {
    let netbox = NetBox::fresh();
    let before = netbox.census();
    let workspace = Workspace::new(&netbox, &provider(TYPES));
    workspace.apply(&[]);
    let device_type = netbox.one("dcim/device-types", "slug=celestica-ds5000");
    let id = device_type["id"].as_u64().unwrap();
    let templates = |query: &str| {
        netbox.count(
            "dcim/interface-templates",
            &format!("device_type_id={id}&{query}"),
        )
    };
    assert_eq!(templates("type=800gbase-x-osfp"), 64);
    assert_eq!(templates("type=25gbase-x-sfp28"), 2);
    assert_eq!(templates("mgmt_only=true&name=M1"), 1);
    let state = workspace.resource("hedgehog_device_type.ds5000");
    assert_eq!(state["ref"], "celestica/celestica-ds5000");
    assert_eq!(state["adopted"], false);
    workspace.destroy(&[]).succeeds();
    assert_eq!(netbox.census(), before);
}

#[test]
fn adopted_types_are_never_changed_or_deleted() {
    let netbox = NetBox::fresh();
    let manufacturer = netbox.post(
        "dcim/manufacturers",
        &json!({"name": "NVIDIA", "slug": "nvidia"}),
    );
    let module_type = netbox.post(
        "dcim/module-types",
        &json!({"manufacturer": manufacturer["id"], "model": "BlueField-3 2x200G"}),
    );
    for port in ["p0", "p1"] {
        netbox.post(
            "dcim/interface-templates",
            &json!({"module_type": module_type["id"], "name": port, "type": "other"}),
        );
    }
    let before = netbox.census();
    let workspace = Workspace::new(&netbox, &provider(TYPES));
    workspace.apply(&[]);
    assert_eq!(
        workspace.resource("hedgehog_module_type.nic")["adopted"],
        true
    );
    workspace.destroy(&[]).succeeds();
    assert_eq!(netbox.census(), before);
    let after = netbox.one("dcim/module-types", "");
    assert_eq!(after["last_updated"], module_type["last_updated"]);
}

#[test]
fn an_adopted_type_that_differs_is_refused() {
    let netbox = NetBox::fresh();
    let manufacturer = netbox.post(
        "dcim/manufacturers",
        &json!({"name": "NVIDIA", "slug": "nvidia"}),
    );
    netbox.post(
        "dcim/module-types",
        &json!({"manufacturer": manufacturer["id"], "model": "BlueField-3 2x200G"}),
    );
    let workspace = Workspace::new(&netbox, &provider(TYPES));
    workspace
        .plan(&[])
        .fails_saying(&["BlueField-3 2x200G", "p0", "p1"]);
}

/// The new one is there before the old one goes.
#[test]
fn a_type_can_be_created_before_the_old_one_is_destroyed() {
    let netbox = NetBox::fresh();
    let lifecycle = "model        = \"BlueField-3 2x200G\"\n\n  lifecycle {\n    create_before_destroy = true\n  }\n";
    let configuration =
        provider(TYPES).replace("model        = \"BlueField-3 2x200G\"\n", lifecycle);
    let workspace = Workspace::new(&netbox, &configuration);
    workspace.apply(&[]);
    let before = workspace.resource("hedgehog_module_type.nic");
    workspace.edit("BlueField-3 2x200G", "BlueField-4");
    workspace.apply(&[]);
    let after = workspace.resource("hedgehog_module_type.nic");
    assert_ne!(after["id"], before["id"]);
    assert_eq!(netbox.count("dcim/module-types", ""), 1);
    assert_eq!(netbox.one("dcim/module-types", "")["model"], "BlueField-4");
}

#[test]
fn what_we_created_is_changed_in_place() {
    let netbox = NetBox::fresh();
    let configuration = provider(TYPES);
    let workspace = Workspace::new(&netbox, &configuration);
    workspace.apply(&[]);
    let before = workspace.resource("hedgehog_module_type.nic");
    let renamed = configuration.replace("interface \"p1\"", "interface \"p9\"");
    workspace.write("main.tf", &renamed);
    workspace.apply(&[]);
    assert_eq!(
        workspace.resource("hedgehog_module_type.nic")["id"],
        before["id"]
    );
    let query = format!("module_type_id={}", before["id"]);
    let templates = netbox.all("dcim/interface-templates", &query);
    let names: Vec<_> = templates
        .iter()
        .map(|t| t["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["p0", "p9"]);
}

/// A state that is lost, with devices of the type: what the import owns goes with a destroy.
#[test]
fn a_type_whose_state_is_lost_is_imported() {
    let netbox = NetBox::fresh();
    let before = netbox.census();
    let lost = Workspace::new(&netbox, &provider(TYPES));
    lost.apply(&[]);
    let kind = netbox.one("dcim/device-types", "");
    let role = netbox.post(
        "dcim/device-roles",
        &json!({"name": "Any", "slug": "any", "color": "9e9e9e"}),
    );
    let site = netbox.post("dcim/sites", &json!({"name": "any", "slug": "any"}));
    let device = netbox.post(
        "dcim/devices",
        &json!({"name": "any", "device_type": kind["id"], "role": role["id"], "site": site["id"]}),
    );

    let workspace = Workspace::new(&netbox, &provider(TYPES));
    let told = workspace.plan(&[]).text;
    let said = told.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "Warning: The type is of another state",
        "'celestica/celestica-ds5000'",
        "Warning: The type is taken over",
    ] {
        assert!(said.contains(part), "{part} is not in {told}");
    }
    for (address, id) in [
        ("hedgehog_device_type.ds5000", "celestica/celestica-ds5000"),
        ("hedgehog_module_type.nic", "nvidia/BlueField-3 2x200G"),
    ] {
        workspace.run(&["import", address, id]).succeeds();
    }
    let last = netbox.last_change();
    // The card has the ports of the catalogue, which its block writes out.
    workspace.apply(&[]);
    assert_eq!(netbox.written(last), Vec::<String>::new());
    workspace.assert_nothing_to_do(&[]);
    for (table, row) in [
        ("dcim/devices", device),
        ("dcim/sites", site),
        ("dcim/device-roles", role),
    ] {
        netbox.delete(table, row["id"].as_u64().unwrap());
    }
    workspace.destroy(&[]).succeeds();
    assert_eq!(netbox.census(), before);
}
