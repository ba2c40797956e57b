//! A plan whose state, or the record in it, is lost comes back from `NetBox`, which is not written to.

use serde_json::{Value, json};

use crate::support::{NetBox, Workspace};

const PLAN: &str = "hedgehog_topology_plan.inference";

/// Kinds of the objects that were written after the change `since`.
fn written(netbox: &NetBox, since: u64) -> Vec<String> {
    let changes = netbox.all("core/object-changes", &format!("id__gt={since}"));
    let kinds = changes
        .iter()
        .map(|change| change["changed_object_type"].to_string());
    kinds.collect()
}

fn last_change(netbox: &NetBox) -> u64 {
    let newest = netbox.get("core/object-changes/?limit=1&ordering=-id");
    newest["results"][0]["id"].as_u64().unwrap()
}

fn forget(workspace: &Workspace) {
    let classes = ["hedgehog_switch_class", "hedgehog_server_class"];
    let listed = workspace.run(&["state", "list"]).succeeds();
    let ours = |line: &&str| *line == PLAN || classes.iter().any(|class| line.starts_with(class));
    let addresses: Vec<&str> = listed.text.lines().filter(ours).collect();
    assert_eq!(addresses.len(), 4);
    workspace
        .run(&[&["state", "rm"], &addresses[..]].concat())
        .succeeds();
}

/// The plan changes nothing but the state, and so does its apply.
fn takes_over(netbox: &NetBox, workspace: &Workspace, since: u64) {
    let (_, after) = workspace.planned_change(PLAN, &[]);
    let counts = after["last_change"].as_object().unwrap().values();
    assert!(
        counts.into_iter().all(|count| *count == json!(0)),
        "{after}"
    );
    workspace.apply(&[]);
    assert!(
        written(netbox, since)
            .iter()
            .all(|kind| kind.contains("tag")),
        "{:?}",
        written(netbox, since)
    );
}

#[test]
fn a_lost_state_and_a_lost_record_come_back_without_a_write() {
    let netbox = NetBox::fresh();
    let workspace = Workspace::small(&netbox);
    workspace.apply(&[]);
    let before = workspace.resource(PLAN);
    let since = last_change(&netbox);

    forget(&workspace);
    workspace
        .run(&["import", "-no-color", PLAN, "inference-128"])
        .succeeds();
    takes_over(&netbox, &workspace, since);

    forget(&workspace);
    let block = format!("import {{\n  to = {PLAN}\n  id = \"inference-128\"\n}}\n");
    workspace.write("import.tf", &block);
    takes_over(&netbox, &workspace, since);
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
    workspace.apply(&[]);
    assert!(
        written(&netbox, since)
            .iter()
            .all(|kind| kind.contains("tag"))
    );
}
