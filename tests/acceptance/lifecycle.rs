//! Replacing, renaming, a status, and what is gone already.

use crate::support::tiny::{TINY, seeded};
use crate::support::{NetBox, Workspace, cables};

const PLAN: &str = "hedgehog_topology_plan.inference";

#[test]
fn replaced_and_tainted_plans_are_built_anew() {
    let netbox = NetBox::fresh();
    let workspace = Workspace::small(&netbox);
    workspace.apply(&[]);
    let before = workspace.resource(PLAN);
    let built = cables::in_netbox(&netbox);

    workspace.apply_only(&["-replace", PLAN]).succeeds();
    workspace.assert_nothing_to_do(&[]);
    let replaced = workspace.resource(PLAN);
    assert_ne!(replaced["id"], before["id"]);
    assert_eq!(replaced["cabling"], before["cabling"]);
    assert_eq!(cables::in_netbox(&netbox), built);

    workspace.run(&["taint", PLAN]).succeeds();
    workspace.apply(&[]);
    assert_eq!(cables::in_netbox(&netbox), built);
    assert_eq!(netbox.count("extras/tags", ""), 1, "one plan, one tag");
}

#[test]
fn what_is_taken_out_of_the_configuration_is_taken_back() {
    let netbox = NetBox::fresh();
    let workspace = Workspace::small(&netbox);
    let extra = "\n  description = \"AI\"\n  tags = [\"blue\"]";
    workspace.edit("site = var.site", &format!("site = var.site{extra}"));
    workspace.apply(&[]);
    assert_eq!(netbox.count("dcim/devices", "description=AI&tag=blue"), 5);
    assert_eq!(netbox.count("dcim/cables", "tag=blue"), 8);
    workspace.edit(extra, "");
    workspace.apply(&[]);
    assert_eq!(netbox.count("dcim/devices", "description=AI"), 0);
    assert_eq!(netbox.count("dcim/devices", "tag=blue"), 0);
    assert_eq!(netbox.count("dcim/cables", "tag=blue"), 0);
}

/// A second plan of the same name cannot stand beside the first: said before anything is touched.
#[test]
fn a_plan_cannot_be_created_before_the_old_one_is_destroyed() {
    let netbox = NetBox::fresh();
    let workspace = Workspace::small(&netbox);
    workspace.edit(
        "site = var.site",
        "site = var.site\n\n  lifecycle {\n    create_before_destroy = true\n  }\n",
    );
    workspace.apply(&[]);
    let built = cables::in_netbox(&netbox);
    workspace
        .apply_only(&["-replace", PLAN])
        .fails_saying(&["A plan of this name exists"]);
    assert_eq!(cables::in_netbox(&netbox), built);
    workspace.assert_nothing_to_do(&[]);
}

#[test]
fn a_renamed_plan_keeps_its_objects() {
    let netbox = NetBox::fresh();
    let workspace = Workspace::small(&netbox);
    workspace.apply(&[]);
    let before = workspace.resource(PLAN);
    let device = netbox.one("dcim/devices", "name=compute-001");
    workspace.edit("name = \"inference-128\"", "name = \"inference\"");
    workspace.apply(&[]);
    let after = workspace.resource(PLAN);
    assert_eq!(after["id"], before["id"]);
    assert_eq!(after["device_ids"], before["device_ids"]);
    let renamed = netbox.one("dcim/devices", "name=compute-001");
    assert_eq!(
        renamed["last_updated"], device["last_updated"],
        "only the tag is written"
    );
    assert_eq!(netbox.count("extras/tags", ""), 1);
    workspace.destroy(&[]).succeeds();
    assert_eq!(netbox.count("extras/tags", ""), 0);
}

/// Every status, and the way back to a draft that leaves nothing behind.
#[test]
fn a_plan_goes_through_its_workflow() {
    let netbox = NetBox::fresh();
    let workspace = Workspace::small(&netbox);
    workspace.edit("site = var.site", "site = var.site\n  status = \"draft\"");
    workspace.apply(&[]);
    assert_eq!(netbox.count("dcim/devices", ""), 0);
    assert_eq!(netbox.count("extras/tags", ""), 0);
    workspace.edit("\"draft\"", "\"deployed\"");
    workspace
        .plan(&[])
        .fails_saying(&["\"approved\", then \"deployed\"", "main.tf line"]);

    let steps = [
        ("deployed", "approved", "planned", "planned"),
        ("approved", "deployed", "active", "connected"),
        ("deployed", "archived", "decommissioning", "decommissioning"),
        ("archived", "approved", "planned", "planned"),
    ];
    for (old, status, device, cable) in steps {
        workspace.edit(&format!("\"{old}\""), &format!("\"{status}\""));
        workspace.apply(&[]);
        assert_eq!(netbox.count("dcim/devices", &format!("status={device}")), 5);
        assert_eq!(netbox.count("dcim/cables", &format!("status={cable}")), 8);
    }
    workspace.edit("\"approved\"", "\"finished\"");
    workspace
        .plan(&[])
        .fails_saying(&["finished", "\"draft\"", "\"archived\"", "main.tf line"]);
    workspace.edit("\"finished\"", "\"draft\"");
    let applied = workspace.apply(&[]);
    assert!(
        applied.text.contains("deletes 5 devices and 8 cables"),
        "{}",
        applied.text
    );
    assert_eq!(netbox.count("dcim/devices", ""), 0);
    assert_eq!(netbox.count("extras/tags", ""), 0);
    workspace.destroy(&[]).succeeds();
}

#[test]
fn a_destroyed_object_that_is_gone_already_is_no_fault() {
    let netbox = NetBox::fresh();
    let workspace = Workspace::small(&netbox);
    workspace.apply(&[]);
    for cable in netbox.all("dcim/cables", "fields=id") {
        netbox.delete("dcim/cables", cable["id"].as_u64().unwrap());
    }
    for device in netbox.all("dcim/devices", "fields=id") {
        netbox.delete("dcim/devices", device["id"].as_u64().unwrap());
    }
    workspace.destroy(&["-refresh=false"]).succeeds();
    assert_eq!(netbox.count("extras/tags", ""), 0);
}

/// Terraform keeps out of the plan what `ignore_changes` names, and hands it to the apply all the same.
#[test]
fn what_is_ignored_is_not_written() {
    let netbox = seeded();
    let ignoring = "  name = \"tiny\"\n  lifecycle {\n    ignore_changes = [tags, description, server_classes]\n  }\n";
    let workspace = Workspace::new(&netbox, &TINY.replace("  name = \"tiny\"\n", ignoring));
    workspace.apply(&[]);
    workspace.edit("quantity    = 1", "quantity    = 2");
    workspace.edit(
        "  site = \"dc1\"\n",
        "  site = \"dc1\"\n  tags = [\"foo\"]\n  description = \"Hi\"\n",
    );
    workspace.assert_nothing_to_do(&[]);
    workspace.edit(
        "  site = \"dc1\"\n",
        "  site = \"dc1\"\n  naming = { leaf = \"tor-{index}\" }\n",
    );
    workspace.apply(&[]);
    let devices = netbox.all("dcim/devices", "");
    assert_eq!(devices.len(), 4, "{devices:?}");
    assert!(devices.iter().all(|row| row["description"] == ""));
    assert_eq!(netbox.count("dcim/devices", "name=tor-1"), 1);
    assert_eq!(netbox.count("extras/tags", "slug=foo"), 0);
    workspace.assert_nothing_to_do(&[]);
    workspace.destroy(&[]).succeeds();
}
