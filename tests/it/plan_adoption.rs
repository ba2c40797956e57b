//! An inventory that the DIET plugin generated becomes a plan's.

use std::collections::BTreeMap;

use hedgehog::tf::value::Value;
use serde_json::{Value as Json, json};

use crate::support::core::{Applied, Core, Planned, failed};
use crate::support::diet::{self, patch, rows};
use crate::support::fake_netbox::Fault;
use crate::support::world::{World, fine, plan, value, words};

const PLAN: &str = "hedgehog_topology_plan";

/// Leaves an inventory of DIET, and tells the ids of its devices.
async fn seed(world: &World, core: &mut Core, quantity: u32) -> BTreeMap<String, u64> {
    let config = value(core, &plan(quantity));
    let state = fine(core.run(&Applied::default(), Some(config)).await);
    diet::disguise(&world.server).await;
    let ids = state.state.unwrap().get("device_ids").clone();
    let ids = ids.as_map().unwrap().iter();
    ids.map(|(name, id)| (name.clone(), id.as_u64().unwrap()))
        .collect()
}

/// The plan, with so many servers, that takes DIET's plan 12 over, and its configuration.
async fn taking_over(core: &mut Core, quantity: u32) -> (Planned, Value) {
    let imported = fine(core.import("diet:12:small").await);
    let read = fine(core.read(&imported).await);
    let config = value(core, &plan(quantity));
    let planned = core
        .plan(read.state.as_ref(), &read.private, Some(config.clone()))
        .await;
    (planned, config)
}

fn writes(world: &World) -> usize {
    let requests = world.fake.requests();
    requests
        .iter()
        .filter(|request| !request.starts_with("GET"))
        .count()
}

async fn cable_ids(world: &World) -> Vec<u64> {
    let rows = rows(&world.server, "dcim/cables").await;
    rows.iter().map(|row| row["id"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn an_inventory_of_diet_keeps_its_ids_and_gets_our_marks() {
    let world = World::start().await;
    let mut core = world.core(PLAN).await;
    let ids = seed(&world, &mut core, 2).await;
    let cables = cable_ids(&world).await;
    let before = writes(&world);
    let (planned, config) = taking_over(&mut core, 2).await;
    let said = words(&planned.diagnostics);
    assert!(!failed(&planned.diagnostics), "{said}");
    assert!(
        said.contains("5 devices, 2 modules and 8 cables become"),
        "{said}"
    );
    assert!(
        !said.contains("Besides") && !said.contains("Not wanted"),
        "{said}"
    );
    let change = planned.planned.as_ref().unwrap().get("last_change").clone();
    let counts: Vec<_> = change
        .as_map()
        .unwrap()
        .values()
        .map(Value::as_u32)
        .collect();
    assert_eq!(counts, [Some(0); 5]);
    assert_eq!(writes(&world), before, "the plan is a dry run");

    let done = fine(core.apply(&planned, Some(config.clone())).await);
    let state = done.state.as_ref().unwrap();
    for (name, id) in &ids {
        assert_eq!(
            state.get("device_ids").get(name).as_u64(),
            Some(*id),
            "{name}"
        );
    }
    assert_eq!(cable_ids(&world).await, cables);
    for path in ["dcim/devices", "dcim/cables", "dcim/modules"] {
        for row in rows(&world.server, path).await {
            let marker = row["custom_fields"]["hedgehog_plan_id"].as_str();
            assert_eq!(marker, state.get("id").as_str(), "{path} {row}");
        }
    }
    let read = fine(core.read(&done).await);
    let again = core
        .plan(read.state.as_ref(), &read.private, Some(config))
        .await;
    assert_eq!(again.planned, done.state, "nothing to do");
    assert_eq!(words(&again.diagnostics), "");

    // A port of a template stays with its switch when it is of no use any more.
    let mut fewer = plan(2);
    fewer["switch_classes"]["leaf"]["zone"]["uplinks"]["ports"] = json!("2");
    let fewer = value(&core, &fewer);
    let done = fine(core.run(&done, Some(fewer)).await);
    assert!(cable_ids(&world).await.len() < cables.len());
    let ports = rows(&world.server, "dcim/interfaces").await;
    let templates = |switch: &str| {
        let of = ports.iter().filter(|row| row["device"]["name"] == switch);
        let names = of.filter_map(|row| row["name"].as_str());
        names.filter(|name| name.matches('/').count() == 1).count()
    };
    assert_eq!(["leaf-01", "leaf-02", "spine-01"].map(templates), [16; 3]);
    assert!(fine(core.run(&done, None).await).state.is_none());
    assert_eq!(rows(&world.server, "dcim/devices").await.len(), 0);
}

/// Who thinks better of it removes nothing: what has DIET's mark is DIET's.
#[tokio::test]
async fn an_inventory_that_was_not_taken_over_yet_outlives_its_plan() {
    let world = World::start().await;
    let mut core = world.core(PLAN).await;
    seed(&world, &mut core, 1).await;
    let imported = fine(core.import("diet:12:small").await);
    let read = fine(core.read(&imported).await);
    let census = world.census().await;
    let before = writes(&world);
    let gone = fine(core.run(&read, None).await);
    assert!(gone.state.is_none());
    assert_eq!(world.census().await, census);
    assert_eq!(writes(&world), before);
}

#[tokio::test]
async fn what_the_plan_does_not_want_stays() {
    let world = World::start().await;
    let mut core = world.core(PLAN).await;
    let ids = seed(&world, &mut core, 2).await;
    let (planned, config) = taking_over(&mut core, 1).await;
    let said = words(&planned.diagnostics);
    assert!(
        said.contains("left as they are (1):\n  compute-002 (the plan has no compute/2)"),
        "{said}"
    );
    let done = fine(core.apply(&planned, Some(config.clone())).await);
    let left = world.server.get("dcim/devices/?name=compute-002").await;
    assert_eq!(left["results"][0]["id"].as_u64(), Some(ids["compute-002"]));
    assert_eq!(
        left["results"][0]["custom_fields"]["hedgehog_plan_id"],
        "12"
    );
    assert_eq!(cable_ids(&world).await.len(), 8, "its cables too");
    let read = fine(core.read(&done).await);
    let again = core
        .plan(read.state.as_ref(), &read.private, Some(config))
        .await;
    assert_eq!(again.planned, done.state, "nothing to do");
}

#[tokio::test]
async fn what_somebody_put_beside_a_module_of_diet_stays() {
    let world = World::start().await;
    let mut core = world.core(PLAN).await;
    let ids = seed(&world, &mut core, 1).await;
    let device = ids["compute-001"];
    let card = rows(&world.server, "dcim/modules").await.remove(0);
    let bay = json!({"device": device, "name": "PSU"});
    let (_, bay) = world.server.send("POST", "dcim/module-bays/", &bay).await;
    let supply = json!({"device": device, "module_bay": bay["id"], "status": "active",
        "module_type": card["module_type"]["id"]});
    let (status, supply) = world.server.send("POST", "dcim/modules/", &supply).await;
    assert_eq!(status, 201, "{supply}");
    let (planned, config) = taking_over(&mut core, 1).await;
    let said = words(&planned.diagnostics);
    assert!(said.contains("4 devices, 1 modules and"), "{said}");
    fine(core.apply(&planned, Some(config)).await);
    let path = format!("dcim/modules/{}/", supply["id"]);
    let left = world.server.get(&path).await;
    assert_eq!(left["id"], supply["id"]);
    assert_eq!(left["custom_fields"]["hedgehog_plan_id"], Json::Null);
}

/// A cable of somebody on a port that the plan needs is told before anything is marked.
#[tokio::test]
async fn a_cable_in_the_way_of_a_take_over_is_told_first() {
    let world = World::start().await;
    let mut core = world.core(PLAN).await;
    let ids = seed(&world, &mut core, 2).await;
    // The server that stays behind has the port that another one is to have.
    for (name, other) in [
        ("compute-001", "compute-003"),
        ("compute-002", "compute-001"),
    ] {
        let row = json!({"id": ids[name]});
        patch(&world.server, "dcim/devices", &row, json!({"name": other})).await;
    }
    let before = writes(&world);
    let (planned, _) = taking_over(&mut core, 1).await;
    let said = words(&planned.diagnostics);
    assert!(failed(&planned.diagnostics), "{said}");
    assert!(said.contains("E1/1") && said.contains("cable"), "{said}");
    assert_eq!(writes(&world), before);
}

/// Applies that end after a few writes, and states that are lost: each import goes on where the last one ended,
/// and no mark is written twice. When all devices are the plan's, its name is enough.
#[tokio::test]
async fn a_take_over_whose_state_is_lost_is_imported_again() {
    let world = World::start().await;
    let mut core = world.core(PLAN).await;
    let ids = seed(&world, &mut core, 2).await;
    let cables = cable_ids(&world).await;
    let config = value(&core, &plan(2));
    let mut id = "diet:12:small";
    for round in 0.. {
        assert!(round < 20, "it does not get on");
        let imported = core.import(id).await;
        if failed(&imported.diagnostics) {
            let said = words(&imported.diagnostics);
            assert!(
                round > 0 && said.contains("Import it by its name"),
                "{said}"
            );
            id = "small";
            continue;
        }
        let read = fine(core.read(&imported).await);
        world
            .fake
            .plan_faults(std::iter::repeat_n(Fault::None, 3).chain([Fault::Invalid; 200]));
        let done = core.run(&read, Some(config.clone())).await;
        world.fake.clear_faults();
        world.fake.advance(3_600);
        if !failed(&done.diagnostics) {
            let state = done.state.unwrap();
            for (name, id) in &ids {
                assert_eq!(state.get("device_ids").get(name).as_u64(), Some(*id));
            }
            assert!(round > 1 && state.get("adopts").is_null());
            break;
        }
    }
    assert_eq!(cable_ids(&world).await, cables);
}

#[tokio::test]
async fn what_cannot_be_taken_over_is_said() {
    let world = World::start().await;
    let mut core = world.core(PLAN).await;
    let config = value(&core, &plan(1));
    fine(core.run(&Applied::default(), Some(config)).await);
    for (id, expected) in [
        ("diet:12:small", "Import it by its name"),
        ("diet:13:other", "hedgehog_plan_id 13"),
        ("diet:x:other", "No such plan"),
    ] {
        let answer = core.import(id).await;
        let said = words(&answer.diagnostics);
        assert!(
            failed(&answer.diagnostics) && said.contains(expected),
            "{id}: {said}"
        );
    }
}

/// Whatever write of it has no answer, or is refused for now, a take-over goes on and ends the same.
#[tokio::test]
async fn a_passing_fault_does_not_end_a_take_over() {
    let world = World::start().await;
    let mut core = world.core(PLAN).await;
    let ids = seed(&world, &mut core, 2).await;
    let cables = cable_ids(&world).await;
    let (planned, config) = taking_over(&mut core, 2).await;
    let prepared = world.fake.tables();
    let before = writes(&world);
    fine(core.apply(&planned, Some(config.clone())).await);
    let all = writes(&world) - before;
    assert!(all > 3, "{all} writes");
    for fault in [Fault::Lost(502), Fault::Refused(502)] {
        for others in 0..all {
            world.fake.put_back(&prepared);
            let faults = std::iter::repeat_n(Fault::None, others).chain([fault]);
            world.fake.plan_faults(faults);
            let done = core.apply(&planned, Some(config.clone())).await;
            world.fake.clear_faults();
            let said = words(&done.diagnostics);
            assert!(!failed(&done.diagnostics), "{fault:?} {others}: {said}");
            let state = done.state.unwrap();
            assert_eq!(state.get("complete").as_bool(), Some(true));
            for (name, id) in &ids {
                assert_eq!(state.get("device_ids").get(name).as_u64(), Some(*id));
            }
            assert_eq!(cable_ids(&world).await, cables, "{fault:?} {others}");
            for path in ["dcim/devices", "dcim/cables", "dcim/modules"] {
                for row in rows(&world.server, path).await {
                    let marker = row["custom_fields"]["hedgehog_plan_id"].as_str();
                    assert_eq!(marker, state.get("id").as_str(), "{fault:?} {others} {row}");
                }
            }
        }
    }
}

#[tokio::test]
async fn what_a_take_over_leaves_is_told_with_its_reason() {
    let world = World::start().await;
    let mut core = world.core(PLAN).await;
    let ids = seed(&world, &mut core, 2).await;
    let prepared = world.fake.tables();
    let no_class = json!({"custom_fields": {"hedgehog_class": null}});
    for (device, body, told) in [
        (
            "compute-002",
            json!({}),
            "compute-002 (the plan has no compute/2)",
        ),
        (
            "compute-001",
            no_class,
            "compute-001 (its hedgehog_class is empty)",
        ),
        (
            "compute-001",
            json!({"name": "lone"}),
            "lone (its name has no number at the end)",
        ),
        (
            "compute-002",
            json!({"name": "twin-1"}),
            "twin-1 (another one is compute/1, too)",
        ),
    ] {
        world.fake.put_back(&prepared);
        let path = format!("dcim/devices/{}/", ids[device]);
        assert_eq!(world.server.send("PATCH", &path, &body).await.0, 200);
        let (planned, _) = taking_over(&mut core, 1).await;
        let said = words(&planned.diagnostics);
        assert!(said.contains(told), "{told} is not in {said}");
    }
}
