//! Devices that get another type, from the design or by hand: `NetBox` cannot change that in place, so they
//! are made anew, and the plan counts them.

use hedgehog::tf::value::Value;
use serde_json::json;

use crate::support::core::{Applied, Core, Planned};
use crate::support::world::{applied, fine, plan, unknown_at, value};

const TYPE: [&str; 3] = ["server_classes", "compute", "device_type"];

/// The same plan with this type for its servers.
fn with_type(core: &Core, device_type: &str) -> Value {
    let mut config = plan(2);
    config["server_classes"]["compute"]["device_type"] = device_type.into();
    value(core, &config)
}

async fn planned(core: &mut Core, state: &Applied, config: Value) -> Planned {
    core.plan(state.state.as_ref(), &state.private, Some(config))
        .await
}

fn devices(change: &Value) -> [Option<u32>; 2] {
    ["devices_added", "devices_removed"].map(|count| change.get(count).as_u32())
}

fn change(value: Option<&Value>) -> Value {
    value.unwrap().get("last_change").clone()
}

fn id(state: &Applied, name: &str) -> Option<u64> {
    let state = state.state.as_ref().unwrap();
    state.get("device_ids").get(name).as_u64()
}

/// Another way to write the same type is none.
#[tokio::test]
async fn devices_that_are_made_anew_are_added_and_removed() {
    let (_world, mut core, mut state) = applied(2).await;
    for (device_type, count) in [("server1", 0), ("Acme/server1", 0), ("acme/sw16", 2)] {
        let config = with_type(&core, device_type);
        let shown = planned(&mut core, &state, config.clone()).await;
        let counted = devices(&change(shown.planned.as_ref()));
        assert_eq!(counted, [Some(count); 2], "{device_type}");
        let done = fine(core.apply(&shown, Some(config)).await);
        assert_eq!(change(done.state.as_ref()), change(shown.planned.as_ref()));
        let kept = id(&done, "compute-002") == id(&state, "compute-002");
        assert_eq!(kept, count == 0, "{device_type}");
        state = done;
    }
}

/// What is known after the apply only may be the type that they have, or another one.
#[tokio::test]
async fn a_type_that_is_not_known_yet_leaves_the_count_open() {
    let (_world, mut core, mut state) = applied(2).await;
    for (device_type, count) in [("acme/sw16", 2), ("acme/sw16", 0), ("acme/server1", 2)] {
        let config = with_type(&core, device_type);
        let shown = planned(&mut core, &state, unknown_at(&config, &TYPE)).await;
        assert!(change(shown.planned.as_ref()).is_unknown());
        state = fine(core.apply(&shown, Some(config)).await);
        // What comes out as it was has not changed, and the change before it stays the last one.
        let expected = if count == 0 { 2 } else { count };
        let counted = devices(&change(state.state.as_ref()));
        assert_eq!(counted, [Some(expected); 2], "{device_type}");
    }
}

/// Somebody gave a device another type: it is made anew, and its id is known after that only.
#[tokio::test]
async fn a_device_that_got_another_type_by_hand_gets_another_id() {
    let (world, mut core, created) = applied(2).await;
    let types = world.server.get("dcim/device-types/?slug=sw16").await;
    let before = id(&created, "compute-001").unwrap();
    let body = json!({"device_type": types["results"][0]["id"]});
    let path = format!("dcim/devices/{before}/");
    assert_eq!(world.server.send("PATCH", &path, &body).await.0, 200);
    let drifted = fine(core.read(&created).await);
    let config = value(&core, &plan(2));
    let repaired = fine(core.run(&drifted, Some(config)).await);
    assert_ne!(id(&repaired, "compute-001"), Some(before));
}
