//! Wrong input: a message with the attribute, the numbers and the next step, and no write.

use serde_json::json;

use crate::support::{NetBox, Workspace};

/// An example with one text replaced.
fn example_with(netbox: &NetBox, from: &str, to: &str) -> Workspace {
    let workspace = Workspace::example(netbox, "inference-128");
    workspace.edit(from, to);
    workspace
}

/// Validation, plan and apply fail the same way, and nothing is written.
fn check(from: &str, to: &str, expected: &[&str]) {
    let netbox = NetBox::fresh();
    let before = netbox.census();
    let workspace = example_with(&netbox, from, to);
    workspace.plan(&[]).fails_saying(expected);
    workspace.apply_only(&[]).fails_saying(expected);
    assert_eq!(netbox.census(), before);
}

#[test]
fn unknown_profile() {
    check(
        "profile     = \"celestica-ds5000\"",
        "profile     = \"celestica-ds500\"",
        &[
            "celestica-ds500",
            "celestica-ds5000",
            "hedgehog_switch_class.leaf",
            "main.tf line",
        ],
    );
}

#[test]
fn port_outside_of_the_profile() {
    check(
        "ports    = \"2-64:2\"",
        "ports    = \"2-68:2\"",
        &["68", "zone \"uplinks\"", "main.tf line", "ports"],
    );
}

#[test]
fn zone_that_does_not_exist() {
    check(
        "zone         = \"fe-leaf/servers\"",
        "zone         = \"fe-leaf/server\"",
        &[
            "switch class \"fe-leaf\" has no zone \"server\"",
            "Did you mean \"servers\"?",
        ],
    );
}

#[test]
fn more_demand_than_an_override_holds() {
    check(
        "  profile     = \"celestica-ds5000\"\n",
        "  profile     = \"celestica-ds5000\"\n  override_quantity = 0\n",
        &["fe-leaf", "override_quantity", "32"],
    );
}

#[test]
fn missing_device_type() {
    let netbox = NetBox::fresh();
    let before = netbox.census();
    let workspace = example_with(
        &netbox,
        "device_type     = hedgehog_device_type.gpu_server.ref",
        "device_type     = \"no-such-server\"",
    );
    workspace.plan(&[]).fails_saying(&[
        "no-such-server",
        "compute = hedgehog_server_class.compute",
        "hedgehog_device_type",
    ]);
    assert_eq!(netbox.census(), before);
}

#[test]
fn missing_site() {
    let netbox = NetBox::fresh();
    let workspace = Workspace::example(&netbox, "inference-128");
    workspace
        .plan(&["-var=site=dc9"])
        .fails_saying(&["dc9", "site = var.site"]);
}

#[test]
fn bad_token() {
    let netbox = NetBox::fresh();
    let mut workspace = Workspace::example(&netbox, "inference-128");
    workspace.set(
        "NETBOX_API_TOKEN",
        "nbt_abcdefghijkl.0123456789012345678901234567890123456789",
    );
    let run = workspace
        .plan(&[])
        .fails_saying(&["token", "NETBOX_API_TOKEN"]);
    assert!(
        !run.text.contains("0123456789"),
        "the token is never shown:\n{}",
        run.text
    );
}

#[test]
fn unreachable_server() {
    let netbox = NetBox::fresh();
    let mut workspace = Workspace::example(&netbox, "inference-128");
    // A port that is free now: it was bound, and closed again.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let url = format!("http://127.0.0.1:{port}");
    workspace.set("NETBOX_SERVER_URL", &url);
    workspace.plan(&[]).fails_saying(&[&url, "server_url"]);
}

#[test]
fn a_foreign_device_of_the_same_name() {
    let netbox = NetBox::fresh();
    let maker = netbox.post("dcim/manufacturers", &json!({"name": "X", "slug": "x"}));
    netbox.post(
        "dcim/device-types",
        &json!({"manufacturer": maker["id"], "model": "Y", "slug": "y"}),
    );
    netbox.post("dcim/device-roles", &json!({"name": "R", "slug": "r"}));
    netbox.post(
        "dcim/devices",
        &json!({
            "name": "compute-003", "device_type": {"slug": "y"}, "role": {"slug": "r"},
            "site": {"slug": "dc1"}
        }),
    );
    let before = netbox.census();
    let workspace = Workspace::example(&netbox, "inference-128");
    workspace
        .plan(&[])
        .fails_saying(&["compute-003", "site = var.site"]);
    assert_eq!(netbox.census(), before);
}
