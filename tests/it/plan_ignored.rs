//! What `ignore_changes` keeps out of a plan: Terraform plans without it, and hands the apply what is written.

use serde_json::json;

use crate::support::world::{applied, fine, plan, value};

#[tokio::test]
async fn a_plan_is_carried_out_as_planned_and_not_as_written() {
    let (world, mut core, state) = applied(1).await;
    let mut kept = plan(1);
    kept["naming"] = json!({"leaf": "tor-{index}"});
    let mut written = kept.clone();
    written["status"] = json!("deployed");
    written["tags"] = json!(["foo"]);
    written["description"] = json!("Not planned");
    written["server_classes"]["compute"]["quantity"] = json!(2);
    let [kept, written] = [kept, written].map(|config| value(&core, &config));
    let planned = core
        .plan(state.state.as_ref(), &state.private, Some(kept.clone()))
        .await;
    let done = core.apply_ignoring(&planned, Some(kept.clone()), Some(written));
    let done = fine(done.await);
    let devices = world.server.get("dcim/devices/?limit=100").await;
    let devices = devices["results"].as_array().unwrap();
    assert_eq!(devices.len(), 4);
    for device in devices {
        assert_eq!(device["description"], "", "{device}");
        assert_eq!(device["status"]["value"], "planned", "{device}");
        assert_eq!(device["tags"].as_array().unwrap().len(), 1, "{device}");
    }
    let tags = world.server.get("extras/tags/?slug=foo").await;
    assert_eq!(tags["count"], 0);
    let read = fine(core.read(&done).await);
    let again = core
        .plan(read.state.as_ref(), &read.private, Some(kept))
        .await;
    assert_eq!(again.planned, done.state, "nothing to do");
}
