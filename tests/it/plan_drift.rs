//! What others change in `NetBox` between two runs: said before anything is written.

use serde_json::{Value as Json, json};

use crate::support::applied::{cable, interface};
use crate::support::core::{Applied, Core, Planned, failed};
use crate::support::world::{World, applied, fine, plan, unknown_at, value, words};

/// What `terraform plan` does: refresh, then plan.
async fn replan(core: &mut Core, state: &Applied, quantity: u32) -> Planned {
    let read = fine(core.read(state).await);
    let config = value(core, &plan(quantity));
    core.plan(read.state.as_ref(), &read.private, Some(config))
        .await
}

fn writes(world: &World) -> usize {
    let requests = world.fake.requests();
    requests
        .iter()
        .filter(|request| !request.starts_with("GET"))
        .count()
}

/// A device and its cables.
async fn delete_device(world: &World, name: &str) {
    let found = world
        .server
        .get(&format!("dcim/devices/?name={name}"))
        .await;
    let device = found["results"][0]["id"].as_u64().unwrap();
    let path = format!("dcim/interfaces/?device_id={device}&limit=1000");
    for row in world.server.get(&path).await["results"].as_array().unwrap() {
        if let Some(cable) = row["cable"]["id"].as_u64() {
            let path = format!("dcim/cables/{cable}/");
            assert_eq!(world.server.send("DELETE", &path, &Json::Null).await.0, 204);
        }
    }
    let path = format!("dcim/devices/{device}/");
    assert_eq!(world.server.send("DELETE", &path, &Json::Null).await.0, 204);
}

#[tokio::test]
async fn a_device_that_goes_after_the_plan_stops_the_apply() {
    let (world, mut core, state) = applied(1).await;
    let planned = replan(&mut core, &state, 2).await;
    delete_device(&world, "compute-001").await;
    let before = writes(&world);
    let config = value(&core, &plan(2));
    let stopped = core.apply(&planned, Some(config)).await;
    let said = words(&stopped.diagnostics);
    assert!(
        failed(&stopped.diagnostics) && said.contains("compute-001 had the id"),
        "{said}"
    );
    assert_eq!(writes(&world), before);

    let planned = replan(&mut core, &stopped, 2).await;
    let config = value(&core, &plan(2));
    let done = fine(core.apply(&planned, Some(config)).await);
    let again = replan(&mut core, &done, 2).await;
    assert_eq!(again.planned, done.state, "nothing to do");
}

#[tokio::test]
async fn devices_without_their_mark_are_not_gone() {
    let (world, mut core, state) = applied(1).await;
    for path in ["dcim/devices", "dcim/cables"] {
        let rows = world.server.get(&format!("{path}/?limit=1000")).await;
        for row in rows["results"].as_array().unwrap() {
            let body = json!({"custom_fields": {"hedgehog_plan_id": null}});
            let path = format!("{path}/{}/", row["id"]);
            assert_eq!(world.server.send("PATCH", &path, &body).await.0, 200);
        }
    }
    let tags = world.server.get("extras/tags/?slug__isw=hedgehog-").await;
    let path = format!("extras/tags/{}/", tags["results"][0]["id"]);
    assert_eq!(world.server.send("DELETE", &path, &Json::Null).await.0, 204);
    let read = core.read(&state).await;
    let said = words(&read.diagnostics);
    assert!(
        failed(&read.diagnostics) && read.state == state.state,
        "{said}"
    );
    for device in ["compute-001", "leaf-01", "leaf-02", "spine-01"] {
        assert!(said.contains(device), "{device}: {said}");
    }
}

#[tokio::test]
async fn a_foreign_cable_on_our_port_is_named_in_the_plan() {
    let (world, mut core, state) = applied(1).await;
    let target = crate::support::applied::target(&world.server, "small");
    let id = state
        .state
        .as_ref()
        .unwrap()
        .get("id")
        .as_str()
        .unwrap()
        .to_owned();
    let mut target = target;
    target.scope.plan_id = hedgehog::reconcile::PlanId::parse(&id).unwrap();
    let observed = crate::support::applied::look(&world.server, &target)
        .await
        .unwrap();
    let ours = interface(&world.server, &observed, "compute-001", "fe-p0").await;
    let row = world.server.get(&format!("dcim/interfaces/{ours}/")).await;
    let path = format!("dcim/cables/{}/", row["cable"]["id"]);
    assert_eq!(world.server.send("DELETE", &path, &Json::Null).await.0, 204);
    let device = observed.device_ids()["spine-01"];
    let body = json!({"device": device, "name": "mine", "type": "other"});
    let (_, other) = world.server.send("POST", "dcim/interfaces/", &body).await;
    let foreign = cable(&world.server, ours, other["id"].as_u64().unwrap()).await;

    let before = writes(&world);
    let planned = replan(&mut core, &state, 1).await;
    let said = words(&planned.diagnostics);
    let named = format!("compute-001:fe-p0 is taken by cable {foreign}");
    assert!(
        failed(&planned.diagnostics) && said.contains(&named),
        "{said}"
    );
    assert_eq!(writes(&world), before);
}

/// Also where the plan is to go from `NetBox`: the apply would remove nothing.
#[tokio::test]
async fn a_foreign_cable_on_what_goes_is_named_in_the_plan() {
    let (world, mut core, state) = applied(1).await;
    let found = world.server.get("dcim/devices/?name=spine-01").await;
    let body = json!({"device": found["results"][0]["id"], "name": "mine", "type": "other"});
    let (_, one) = world.server.send("POST", "dcim/interfaces/", &body).await;
    let found = world.server.get("dcim/devices/?name=leaf-01").await;
    let body = json!({"device": found["results"][0]["id"], "name": "mine", "type": "other"});
    let (_, two) = world.server.send("POST", "dcim/interfaces/", &body).await;
    let [one, two] = [one, two].map(|port| port["id"].as_u64().unwrap());
    let foreign = cable(&world.server, one, two).await;
    let draft = value(&core, &plan(1)).with("status", "draft");
    let before = writes(&world);
    for config in [None, Some(draft.clone())] {
        let planned = core
            .plan(state.state.as_ref(), &state.private, config)
            .await;
        let said = words(&planned.diagnostics);
        assert!(
            failed(&planned.diagnostics) && said.contains(&format!("cable {foreign}")),
            "{said}"
        );
    }
    assert_eq!(writes(&world), before);

    let path = format!("dcim/cables/{foreign}/");
    assert_eq!(world.server.send("DELETE", &path, &Json::Null).await.0, 204);
    let planned = core
        .plan(state.state.as_ref(), &state.private, Some(draft.clone()))
        .await;
    let said = words(&planned.diagnostics);
    assert!(!failed(&planned.diagnostics), "{said}");
    let draft = fine(core.apply(&planned, Some(draft)).await);
    let before = world.fake.count();
    core.plan(draft.state.as_ref(), &draft.private, None).await;
    assert_eq!(world.fake.count(), before, "a draft leaves nothing there");
}

/// A type that comes with the same apply may be another: then the devices, and all on them, go.
#[tokio::test]
async fn a_type_that_is_not_known_yet_is_said_to_cost_devices() {
    let (world, mut core, state) = applied(1).await;
    let found = world.server.get("dcim/devices/?name=leaf-01").await;
    let path = format!("dcim/devices/{}/", found["results"][0]["id"]);
    let body = json!({"serial": "SN1"});
    assert_eq!(world.server.send("PATCH", &path, &body).await.0, 200);
    let read = fine(core.read(&state).await);
    let config = unknown_at(
        &value(&core, &plan(1)),
        &["switch_classes", "leaf", "device_type"],
    );
    let planned = core
        .plan(read.state.as_ref(), &read.private, Some(config))
        .await;
    let said = words(&planned.diagnostics);
    assert!(!failed(&planned.diagnostics), "{said}");
    for part in [
        "Devices may be made anew",
        "leaf-01",
        "leaf-02",
        "serial number SN1",
    ] {
        assert!(said.contains(part), "{part} is not in {said}");
    }
    assert!(!said.contains("spine-01"), "{said}");
}

/// A cage is one socket: what others have in it as a whole, or broken out, leaves no room for ours.
#[tokio::test]
async fn a_foreign_cable_in_the_cage_of_our_port_is_named_in_the_plan() {
    let (world, mut core, state) = applied(1).await;
    let found = |path: String| {
        let server = &world.server;
        async move { server.get(&path).await["results"][0]["id"].as_u64() }
    };
    let port = async |device: &str, name: &str| {
        let device = found(format!("dcim/devices/?name={device}"))
            .await
            .expect("it is there");
        let filter = format!("dcim/interfaces/?device_id={device}&name={name}");
        if let Some(id) = found(filter).await {
            return id;
        }
        let body = json!({"device": device, "name": name, "type": "other"});
        let (_, made) = world.server.send("POST", "dcim/interfaces/", &body).await;
        made["id"].as_u64().expect("it was made")
    };
    let whole = cable(
        &world.server,
        port("leaf-01", "E1/1").await,
        port("compute-001", "hand").await,
    )
    .await;
    let lane = cable(
        &world.server,
        port("spine-01", "E1/1/1").await,
        port("compute-001", "other").await,
    )
    .await;
    let before = writes(&world);
    let planned = replan(&mut core, &state, 1).await;
    let said = words(&planned.diagnostics);
    assert!(failed(&planned.diagnostics), "{said}");
    for named in [
        format!(
            "leaf-01:E1/1 is taken by cable {whole}, which is not of this plan, and is the cage of leaf-01:E1/1/"
        ),
        format!(
            "spine-01:E1/1/1 is taken by cable {lane}, which is not of this plan, and is the cage of spine-01:E1/1"
        ),
    ] {
        assert!(said.contains(&named), "{named} is not in {said}");
    }
    assert_eq!(writes(&world), before);
}

#[tokio::test]
async fn what_stands_in_the_way_of_an_apply_is_said_by_the_plan() {
    let (world, mut core, state) = applied(1).await;
    let found = world.server.get("dcim/devices/?name=compute-001").await;
    let types = world.server.get("dcim/device-types/?slug=sw16").await;
    let path = format!("dcim/devices/{}/", found["results"][0]["id"]);
    let body = json!({"device_type": types["results"][0]["id"]});
    assert_eq!(world.server.send("PATCH", &path, &body).await.0, 200);
    let tags = world.server.get("extras/tags/?slug__isw=hedgehog-").await;
    let description = tags["results"][0]["description"].as_str().unwrap();
    let body = json!({"description": description.replace("complete", "applying")});
    let path = format!("extras/tags/{}/", tags["results"][0]["id"]);
    assert_eq!(world.server.send("PATCH", &path, &body).await.0, 200);

    let planned = replan(&mut core, &state, 1).await;
    let said = words(&planned.diagnostics);
    assert!(!failed(&planned.diagnostics), "{said}");
    for part in [
        "Devices are made anew",
        "compute-001",
        "Another run is at work",
    ] {
        assert!(said.contains(part), "{part} is not in {said}");
    }

    let body = json!({"description": description});
    assert_eq!(world.server.send("PATCH", &path, &body).await.0, 200);
    let config = value(&core, &plan(1));
    let second = core.plan(None, &[], Some(config)).await;
    let said = words(&second.diagnostics);
    assert!(
        said.contains("A plan of this name exists") && said.contains("import"),
        "{said}"
    );
    assert!(!failed(&second.diagnostics), "it may be replaced: {said}");
}

/// The plan knows devices by their keys, whatever somebody calls them meanwhile.
#[tokio::test]
async fn devices_whose_names_were_swapped_get_them_back() {
    let (world, mut core, state) = applied(2).await;
    let ids = state.state.as_ref().unwrap().get("device_ids").clone();
    let id = |name: &str| ids.get(name).as_u64().unwrap();
    let (one, two) = (id("compute-001"), id("compute-002"));
    for (id, name) in [
        (one, "on-the-way"),
        (two, "compute-001"),
        (one, "compute-002"),
    ] {
        let body = json!({"name": name});
        let path = format!("dcim/devices/{id}/");
        assert_eq!(world.server.send("PATCH", &path, &body).await.0, 200);
    }
    let planned = replan(&mut core, &state, 2).await;
    let config = value(&core, &plan(2));
    let done = fine(core.apply(&planned, Some(config)).await);
    assert_eq!(done.state, state.state);
}

/// The refresh finds a device without the plan's tag, as the apply does: what both saw is the same.
#[tokio::test]
async fn a_device_without_the_tag_stops_no_change() {
    let (world, mut core, state) = applied(1).await;
    let ids = state.state.as_ref().unwrap().get("device_ids").clone();
    let path = format!("dcim/devices/{}/", ids.get("spine-01").as_u64().unwrap());
    let (status, _) = world
        .server
        .send("PATCH", &path, &json!({"tags": []}))
        .await;
    assert_eq!(status, 200);
    let read = fine(core.read(&state).await);
    assert_eq!(read.state.as_ref().unwrap().get("device_ids"), &ids);
    // One of two cables to the spine goes.
    let mut config = plan(1);
    config["switch_classes"]["leaf"]["zone"]["uplinks"]["ports"] = "2".into();
    let config = value(&core, &config);
    let planned = core
        .plan(read.state.as_ref(), &read.private, Some(config.clone()))
        .await;
    let done = fine(core.apply(&planned, Some(config)).await);
    assert_eq!(done.state.unwrap().get("device_ids"), &ids);
}

/// A run that was killed before its last request has done everything but say so.
#[tokio::test]
async fn what_a_killed_run_did_not_close_the_next_one_does() {
    let (world, mut core, state) = applied(1).await;
    let tag = async || {
        let found = world.server.get("extras/tags/?name__isw=hedgehog-").await;
        found["results"][0].clone()
    };
    let closed = tag().await;
    let open = closed["description"].as_str().unwrap();
    let open = json!({"description": open.replace("complete", "applying")});
    let path = format!("extras/tags/{}/", closed["id"]);
    assert_eq!(world.server.send("PATCH", &path, &open).await.0, 200);
    world.fake.advance(120);
    let read = fine(core.read(&state).await);
    let complete = |state: &Applied| state.state.as_ref().unwrap().get("complete").as_bool();
    assert_eq!(complete(&read), Some(false));
    let config = value(&core, &plan(1));
    let before = writes(&world);
    let done = fine(core.run(&read, Some(config)).await);
    assert_eq!(complete(&done), Some(true));
    let said = tag().await["description"].clone();
    assert!(said.as_str().unwrap().contains("phase=complete"), "{said}");
    // Takes hold and closes.
    assert_eq!(writes(&world), before + 2);
    let again = replan(&mut core, &done, 1).await;
    assert_eq!(again.planned, done.state);
}

/// Neither its tag nor its name tells any more whose it is: its id and the plan's marker do.
#[tokio::test]
async fn a_renamed_device_without_the_tag_is_not_made_again() {
    let (world, mut core, state) = applied(1).await;
    let before = world.census().await;
    let ids = state.state.as_ref().unwrap().get("device_ids").clone();
    let path = format!("dcim/devices/{}/", ids.get("spine-01").as_u64().unwrap());
    let body = json!({"tags": [], "name": "another"});
    assert_eq!(world.server.send("PATCH", &path, &body).await.0, 200);
    let read = fine(core.read(&state).await);
    assert_eq!(read.state.as_ref().unwrap().get("device_ids"), &ids);
    let config = value(&core, &plan(1));
    let done = fine(core.run(&read, Some(config)).await);
    assert_eq!(done.state.unwrap().get("device_ids"), &ids);
    assert_eq!(world.census().await, before);
}

#[tokio::test]
async fn what_was_merged_from_a_branch_is_guarded_by_its_creation() {
    let (world, mut core, mut state) = applied(2).await;
    for quantity in [1, 3] {
        let mut merged = world.fake.tables();
        merged.forget_changes();
        world.fake.put_back(&merged);
        let planned = replan(&mut core, &state, quantity).await;
        let config = value(&core, &plan(quantity));
        state = fine(core.apply(&planned, Some(config)).await);
        let again = replan(&mut core, &state, quantity).await;
        assert_eq!(again.planned, state.state, "{quantity}: nothing to do");
    }
    let mut merged = world.fake.tables();
    merged.forget_changes();
    world.fake.put_back(&merged);
    assert!(fine(core.run(&state, None).await).state.is_none());
    assert_eq!(world.census().await[0], ("dcim/devices", 0));
}
