//! A type that its state has lost, taken into another one.

use serde_json::json;

use crate::support::world::{World, fine, value, words};
use crate::type_owners::{CARD, card, made};

/// What a state has lost comes back with its mark, however its block is written; it is changed in place.
#[tokio::test]
async fn a_type_that_a_state_lost_is_imported() {
    let blank = json!({"manufacturer": "NVIDIA", "model": "BlueField-3"});
    let mut bays = card(&["p0", "p1"]);
    bays["optic_bays"] = json!(true);
    let mut written_out = card(&["E1/1"]);
    for (name, value) in [("model", "DS 1"), ("slug", "ds-1"), ("part_number", "4711")] {
        written_out[name] = json!(value);
    }
    let switch = json!({"profile": "celestica-ds2000", "u_height": 2, "is_full_depth": false});
    for (resource, config, id) in [
        (CARD, blank, "nvidia/BlueField-3"),
        (CARD, bays, "other/Card"),
        ("hedgehog_device_type", written_out, "other/ds-1"),
        ("hedgehog_device_type", switch, "celestica/celestica-ds2000"),
    ] {
        let world = World::start().await;
        let mut core = world.core(resource).await;
        let made = made(&mut core, &config).await;
        let imported = core.import(id).await;
        assert_eq!(words(&imported.diagnostics), "", "{id}");
        let read = fine(core.read(&imported).await);
        assert_eq!(read.state, imported.state, "{id}");
        for name in ["part_number", "u_height", "is_full_depth"] {
            let had = made.state.as_ref().unwrap().get(name);
            assert_eq!(read.state.as_ref().unwrap().get(name), had, "{id}: {name}");
        }
        let config = value(&core, &config);
        let plan = core
            .plan(read.state.as_ref(), &read.private, Some(config.clone()))
            .await;
        assert_eq!(plan.requires_replace.len(), 0, "{id}");
        let before = world.fake.count();
        let done = fine(core.apply(&plan, Some(config)).await);
        assert_eq!(done.state, made.state, "{id}");
        assert_eq!(world.fake.writes_since(before).len(), 0, "{id}");
        assert!(fine(core.run(&done, None).await).state.is_none());
        let left = world.server.get("dcim/manufacturers/").await;
        let left: Vec<&str> = left["results"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|row| row["slug"].as_str())
            .collect();
        assert_eq!(left, ["acme"], "{id}");
    }
}

/// What no import can take, or needs to.
#[tokio::test]
async fn a_type_that_is_not_ours_is_not_imported() {
    let world = World::start().await;
    let mut core = world.core(CARD).await;
    for (id, part) in [
        ("Card", "\"Card\" has no \"/\""),
        ("other/Card", "NetBox has no such module type"),
        ("acme/NIC 2x200/a", "A type of others needs no import"),
    ] {
        let refused = core.import(id).await;
        let said = words(&refused.diagnostics);
        assert!(said.contains(part), "{id}: {said}");
        assert!(refused.state.is_none());
    }
}
