//! A plan whose state, or the record in it, is lost: both come back from `NetBox` alone.

use hedgehog::tf::value::Value;
use serde_json::json;

use crate::support::core::{Applied, Core, failed};
use crate::support::world::{World, applied, fine, plan, value, words};

const PLAN: &str = "hedgehog_topology_plan";

/// A plan of two servers, applied.
async fn before() -> (World, Core, Value, Applied) {
    let (world, core, state) = applied(2).await;
    let config = value(&core, &plan(2));
    (world, core, config, state)
}

/// Requests that wrote since, without those to tags.
fn writes(world: &World, since: usize) -> Vec<String> {
    let all = world.fake.requests();
    let wrote = all.into_iter().skip(since);
    wrote
        .filter(|request| !request.starts_with("GET") && !request.contains("extras/tags"))
        .collect()
}

#[track_caller]
fn nothing_changes(change: &Value) {
    let counts = change.as_map().unwrap().values();
    let counts: Vec<_> = counts.map(|count| count.as_u32().unwrap()).collect();
    assert_eq!(counts, [0; 5]);
}

#[tokio::test]
async fn an_imported_plan_is_updated_without_a_write() {
    let (world, mut core, config, state) = before().await;
    let since = world.fake.requests().len();
    let imported = fine(core.import("small").await);
    let read = fine(core.read(&imported).await);
    let (old, new) = (state.state.as_ref().unwrap(), read.state.as_ref().unwrap());
    for name in ["id", "name", "site", "cabling", "device_ids", "complete"] {
        assert_eq!(new.get(name), old.get(name), "{name}");
    }
    let planned = core
        .plan(read.state.as_ref(), &read.private, Some(config.clone()))
        .await;
    assert_eq!(words(&planned.diagnostics), "");
    let shown = planned.planned.clone().unwrap();
    nothing_changes(shown.get("last_change"));
    assert_eq!(shown.get("cabling"), old.get("cabling"));
    let done = fine(core.apply(&planned, Some(config.clone())).await);
    assert_eq!(writes(&world, since), Vec::<String>::new());
    assert_eq!(done.private, state.private, "the record is as it was");
    let read = fine(core.read(&done).await);
    let again = core
        .plan(read.state.as_ref(), &read.private, Some(config))
        .await;
    assert_eq!(again.planned, done.state, "nothing to do");
}

/// What somebody renamed is what it was: the apply gives it its name back, and neither adds nor moves.
#[tokio::test]
async fn devices_that_were_renamed_by_hand_are_the_same_after_an_import() {
    let (world, mut core, config, state) = before().await;
    let id = |name: &str| {
        let ids = state.state.as_ref().unwrap().get("device_ids");
        ids.get(name).as_u64().unwrap()
    };
    // Two that swapped their names, and one that got another.
    for (name, by_hand) in [
        ("leaf-01", "parked"),
        ("leaf-02", "leaf-01"),
        ("leaf-01", "leaf-02"),
        ("compute-002", "box-2"),
    ] {
        let path = format!("dcim/devices/{}/", id(name));
        let body = json!({"name": by_hand});
        assert_eq!(world.server.send("PATCH", &path, &body).await.0, 200);
    }
    let imported = fine(core.import("small").await);
    let read = fine(core.read(&imported).await);
    assert!(
        read.state
            .as_ref()
            .unwrap()
            .get("device_ids")
            .get("box-2")
            .as_u64()
            .is_some()
    );
    let planned = core
        .plan(read.state.as_ref(), &read.private, Some(config.clone()))
        .await;
    nothing_changes(planned.planned.as_ref().unwrap().get("last_change"));
    let done = fine(core.apply(&planned, Some(config)).await);
    let (old, new) = (state.state.as_ref().unwrap(), done.state.as_ref().unwrap());
    for name in ["device_ids", "cabling"] {
        assert_eq!(new.get(name), old.get(name), "{name}");
    }
}

/// Nothing in `NetBox` tells where a plan without devices stood.
#[tokio::test]
async fn a_plan_without_devices_may_stand_anywhere() {
    let world = World::start().await;
    let mut core = world.core(PLAN).await;
    let config = value(&core, &plan(0)).with("status", "archived");
    fine(core.run(&Applied::default(), Some(config.clone())).await);
    let imported = fine(core.import("small").await);
    let read = fine(core.read(&imported).await);
    let done = fine(core.run(&read, Some(config)).await);
    assert_eq!(done.state.unwrap().get("status").as_str(), Some("archived"));
}

#[tokio::test]
async fn a_lost_record_is_read_back_with_a_warning() {
    let (world, mut core, config, state) = before().await;
    for private in [Vec::new(), b"nonsense".to_vec()] {
        let since = world.fake.requests().len();
        let damaged = Applied {
            private,
            ..state.clone()
        };
        let read = fine(core.read(&damaged).await);
        assert!(words(&read.diagnostics).contains("record is lost"));
        assert_eq!(read.state, state.state);
        let planned = core
            .plan(read.state.as_ref(), &read.private, Some(config.clone()))
            .await;
        assert_eq!(planned.planned, state.state, "nothing to do");
        let grown = value(&core, &plan(1));
        let planned = core
            .plan(read.state.as_ref(), &read.private, Some(grown))
            .await;
        let change = planned.planned.unwrap().get("last_change").clone();
        assert_eq!(change.get("cables_moved").as_u32(), Some(0));
        assert_eq!(change.get("cables_removed").as_u32(), Some(2));
        assert_eq!(writes(&world, since), Vec::<String>::new());
    }
}

/// What was pulled while the record was lost is placed again, and moves nothing else.
#[tokio::test]
async fn a_cable_that_is_missing_comes_back_after_an_import() {
    let (world, mut core, config, state) = before().await;
    let found = world.server.get("dcim/cables/?limit=1").await;
    let path = format!("dcim/cables/{}/", found["results"][0]["id"]);
    assert_eq!(
        world.server.send("DELETE", &path, &json!(null)).await.0,
        204
    );
    let imported = fine(core.import("small").await);
    let read = fine(core.read(&imported).await);
    let planned = core
        .plan(read.state.as_ref(), &read.private, Some(config.clone()))
        .await;
    let change = planned.planned.clone().unwrap().get("last_change").clone();
    assert_eq!(change.get("cables_added").as_u32(), Some(1));
    assert_eq!(change.get("cables_moved").as_u32(), Some(0));
    let done = fine(core.apply(&planned, Some(config)).await);
    let cabling = |applied: &Applied| applied.state.as_ref().unwrap().get("cabling").clone();
    assert_eq!(cabling(&done), cabling(&state));
}

#[tokio::test]
async fn what_cannot_be_imported_is_said() {
    let (world, mut core, _, _) = before().await;
    let tags = world.server.get("extras/tags/?slug__isw=hedgehog-").await;
    let tag = &tags["results"][0];
    let path = format!("extras/tags/{}/", tag["id"]);
    let description = tag["description"].as_str().unwrap().to_owned();
    let (complete, other) = ("phase=complete", "something else");
    let cases: [(&str, String, &[&str]); 5] = [
        (
            "larger",
            description.clone(),
            &["\"larger\"", "hedgehog-small-"],
        ),
        (
            "Small",
            description.clone(),
            &["letter by letter", "hedgehog-small-"],
        ),
        ("small", other.to_owned(), &["not that of a plan"]),
        (
            "small",
            description.replace(complete, "phase=unfinished"),
            &["terraform apply"],
        ),
        (
            "small",
            description.replace(complete, "phase=applying"),
            &["Run "],
        ),
    ];
    for (name, description, expected) in cases {
        let body = json!({"description": description});
        assert_eq!(world.server.send("PATCH", &path, &body).await.0, 200);
        let answer = core.import(name).await;
        let said = words(&answer.diagnostics);
        assert!(
            failed(&answer.diagnostics) && answer.state.is_none(),
            "{name}"
        );
        for part in expected {
            assert!(said.contains(part), "{name}: \"{part}\" is not in {said}");
        }
    }
    let body = json!({"description": description.replace(complete, "phase=incomplete")});
    world.server.send("PATCH", &path, &body).await;
    let answer = fine(core.import("small").await);
    assert!(words(&answer.diagnostics).contains("did not finish"));
    assert_eq!(answer.state.unwrap().get("complete").as_bool(), Some(false));
}
