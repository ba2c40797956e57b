//! What tells that something in `NetBox` is ours, and what somebody takes off or calls otherwise.

use serde_json::{Value as Json, json};

use crate::support::core::{Applied, Core, failed};
use crate::support::world::{World, applied, fine, plan, value, words};

const PLAN: &str = "hedgehog_topology_plan";

fn ids(applied: &Applied) -> Json {
    let ids = applied.state.as_ref().unwrap().get("device_ids");
    let ids = ids.as_map().into_iter().flatten();
    ids.map(|(name, id)| (name.clone(), json!(id.as_u64())))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

async fn patch(world: &World, path: &str, body: Json) {
    let (status, answer) = world.server.send("PATCH", path, &body).await;
    assert_eq!(status, 200, "{path}: {answer}");
}

/// Refreshes and applies; then nothing is left to do.
async fn repaired(core: &mut Core, state: &Applied, config: &Json) -> Applied {
    let config = value(core, config);
    let read = fine(core.read(state).await);
    let done = fine(core.run(&read, Some(config.clone())).await);
    let read = fine(core.read(&done).await);
    assert_eq!(read.state, done.state);
    let again = core
        .plan(read.state.as_ref(), &read.private, Some(config))
        .await;
    assert_eq!(again.planned, done.state, "nothing to do");
    done
}

/// It is neither gone nor ours: nothing is planned, written or left behind, refreshed or not.
#[tokio::test]
async fn a_device_without_its_mark_stops_everything() {
    let (world, mut core, state) = applied(1).await;
    let id = &ids(&state)["compute-001"];
    let path = format!("dcim/devices/{id}/");
    let mark = world.server.get(&path).await["custom_fields"]["hedgehog_plan_id"].clone();
    patch(
        &world,
        &path,
        json!({"custom_fields": {"hedgehog_plan_id": null}}),
    )
    .await;
    let before = world.census().await;
    let lost = format!("compute-001 (id {id})");

    let read = core.read(&state).await;
    let said = words(&read.diagnostics);
    assert!(failed(&read.diagnostics) && said.contains(&lost), "{said}");
    assert!(said.contains(mark.as_str().unwrap()), "what to set: {said}");
    assert_eq!(read.state, state.state);

    let config = value(&core, &plan(1));
    let planned = core
        .plan(state.state.as_ref(), &state.private, Some(config))
        .await;
    let config = value(&core, &plan(2));
    let grown = core
        .plan(state.state.as_ref(), &state.private, Some(config))
        .await;
    assert_eq!(
        planned.planned, state.state,
        "without a refresh nothing is looked at"
    );
    let said = words(&grown.diagnostics);
    assert!(
        failed(&grown.diagnostics) && said.contains("A device name is taken"),
        "{said}"
    );

    let left = core.run(&state, None).await;
    let said = words(&left.diagnostics);
    assert!(failed(&left.diagnostics) && said.contains(&lost), "{said}");
    assert_eq!(left.state, state.state);
    assert_eq!(world.census().await, before);

    patch(
        &world,
        &path,
        json!({"custom_fields": {"hedgehog_plan_id": mark}}),
    )
    .await;
    let read = fine(core.read(&state).await);
    assert_eq!(read.state, state.state);
    assert!(fine(core.run(&read, None).await).state.is_none());
}

/// A key is taken off one device, and changed on others, to one that a sibling has too: their names tell which
/// they are.
#[tokio::test]
async fn a_device_without_its_key_is_known_by_its_name() {
    let (world, mut core, state) = applied(1).await;
    let before = world.census().await;
    for (name, key) in [
        ("compute-001", json!(null)),
        ("leaf-01", json!("leaf/2")),
        ("spine-01", json!("other/7")),
    ] {
        let path = format!("dcim/devices/{}/", ids(&state)[name]);
        patch(
            &world,
            &path,
            json!({"custom_fields": {"hedgehog_key": key}}),
        )
        .await;
    }
    let done = repaired(&mut core, &state, &plan(1)).await;
    assert_eq!(ids(&done), ids(&state));
    assert_eq!(world.census().await, before);
}

/// A port of a type, one that we made and one of a card get their names back, with their cables on them.
#[tokio::test]
async fn a_renamed_port_gets_its_name_back() {
    let (world, mut core, state) = applied(1).await;
    let device = &ids(&state)["leaf-01"];
    let list = format!("dcim/interfaces/?device_id={device}&limit=1000");
    let rows = world.server.get(&list).await["results"].clone();
    let cabled = rows
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| !row["cable"].is_null());
    let cabled: Vec<Json> = cabled.cloned().collect();
    let made = |row: &&Json| !row["custom_fields"]["hedgehog_plan_id"].is_null();
    let ours = cabled.iter().find(made).expect("a part of a cage");
    let of_type = cabled.iter().find(|row| !made(row)).expect("a whole cage");
    let card = &ids(&state)["compute-001"];
    let list = format!("dcim/interfaces/?device_id={card}&name=fe-p0");
    let of_card = &world.server.get(&list).await["results"][0].clone();
    assert!(!of_card["module"].is_null() && !of_card["cable"].is_null());
    for row in [ours, of_type, of_card] {
        let name = format!("was {}", row["name"].as_str().unwrap());
        patch(
            &world,
            &format!("dcim/interfaces/{}/", row["id"]),
            json!({"name": name}),
        )
        .await;
    }
    let before = world.census().await;
    repaired(&mut core, &state, &plan(1)).await;
    assert_eq!(world.census().await, before);
    for row in [ours, of_type, of_card] {
        let now = world
            .server
            .get(&format!("dcim/interfaces/{}/", row["id"]))
            .await;
        assert_eq!((&now["name"], &now["cable"]), (&row["name"], &row["cable"]));
    }
}

/// `NetBox` keeps texts without blanks at their ends, and an empty one is none.
#[tokio::test]
async fn a_blank_description_is_none() {
    let (_world, mut core, mut state) = applied(1).await;
    for description in [
        json!(""),
        json!(null),
        json!("text "),
        json!(" "),
        json!(null),
    ] {
        let mut config = plan(1);
        config["description"] = description.clone();
        state = repaired(&mut core, &state, &config).await;
        let complete = state.state.as_ref().unwrap().get("complete").as_bool();
        assert_eq!(complete, Some(true), "{description}");
    }
}

/// What `NetBox` would refuse half-way is told of the configuration alone.
#[tokio::test]
async fn what_netbox_would_refuse_is_said_before() {
    let world = World::start().await;
    let mut core = world.core(PLAN).await;
    let wrong = [
        ("name", json!(" "), "name is blank"),
        ("description", json!("x".repeat(201)), "201 characters"),
        ("tags", json!(["No Slug!"]), "Did you mean \"no-slug\"?"),
        ("tags", json!([""]), "no slug"),
    ];
    for (argument, written, expected) in wrong {
        let mut config = plan(1);
        config[argument] = written;
        let config = value(&core, &config);
        let told = core.validate(&config).await;
        let said = words(&told);
        assert!(said.contains(expected), "{argument}: {said}");
        let path = format!("{:?}", told[0].attribute);
        assert!(path.contains(argument), "{path}");
    }
    let mut config = plan(1);
    config["description"] = json!("x".repeat(200));
    config["tags"] = json!(["A_tag-1"]);
    let config = value(&core, &config);
    assert!(core.validate(&config).await.is_empty());
}

/// `NetBox` does not take a rack along to another site.
#[tokio::test]
async fn a_device_in_a_rack_does_not_change_its_site() {
    let (world, mut core, state) = applied(1).await;
    let site = json!({"name": "dc2", "slug": "dc2"});
    assert_eq!(world.server.send("POST", "dcim/sites/", &site).await.0, 201);
    let path = format!("dcim/devices/{}/", ids(&state)["compute-001"]);
    patch(&world, &path, json!({"rack": {"id": 7, "name": "r2"}})).await;
    let mut config = plan(1);
    config["site"] = "dc2".into();
    let wish = value(&core, &config);
    let read = fine(core.read(&state).await);
    let planned = core
        .plan(read.state.as_ref(), &read.private, Some(wish))
        .await;
    let said = words(&planned.diagnostics);
    assert!(
        failed(&planned.diagnostics) && said.contains("compute-001: rack r2"),
        "{said}"
    );
    patch(&world, &path, json!({"rack": null})).await;
    repaired(&mut core, &state, &config).await;
}

/// Both sites have a location of one name: the devices get that of the new site, or none.
#[tokio::test]
async fn a_location_does_not_keep_a_plan_in_its_site() {
    let (world, mut core, mut state) = applied(1).await;
    let site = json!({"name": "dc2", "slug": "dc2"});
    assert_eq!(world.server.send("POST", "dcim/sites/", &site).await.0, 201);
    for site in ["dc1", "dc2"] {
        let hall = json!({"name": "hall", "slug": "hall", "site": {"slug": site}});
        let (status, answer) = world.server.send("POST", "dcim/locations/", &hall).await;
        assert_eq!(status, 201, "{answer}");
    }
    for (site, location) in [("dc1", Some("hall")), ("dc2", Some("hall")), ("dc1", None)] {
        let mut config = plan(1);
        config["site"] = site.into();
        config["location"] = json!(location);
        state = repaired(&mut core, &state, &config).await;
        let rows = world.server.get("dcim/devices/?limit=1000").await["results"].clone();
        for row in rows.as_array().unwrap() {
            let place = (&row["site"]["slug"], &row["location"]["slug"]);
            assert_eq!(place, (&json!(site), &json!(location)));
        }
    }
}
