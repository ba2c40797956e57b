//! Growing and shrinking a server class by its tail changes only what must change.

use serde_json::{Value, json};

use crate::support::{NetBox, Workspace, cables};

const PLAN: &str = "hedgehog_topology_plan.inference";

fn lines(cabling: &Value) -> Vec<(String, String)> {
    let devices = cabling.as_object().unwrap();
    let mut lines: Vec<_> = devices
        .iter()
        .flat_map(|(device, text)| {
            text.as_str()
                .unwrap()
                .lines()
                .map(move |line| (device.clone(), line.to_owned()))
        })
        .collect();
    lines.sort();
    lines
}

/// The cable ids of `NetBox`: a cable that was deleted and made again has another.
fn cable_ids(netbox: &NetBox) -> Vec<u64> {
    let cables = netbox.all("dcim/cables", "fields=id");
    cables
        .iter()
        .map(|cable| cable["id"].as_u64().unwrap())
        .collect()
}

#[test]
fn four_servers_more_and_four_less() {
    let netbox = NetBox::fresh();
    let workspace = Workspace::example(&netbox, "inference-128");
    workspace.apply(&[]);
    let before = cables::in_netbox(&netbox);
    let ids = cable_ids(&netbox);
    assert_eq!(before.len(), 96);

    let grown = ["-var=servers=20"];
    let (old, new) = workspace.planned_change(PLAN, &grown);
    let (old, new_lines) = (lines(&old["cabling"]), lines(&new["cabling"]));
    let added: Vec<_> = new_lines
        .iter()
        .filter(|line| !old.contains(line))
        .collect();
    let lost: Vec<_> = old
        .iter()
        .filter(|line| !new_lines.contains(line))
        .collect();
    assert_eq!(
        (added.len(), lost.len()),
        (8, 0),
        "added {added:?}, lost {lost:?}"
    );
    assert_eq!(
        new["last_change"],
        json!({
            "devices_added": 4, "devices_removed": 0,
            "cables_added": 8, "cables_moved": 0, "cables_removed": 0
        })
    );
    workspace.apply(&grown);
    let after = cables::in_netbox(&netbox);
    assert_eq!(after.len(), 104);
    assert!(before.is_subset(&after));
    assert!(
        ids.iter().all(|id| cable_ids(&netbox).contains(id)),
        "no cable was made again"
    );

    workspace.apply(&["-var=servers=16"]);
    assert_eq!(cables::in_netbox(&netbox), before);
    assert_eq!(cable_ids(&netbox), ids);
    assert_eq!(netbox.count("dcim/devices", ""), 19);
}

/// A quantity that comes from another resource is unknown in the first plan.
#[test]
fn a_quantity_that_is_not_known_yet() {
    let netbox = NetBox::fresh();
    let workspace = Workspace::small(&netbox);
    workspace.write(
        "quantity.tf",
        "resource \"terraform_data\" \"quantity\" {\n  input = 2\n}\n",
    );
    workspace.write(
        "quantity_override.tf",
        r#"
resource "hedgehog_server_class" "compute" {
  quantity = terraform_data.quantity.output
}
"#,
    );
    let (_, planned) = workspace.planned_change(PLAN, &[]);
    assert!(
        planned.get("totals").is_none_or(Value::is_null),
        "totals wait for the quantity"
    );
    workspace.apply(&[]);
    assert_eq!(workspace.resource(PLAN)["totals"]["servers"], 2);
    assert_eq!(netbox.count("dcim/cables", ""), 2 * 2 + 4);
}
