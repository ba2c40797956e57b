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

/// A device whose key was taken off keeps its place in a rack, a port of another name what is on it.
#[test]
fn what_is_known_by_another_sign_is_set_right_in_place() {
    let (netbox, workspace) = fabric();
    let id = |object: &Value| object["id"].as_u64().unwrap();
    let before = (netbox.census(), cables::in_netbox(&netbox));
    let rack = json!({"name": "R1", "site": {"slug": "dc1"}});
    let rack = netbox.post("dcim/racks", &rack);
    let device = netbox.one("dcim/devices", "name=compute-001");
    let taken =
        json!({"custom_fields": {"hedgehog_key": null}, "rack": rack["id"], "serial": "SN-1"});
    netbox.patch("dcim/devices", id(&device), &taken);
    let port = interface(&netbox, "fe-leaf-01", "E1/1/1");
    let named = json!({"name": "Ethernet1", "mtu": 9000, "description": "to the pod"});
    netbox.patch("dcim/interfaces", id(&port), &named);
    workspace.apply(&[]);
    let now = netbox.one("dcim/devices", "name=compute-001");
    assert_eq!(
        (&now["id"], &now["serial"]),
        (&device["id"], &json!("SN-1"))
    );
    let now = interface(&netbox, "fe-leaf-01", "E1/1/1");
    let kept = (&now["id"], &now["cable"]["id"], &now["mtu"]);
    assert_eq!(kept, (&port["id"], &port["cable"]["id"], &json!(9000)));
    assert_eq!((netbox.census(), cables::in_netbox(&netbox)), before);

    netbox.post("dcim/sites", &json!({"name": "dc2", "slug": "dc2"}));
    let refused = [
        "Devices have a place in another site",
        "compute-001: rack R1",
    ];
    workspace.plan(&["-var=site=dc2"]).fails_saying(&refused);
    // One that came after the plan stops the apply before its first write.
    let racked = |rack: &Value| {
        let rack = json!({"rack": rack});
        netbox.patch("dcim/devices", id(&device), &rack);
    };
    racked(&Value::Null);
    workspace.plan(&["-var=site=dc2", "-out=moved"]).succeeds();
    racked(&rack["id"]);
    let since = netbox.last_change();
    workspace
        .run(&["apply", "-no-color", "moved"])
        .fails_saying(&refused);
    assert_eq!(netbox.written(since), Vec::<String>::new());
}

/// A device that lost the plan's mark is neither planned anew nor left behind.
#[test]
fn a_device_that_lost_the_mark_is_not_lost() {
    let (netbox, workspace) = fabric();
    let before = netbox.census();
    let device = netbox.one("dcim/devices", "name=compute-001");
    let mark = |value: &Value| {
        let fields = json!({"custom_fields": {"hedgehog_plan_id": value}});
        netbox.patch("dcim/devices", device["id"].as_u64().unwrap(), &fields);
    };
    mark(&Value::Null);
    let said = ["Devices have lost the plan's mark", "compute-001 (id"];
    workspace.plan(&[]).fails_saying(&said);
    workspace.destroy(&[]).fails_saying(&said);
    workspace.destroy(&["-refresh=false"]).fails_saying(&said);
    assert_eq!(netbox.census(), before);
    mark(&device["custom_fields"]["hedgehog_plan_id"]);
    // A destroy that fails takes the outputs out of the state.
    workspace.apply(&[]);
    assert_eq!(netbox.census(), before);
}

/// What others put on a device of ours: all that they can, in one of each.
fn occupy(netbox: &NetBox, device: &str) {
    let id = |object: &Value| object["id"].as_u64().unwrap();
    let types = ["dcim.device", "dcim.interface", "dcim.cable"];
    netbox.post(
        "extras/custom-fields",
        &json!({"name": "owner", "type": "text", "object_types": types}),
    );
    netbox.post(
        "extras/tags",
        &json!({"name": "Rack me", "slug": "rack-me"}),
    );
    let rack = netbox.post(
        "dcim/racks",
        &json!({"name": "R1", "site": {"slug": "dc1"}}),
    );
    let found = netbox.one("dcim/devices", &format!("name={device}"));
    let theirs = json!({
        "comments": "Do not touch.", "serial": "SN-1", "asset_tag": "A-1",
        "rack": rack["id"], "position": 7, "face": "front",
        "add_tags": [{"slug": "rack-me"}], "custom_fields": {"owner": "facility"},
    });
    netbox.patch("dcim/devices", id(&found), &theirs);
    let port = interface(netbox, device, "fe-p0");
    netbox.patch(
        "dcim/interfaces",
        id(&port),
        &json!({"description": "to the pod", "custom_fields": {"owner": "net"}, "mtu": 9100}),
    );
    netbox.post(
        "ipam/ip-addresses",
        &json!({
            "address": "192.0.2.1/31", "assigned_object_type": "dcim.interface",
            "assigned_object_id": port["id"]
        }),
    );
    netbox.patch(
        "dcim/cables",
        id(&port["cable"]),
        &json!({"color": "00ff00", "length": 3, "length_unit": "m", "custom_fields": {"owner": "net"}}),
    );
    netbox.post(
        "dcim/inventory-items",
        &json!({"device": found["id"], "name": "fan-1"}),
    );
    let dpu = json!({"manufacturer": {"slug": "generic"}, "model": "DPU"});
    let dpu = netbox.post("dcim/module-types", &dpu);
    let bay = json!({"device": found["id"], "name": "theirs"});
    let bay = netbox.post("dcim/module-bays", &bay);
    netbox.post(
        "dcim/modules",
        &json!({"device": found["id"], "module_bay": bay["id"], "module_type": dpu["id"]}),
    );
    netbox.post(
        "dcim/interfaces",
        &json!({"device": found["id"], "name": "bond0", "type": "lag"}),
    );
}

/// What others own of a device, its first port, that port's cable, and what hangs on them.
fn of_others(netbox: &NetBox, device: &str) -> Value {
    let pick = |object: &Value, fields: &[&str]| {
        let named = fields
            .iter()
            .map(|name| ((*name).to_owned(), object[*name].clone()));
        Value::Object(named.collect())
    };
    let found = netbox.one("dcim/devices", &format!("name={device}"));
    let port = interface(netbox, device, "fe-p0");
    let cable = netbox.get(&format!("dcim/cables/{}/", port["cable"]["id"]));
    let tags = found["tags"].as_array().unwrap().iter();
    let tags: Vec<&Value> = tags.map(|tag| &tag["slug"]).collect();
    assert_eq!(tags.len(), 2, "theirs and the plan's: {tags:?}");
    assert!(tags.contains(&&json!("rack-me")), "{tags:?}");
    let addresses = netbox.all("ipam/ip-addresses", &format!("device={device}"));
    let addresses: Vec<Value> = addresses
        .iter()
        .map(|row| pick(row, &["id", "address", "assigned_object_id"]))
        .collect();
    json!({
        "device": pick(&found, &["comments", "serial", "asset_tag", "rack", "position", "face"]),
        "port": pick(&port, &["description", "mtu"]),
        "cable": pick(&cable, &["color", "length", "length_unit"]),
        "owners": [
            found["custom_fields"]["owner"], port["custom_fields"]["owner"],
            cable["custom_fields"]["owner"],
        ],
        "addresses": addresses,
        "bond": interface(netbox, device, "bond0")["id"],
        "modules": netbox.count("dcim/modules", &format!("device={device}&module_type=DPU")),
        "items": netbox.count("dcim/inventory-items", &format!("device={device}")),
    })
}

/// Growth, a new name, a new status and a new description leave it there. When the device has to be made
/// anew, the plan lists what goes with it.
#[test]
fn what_others_put_on_our_devices_survives_and_is_listed_when_it_goes() {
    let (netbox, workspace) = fabric();
    occupy(&netbox, "compute-001");
    let theirs = of_others(&netbox, "compute-001");
    assert_eq!(theirs["addresses"].as_array().unwrap().len(), 1);
    workspace.assert_nothing_to_do(&[]);
    workspace.apply(&["-var=servers=3"]);
    assert_eq!(of_others(&netbox, "compute-001"), theirs);

    workspace.edit(
        "  site = var.site\n",
        "  site = var.site\n  status = \"deployed\"\n  description = \"Ours\"\n  naming = { server = \"gpu-{index}\" }\n",
    );
    workspace.apply(&["-var=servers=3"]);
    assert_eq!(of_others(&netbox, "gpu-1"), theirs);

    netbox.post(
        "dcim/device-types",
        &json!({"manufacturer": {"slug": "generic"}, "model": "Other", "slug": "other"}),
    );
    workspace.edit("hedgehog_device_type.gpu_server.ref", "\"generic/other\"");
    let plan = workspace.plan(&["-var=servers=3"]).succeeds();
    for line in [
        "Data of others goes with what is removed",
        "gpu-1: position 7 of rack R1",
        "gpu-1: serial number SN-1",
        "gpu-1: asset tag A-1",
        "gpu-1: comments",
        "gpu-1: 192.0.2.1/31 on fe-p0",
        "gpu-1: inventory item fan-1",
        "gpu-1: module DPU in bay theirs",
        "gpu-1: interface bond0 (lag)",
    ] {
        assert!(plan.text.contains(line), "{line} is not in:\n{}", plan.text);
    }
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
