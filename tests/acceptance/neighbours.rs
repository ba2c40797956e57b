//! Two plans in one site, each with a state of its own, on types that one of them manages.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::tiny::{PLAN, TINY, seeded};
use crate::support::{NetBox, Workspace};

/// The card's type is managed where the first plan is.
const TYPE: &str = r#"
resource "hedgehog_module_type" "card" {
  manufacturer = "Acme"
  model        = "Card"

  interface "p0" { type = "other" }
  interface "p1" { type = "other" }
}
"#;

/// The objects of a plan, and when each was written last.
fn of_plan(netbox: &NetBox, workspace: &Workspace) -> Vec<(&'static str, Value, Value)> {
    let marker = workspace.resource(PLAN)["id"].clone();
    let collections = [
        "dcim/devices",
        "dcim/interfaces",
        "dcim/cables",
        "dcim/modules",
        "dcim/module-bays",
    ];
    let of = |path| {
        let rows = netbox.all(path, "").into_iter();
        let rows = rows.filter(|row| row["custom_fields"]["hedgehog_plan_id"] == marker);
        rows.map(move |row| (path, row["id"].clone(), row["last_updated"].clone()))
            .collect::<Vec<_>>()
    };
    collections.into_iter().flat_map(of).collect()
}

fn plan_named(name: &str) -> String {
    let own = TINY.replace("acme/NIC", "acme/Card");
    let own = own.replace("name = \"tiny\"", &format!("name = \"{name}\""));
    ["leaf", "spine", "compute"]
        .iter()
        .fold(own, |text, class| {
            let text = text.replace(
                &format!("    {class} = {{"),
                &format!("    {class}-{name} = {{"),
            );
            text.replace(&format!("\"{class}/"), &format!("\"{class}-{name}/"))
        })
}

#[test]
fn two_plans_of_one_site_leave_each_other_alone() {
    let netbox = seeded();
    let before = netbox.census();
    let first = Workspace::new(&netbox, &(plan_named("east") + TYPE));
    first.edit("acme/Card", "${hedgehog_module_type.card.ref}");
    first.apply(&[]);
    let of_first = of_plan(&netbox, &first);
    assert!(!of_first.is_empty());

    let second = Workspace::new(&netbox, &plan_named("west"));
    second.apply(&[]);
    let of_second = of_plan(&netbox, &second);
    assert_eq!(of_plan(&netbox, &first), of_first);
    first.assert_nothing_to_do(&[]);

    second.edit("quantity    = 1", "quantity    = 2");
    second.edit("ports = \"1\"", "ports = \"1-2\"");
    second.edit("ports = \"2-3\"", "ports = \"3-4\"");
    second.apply(&[]);
    assert_eq!(of_plan(&netbox, &first), of_first);
    assert_ne!(of_plan(&netbox, &second), of_second);

    // The plan goes, its type does not: the other plan has cards of it.
    let of_second = of_plan(&netbox, &second);
    let destroyed = first.destroy(&[]);
    let in_use = ["Object still in use in NetBox", "hedgehog_module_type.card"];
    destroyed.fails_saying(&in_use);
    assert_eq!(of_plan(&netbox, &second), of_second);
    second.assert_nothing_to_do(&[]);
    second.destroy(&[]).succeeds();
    first.destroy(&[]).succeeds();
    assert_eq!(netbox.census(), before);
}

/// Terraform applies both at a time, in one process of the provider.
#[test]
fn two_plans_of_one_configuration_do_not_wait_for_each_other() {
    let netbox = seeded();
    let before = netbox.census();
    let west = plan_named("west");
    let begin = west.find("resource \"hedgehog_topology_plan\"").unwrap();
    let west = west[begin..].replace("\"tiny\" {", "\"west\" {");
    // The type is there before; neither plan makes it.
    let both = (plan_named("east") + &west).replace("acme/Card", "acme/NIC");
    let workspace = Workspace::new(&netbox, &both);
    workspace.apply(&["-parallelism=10"]);
    let ids = ["tiny", "west"].map(|plan| {
        let plan = workspace.resource(&format!("hedgehog_topology_plan.{plan}"));
        assert_eq!(plan["complete"], true);
        plan["device_ids"]
            .as_object()
            .unwrap()
            .values()
            .map(Value::to_string)
            .collect::<BTreeSet<_>>()
    });
    assert!(!ids[0].is_empty() && ids[0].len() == ids[1].len());
    assert!(ids[0].is_disjoint(&ids[1]));
    workspace.destroy(&["-parallelism=10"]).succeeds();
    assert_eq!(netbox.census(), before);
}
