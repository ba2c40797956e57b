//! An inventory that the DIET plugin generated, on a `NetBox` with DIET's custom fields, becomes a plan's.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::support::proxy::Proxy;
use crate::support::tiny::{PLAN, TINY, seeded};
use crate::support::victim::Victim;
use crate::support::{NetBox, Workspace};

/// DIET's custom fields, and what it registers them on.
const FIELDS: [(&str, &[&str]); 9] = [
    (
        "hedgehog_plan_id",
        &["dcim.device", "dcim.interface", "dcim.cable"],
    ),
    ("hedgehog_class", &["dcim.device"]),
    ("hedgehog_fabric", &["dcim.device"]),
    ("hedgehog_fabric_class", &["dcim.device"]),
    ("hedgehog_role", &["dcim.device"]),
    ("boot_mac", &["dcim.device"]),
    ("hedgehog_zone", &["dcim.interface"]),
    ("hedgehog_physical_port", &["dcim.interface"]),
    ("hedgehog_breakout_index", &["dcim.interface"]),
];

/// DIET's plan has the number 12.
const DIETS: &str = "12";
const IMPORT: [&str; 4] = ["import", "-no-color", PLAN, "diet:12:tiny"];

fn id(row: &Value) -> u64 {
    row["id"].as_u64().unwrap()
}

/// Leaves what the plan made as DIET would have made it.
fn as_diet_makes_it(netbox: &NetBox) {
    let tag = "hedgehog-generated";
    let ours = netbox.all("extras/tags", "slug__isw=hedgehog");
    netbox.post("extras/tags", &json!({"name": tag, "slug": tag}));
    for collection in ["dcim/devices", "dcim/cables"] {
        for row in netbox.all(collection, "") {
            let body = json!({
                "tags": [{"slug": tag}],
                "custom_fields": {"hedgehog_plan_id": DIETS},
            });
            netbox.patch(collection, id(&row), &body);
        }
    }
    for row in netbox.all("dcim/interfaces", "") {
        let used = !row["custom_fields"]["hedgehog_zone"].is_null();
        let number = used.then_some(DIETS);
        let body = json!({"enabled": true, "custom_fields": {"hedgehog_plan_id": number}});
        netbox.patch("dcim/interfaces", id(&row), &body);
    }
    for row in ours {
        netbox.delete("extras/tags", id(&row));
    }
    let diets: BTreeMap<_, _> = FIELDS.into_iter().collect();
    for field in netbox.all("extras/custom-fields", "") {
        match diets.get(field["name"].as_str().unwrap()) {
            Some(on) => {
                let body = json!({"object_types": on});
                netbox.patch("extras/custom-fields", id(&field), &body);
            }
            None => netbox.delete("extras/custom-fields", id(&field)),
        }
    }
}

fn ids(netbox: &NetBox) -> BTreeMap<&'static str, Vec<u64>> {
    let collections = [
        "dcim/devices",
        "dcim/cables",
        "dcim/modules",
        "dcim/interfaces",
    ];
    let all = |collection| netbox.all(collection, "fields=id").iter().map(id).collect();
    collections.map(|c| (c, all(c))).into_iter().collect()
}

/// The configuration of a plan whose inventory DIET has made, and the plan's totals.
fn of_diet(netbox: &NetBox) -> (Workspace, Value) {
    let optics = "transceiver = \"acme/Optic\"";
    // DIET has no bays for optics.
    let configuration = TINY.replace(&format!(", {optics}"), "");
    let configuration = configuration.replace("transceiver  = \"acme/Optic\"", "");
    let workspace = Workspace::new(netbox, &configuration);
    workspace.apply(&[]);
    let totals = workspace.resource(PLAN)["totals"].clone();
    workspace.run(&["state", "rm", PLAN]).succeeds();
    as_diet_makes_it(netbox);
    (workspace, totals)
}

#[test]
fn an_inventory_of_diet_keeps_its_objects() {
    let netbox = seeded();
    let (workspace, totals) = of_diet(&netbox);
    let note = json!({"comments": "checked", "tags": [{"slug": "hedgehog-generated"}]});
    let server = netbox.one("dcim/devices", "name=compute-001");
    netbox.patch("dcim/devices", id(&server), &note);
    let (before, as_diet_left_it) = (ids(&netbox), netbox.inventory());

    workspace.run(&IMPORT).succeeds();
    let planned = workspace.plan(&[]).succeeds();
    let count = |what: &str| totals[what].as_u64().unwrap();
    let [devices, modules, cables] = ["devices", "modules", "cables"].map(count);
    let said =
        format!("{devices} devices, {modules} modules and {cables} cables become this plan's");
    assert!(planned.text.contains(&said), "{}", planned.text);
    assert_eq!(netbox.inventory(), as_diet_left_it, "the plan is a dry run");

    workspace.apply(&[]);
    assert_eq!(ids(&netbox), before, "no object was made anew");
    workspace.assert_nothing_to_do(&[]);
    let marked = |name: &str| {
        let rows = netbox.all("dcim/interfaces", &format!("name={name}"));
        let marker = |row: &Value| row["custom_fields"]["hedgehog_plan_id"].is_string();
        rows.iter().map(marker).collect::<Vec<_>>()
    };
    assert_eq!(
        marked("E1/3"),
        [false; 3],
        "ports of templates are not ours"
    );
    assert_eq!(marked("E1/1/1"), [true; 2], "ports of broken out cages are");
    let server = netbox.one("dcim/devices", "name=compute-001");
    assert_eq!(server["comments"], "checked");

    workspace.edit("ports = \"2-3\"", "ports = \"2\"");
    workspace.apply(&[]);
    assert_eq!(netbox.count("dcim/cables", ""), 4, "two uplinks less");
    let others = |ids: &BTreeMap<&'static str, Vec<u64>>| ids["dcim/interfaces"].clone();
    assert_eq!(others(&ids(&netbox)), others(&before), "no port went");
    workspace.destroy(&[]).succeeds();
    assert_eq!(netbox.count("dcim/devices", ""), 0);
}

/// Each apply is killed when a few writes were carried out, until one gets through.
#[test]
fn a_take_over_that_is_killed_goes_on() {
    let netbox = seeded();
    let (mut workspace, _) = of_diet(&netbox);
    let proxy = Proxy::before(&netbox);
    workspace.set("NETBOX_SERVER_URL", &proxy.url);
    let before = ids(&netbox);
    workspace.run(&IMPORT).succeeds();
    let mut kills = 0;
    loop {
        let victim = Victim::default();
        let provider = victim.clone();
        proxy.strike(3, true, move || provider.kill_provider());
        let run = workspace.apply_watched(&victim);
        if proxy.calm() {
            assert_eq!(run.code, 0, "after {kills} kills: {}", run.text);
            break;
        }
        assert_ne!(run.code, 0, "{}", run.text);
        proxy.outlast_lease();
        kills += 1;
        assert!(kills < 20, "it does not get on");
    }
    // Fields and roles come first: some of these kills are in the middle of the marks.
    assert!(kills >= 3, "{kills} kills");
    assert_eq!(ids(&netbox), before, "no object was made anew");
    for collection in ["dcim/devices", "dcim/cables", "dcim/modules"] {
        for row in netbox.all(collection, "") {
            let marker = row["custom_fields"]["hedgehog_plan_id"].as_str();
            assert_eq!(marker.map(str::len), Some(32), "{collection}: {row}");
        }
    }
    workspace.assert_nothing_to_do(&[]);
}
