//! What others put on things that a change removes: the plan says so first.

use serde_json::{Value as Json, json};

use crate::support::core::failed;
use crate::support::world::{World, applied, plan, value, words};

async fn post(world: &World, path: &str, body: Json) -> Json {
    let (status, made) = world.server.send("POST", path, &body).await;
    assert_eq!(status, 201, "{made}");
    made
}

/// The first of that name.
async fn named(world: &World, query: &str) -> Json {
    world.server.get(query).await["results"][0].clone()
}

/// A server that goes, and its cables; what moves loses nothing.
#[tokio::test]
async fn a_plan_lists_what_goes_with_devices_and_cables() {
    let (world, mut core, state) = applied(2).await;
    let device = named(&world, "dcim/devices/?name=compute-002").await["id"].clone();
    let bay = post(
        &world,
        "dcim/module-bays/",
        json!({"device": device, "name": "theirs"}),
    )
    .await;
    let optic = named(&world, "dcim/module-types/?model=Optic%20200G").await;
    let module = json!({"device": device, "module_bay": bay["id"], "module_type": optic["id"]});
    post(&world, "dcim/modules/", module).await;
    let bond = json!({"device": device, "name": "bond0", "type": "lag"});
    post(&world, "dcim/interfaces/", bond).await;
    let port = named(
        &world,
        &format!("dcim/interfaces/?device_id={device}&name=fe-p0"),
    )
    .await;
    let cable = &port["cable"]["id"];
    let noted = json!({"length": 3, "length_unit": "m", "color": "00ff00", "comments": "Bent."});
    let path = format!("dcim/cables/{cable}/");
    assert_eq!(world.server.send("PATCH", &path, &noted).await.0, 200);

    let mut moved = plan(2);
    moved["switch_classes"]["leaf"]["zone"]["servers"]["ports"] = json!("9");
    let cable = format!("cable {cable} (");
    let lost = [
        "compute-002: module Optic 200G in bay theirs",
        "compute-002: interface bond0 (lag)",
        &cable,
        "): color 00ff00, length 3 m, comments",
    ];
    for (config, lost) in [(plan(1), &lost[..]), (moved, &[])] {
        let config = value(&core, &config);
        let planned = core
            .plan(state.state.as_ref(), &state.private, Some(config))
            .await;
        let said = words(&planned.diagnostics);
        assert!(!failed(&planned.diagnostics), "{said}");
        assert_eq!(
            said.contains("Data of others goes"),
            !lost.is_empty(),
            "{said}"
        );
        for line in lost {
            assert!(said.contains(line), "{line} is not in {said}");
        }
    }
}
