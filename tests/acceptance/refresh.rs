//! What people change by hand in `NetBox` is seen, and what is ours is put right.

use serde_json::{Value, json};

use crate::support::{NetBox, Workspace, cables};

const PLAN: &str = "hedgehog_topology_plan.inference";

fn interface(netbox: &NetBox, device: &str, name: &str) -> Value {
    netbox.one("dcim/interfaces", &format!("device={device}&name={name}"))
}

fn fabric() -> (NetBox, Workspace) {
    let netbox = NetBox::fresh();
    let workspace = Workspace::small(&netbox);
    workspace.apply(&[]);
    (netbox, workspace)
}

#[test]
fn a_cable_that_was_deleted_or_moved_is_put_back() {
    let (netbox, workspace) = fabric();
    let intended = cables::in_netbox(&netbox);

    let gone = interface(&netbox, "compute-001", "fe-p0");
    netbox.delete("dcim/cables", gone["cable"]["id"].as_u64().unwrap());
    let moved = interface(&netbox, "compute-002", "fe-p1");
    let cable = moved["cable"]["id"].as_u64().unwrap();
    let free = netbox.post(
        "dcim/interfaces",
        &json!({
            "device": {"name": "fe-leaf-02"}, "name": "E1/3/4", "type": "200gbase-x-qsfp56"
        }),
    );
    let end = |id: &Value| json!([{"object_type": "dcim.interface", "object_id": id}]);
    netbox.patch(
        "dcim/cables",
        cable,
        &json!({
            "a_terminations": end(&moved["id"]), "b_terminations": end(&free["id"])
        }),
    );
    assert_ne!(cables::in_netbox(&netbox), intended);

    let plan = workspace.plan(&["-detailed-exitcode"]);
    assert_eq!(plan.code, 2, "{}", plan.text);
    assert!(
        plan.text.contains("fe-p1 -- fe-leaf-02:E1/3/4"),
        "the drift is shown:\n{}",
        plan.text
    );
    workspace.apply(&[]);
    assert_eq!(cables::in_netbox(&netbox), intended);
    assert_eq!(
        netbox.count("dcim/interfaces", "name=E1/3/4&device=fe-leaf-02"),
        1,
        "not ours"
    );
}

#[test]
fn a_device_that_was_deleted_comes_back_with_its_cables() {
    let (netbox, workspace) = fabric();
    let intended = cables::in_netbox(&netbox);
    for interface in netbox.all("dcim/interfaces", "device=compute-002&cabled=true") {
        netbox.delete("dcim/cables", interface["cable"]["id"].as_u64().unwrap());
    }
    let device = netbox.one("dcim/devices", "name=compute-002");
    netbox.delete("dcim/devices", device["id"].as_u64().unwrap());
    workspace.apply(&[]);
    assert_eq!(cables::in_netbox(&netbox), intended);
}

#[test]
fn what_others_wrote_on_our_devices_survives_an_update() {
    let (netbox, workspace) = fabric();
    netbox.post(
        "extras/tags",
        &json!({"name": "Rack me", "slug": "rack-me"}),
    );
    let device = netbox.one("dcim/devices", "name=compute-001");
    netbox.patch(
        "dcim/devices",
        device["id"].as_u64().unwrap(),
        &json!({"comments": "Do not touch.", "serial": "SN-1", "add_tags": [{"slug": "rack-me"}]}),
    );
    workspace.assert_nothing_to_do(&[]);
    workspace.apply(&["-var=servers=3"]);
    let after = netbox.one("dcim/devices", "name=compute-001");
    assert_eq!(after["comments"], "Do not touch.");
    assert_eq!(after["serial"], "SN-1");
    let tags: Vec<_> = after["tags"]
        .as_array()
        .unwrap()
        .iter()
        .map(|t| &t["slug"])
        .collect();
    assert!(
        tags.contains(&&json!("rack-me")) && tags.len() == 2,
        "{tags:?}"
    );
}

/// Somebody removed the whole fabric: the next apply builds it under a new id.
#[test]
fn everything_gone_is_planned_anew() {
    let (netbox, workspace) = fabric();
    workspace.run(&["state", "pull"]).succeeds();
    let marked = netbox.all("dcim/cables", "fields=id");
    for cable in marked {
        netbox.delete("dcim/cables", cable["id"].as_u64().unwrap());
    }
    for device in netbox.all("dcim/devices", "fields=id") {
        netbox.delete("dcim/devices", device["id"].as_u64().unwrap());
    }
    for tag in netbox.all("extras/tags", "q=hedgehog-inference") {
        netbox.delete("extras/tags", tag["id"].as_u64().unwrap());
    }
    let (before, after) = workspace.planned_change(PLAN, &[]);
    assert!(before.is_null() && !after.is_null(), "it is created anew");
    workspace.apply(&[]);
    assert_eq!(netbox.count("dcim/devices", ""), 5);
}
