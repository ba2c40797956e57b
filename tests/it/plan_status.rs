//! The workflow of a plan: what each status means for `NetBox`, and which steps there are.

use hedgehog::provider::Environment;
use hedgehog::tf::value::Value;
use serde_json::Value as Json;

use crate::support::core::{Applied, Core, failed};
use crate::support::fake_faults::Fault;
use crate::support::terraform::{Ended, Trouble, run};
use crate::support::world::{World, core, core as core_of, fine, hosted, plan, value, words};

const PLAN: &str = "hedgehog_topology_plan";

fn with_status(core: &Core, status: &str) -> Value {
    value(core, &plan(1)).with("status", status)
}

/// `NetBox` statuses of all devices and cables, each once.
async fn statuses(world: &World) -> Vec<String> {
    let mut words = Vec::new();
    for path in ["dcim/devices", "dcim/cables"] {
        let found = world.server.get(&format!("{path}/?limit=1000")).await;
        let rows = found["results"].as_array().unwrap().clone();
        words.extend(
            rows.iter()
                .map(|row| row["status"]["value"].as_str().unwrap().to_owned()),
        );
    }
    words.sort();
    words.dedup();
    words
}

#[tokio::test]
async fn a_draft_is_computed_and_kept_without_a_netbox() {
    let hosted = hosted(Environment::default());
    let mut core = core(&hosted, PLAN).await;
    let draft = with_status(&core, "draft");
    let planned = core.plan(None, &[], Some(draft.clone())).await;
    let created = fine(core.apply(&planned, Some(draft.clone())).await);
    let state = created.state.clone().unwrap();
    assert_eq!(state.get("totals").get("cables").as_u32(), Some(6));
    assert_eq!(state.get("cabling").as_map().unwrap().len(), 3);
    assert_eq!(state.get("device_ids").as_map().unwrap().len(), 0);
    assert_eq!(state.get("id").as_str().unwrap().len(), 32);
    assert_eq!(fine(core.read(&created).await).state, created.state);
    let again = core.plan(Some(&state), &created.private, Some(draft)).await;
    assert_eq!(again.planned, created.state, "nothing to do");

    let grown = value(&core, &plan(2)).with("status", "draft");
    let grown = fine(core.run(&created, Some(grown)).await);
    let change = grown.state.as_ref().unwrap().get("last_change").clone();
    assert_eq!(change.get("cables_added").as_u32(), Some(2));

    for status in [Value::Null, "approved".into()] {
        let config = value(&core, &plan(1)).with("status", status);
        let refused = core
            .plan(Some(&state), &created.private, Some(config))
            .await;
        assert!(failed(&refused.diagnostics));
        let said = words(&refused.diagnostics);
        assert!(
            said.contains("server_url") && said.contains("\"draft\""),
            "{said}"
        );
    }
    assert!(fine(core.run(&grown, None).await).state.is_none());
}

#[tokio::test]
async fn each_step_does_to_netbox_what_it_says() {
    let world = World::start().await;
    let before = world.census().await;
    let mut core = world.core(PLAN).await;
    let mut state = Applied::default();
    let steps: [(&str, &[&str]); 8] = [
        ("draft", &[]),
        ("approved", &["planned"]),
        ("deployed", &["active", "connected"]),
        ("approved", &["planned"]),
        ("deployed", &["active", "connected"]),
        ("archived", &["decommissioning"]),
        ("approved", &["planned"]),
        ("draft", &[]),
    ];
    for (status, expected) in steps {
        let config = with_status(&core, status);
        state = fine(core.run(&state, Some(config.clone())).await);
        assert_eq!(statuses(&world).await, expected, "after {status}");
        let ids = state.state.as_ref().unwrap().get("device_ids").clone();
        assert_eq!(
            ids.as_map().unwrap().is_empty(),
            status == "draft",
            "{status}: {ids:?}"
        );
        let read = fine(core.read(&state).await);
        assert_eq!(
            read.state, state.state,
            "a refresh of {status} sees nothing new"
        );
        let again = core
            .plan(read.state.as_ref(), &read.private, Some(config))
            .await;
        assert_eq!(again.planned, state.state, "nothing to do after {status}");
    }
    assert_eq!(
        world.census().await,
        before,
        "a draft leaves nothing behind"
    );
    assert!(fine(core.run(&state, None).await).state.is_none());
}

/// What an apply set before it failed is taken back when the next one wishes something else.
#[tokio::test]
async fn what_a_failed_apply_tried_is_taken_back() {
    let world = World::start().await;
    let mut core = world.core(PLAN).await;
    let approved = value(&core, &plan(1));
    let created = fine(core.run(&Applied::default(), Some(approved.clone())).await);
    let mut tried = plan(1);
    tried["status"] = "deployed".into();
    tried["description"] = "Tried".into();
    tried["tags"] = serde_json::json!(["tried"]);
    let tried = value(&core, &tried);
    // The tags and the devices are written; of the cables none is taken.
    let faults = std::iter::repeat_n(Fault::None, 3).chain([Fault::Invalid; 9]);
    world.fake.plan_faults(faults);
    let failed_apply = core.run(&created, Some(tried)).await;
    assert!(failed(&failed_apply.diagnostics));
    world.fake.clear_faults();
    // The tag could not be closed either.
    world.fake.advance(3_600);
    let on_devices = async |what: &str| {
        let found = world.server.get("dcim/devices/?limit=1000").await;
        let rows = found["results"].as_array().unwrap().clone();
        rows.iter()
            .filter(|row| row.to_string().contains(what))
            .count()
    };
    assert_eq!(on_devices("Tried").await, 4, "the devices were written");
    let read = fine(core.read(&failed_apply).await);
    let back = fine(core.run(&read, Some(approved)).await);
    assert_eq!(statuses(&world).await, ["planned"]);
    for what in ["Tried", "\"tried\""] {
        assert_eq!(on_devices(what).await, 0, "{what}");
    }
    let complete = back.state.unwrap().get("complete").as_bool();
    assert_eq!(complete, Some(true));
}

#[tokio::test]
async fn steps_that_lose_something_warn_and_the_others_are_refused() {
    let world = World::start().await;
    let mut core = world.core(PLAN).await;
    let cases: [(&str, &str, bool, &[&str]); 7] = [
        (
            "deployed",
            "approved",
            false,
            &["4 devices", "6 cables", "planned"],
        ),
        (
            "approved",
            "draft",
            false,
            &["deletes 4 devices and 6 cables"],
        ),
        ("deployed", "draft", true, &["\"approved\", then \"draft\""]),
        ("archived", "draft", true, &["\"approved\", then \"draft\""]),
        (
            "archived",
            "deployed",
            true,
            &["\"approved\", then \"deployed\""],
        ),
        (
            "approved",
            "archived",
            true,
            &["\"deployed\", then \"archived\""],
        ),
        (
            "draft",
            "deployed",
            true,
            &["\"approved\", then \"deployed\""],
        ),
    ];
    for (from, to, refused, expected) in cases {
        let config = with_status(&core, from);
        let state = fine(core.run(&Applied::default(), Some(config)).await);
        let config = with_status(&core, to);
        let planned = core
            .plan(state.state.as_ref(), &state.private, Some(config))
            .await;
        let said = words(&planned.diagnostics);
        assert_eq!(failed(&planned.diagnostics), refused, "{from} {to}: {said}");
        for part in expected {
            assert!(
                said.contains(part),
                "{from} to {to}: \"{part}\" is not in {said}"
            );
        }
        assert!(fine(core.run(&state, None).await).state.is_none());
    }
}

/// A status that operations set is theirs until the plan's own changes.
#[tokio::test]
async fn what_operations_set_survives_until_the_status_changes() {
    let world = World::start().await;
    let mut core = world.core(PLAN).await;
    let config = with_status(&core, "deployed");
    let state = fine(core.run(&Applied::default(), Some(config)).await);
    let found = world.server.get("dcim/devices/?name=compute-001").await;
    let path = format!("dcim/devices/{}/", found["results"][0]["id"]);
    let offline = serde_json::json!({"status": "offline"});
    assert_eq!(world.server.send("PATCH", &path, &offline).await.0, 200);
    let status = async || -> Json { world.server.get(&path).await["status"]["value"].clone() };

    let grown = value(&core, &plan(2)).with("status", "deployed");
    let read = fine(core.read(&state).await);
    assert_eq!(read.state, state.state, "it is no drift");
    let state = fine(core.run(&read, Some(grown)).await);
    assert_eq!(status().await, "offline");
    let archived = value(&core, &plan(2)).with("status", "archived");
    fine(core.run(&state, Some(archived)).await);
    assert_eq!(status().await, "decommissioning");
}

/// Runs a provider that dies when so many requests were carried out; `false`: there were not so many.
async fn is_killed(world: &World, state: &Applied, config: &Value, request: usize) -> bool {
    let host = world.another();
    let mut core = core_of(&host, PLAN).await;
    let trouble = Trouble::at(request, Fault::KillAfter);
    let ended = run(&mut core, &world.fake, state, Some(config), &trouble).await;
    matches!(ended, Ended::Killed)
}

/// The next provider, once the dead run's hold is over.
async fn ends_well(world: &World, state: &Applied, config: &Value) {
    world.fake.advance(120);
    let host = world.another();
    let mut core = core_of(&host, PLAN).await;
    let calm = Trouble::default();
    let ended = run(&mut core, &world.fake, state, Some(config), &calm).await;
    let well = matches!(ended, Ended::Idle(_) | Ended::Done(_));
    assert!(well, "{ended}");
}

/// Also one that was killed, so that no state knows what it was to set.
#[tokio::test]
async fn a_status_that_a_killed_apply_set_is_taken_back() {
    let world = World::start().await;
    let mut core = world.core(PLAN).await;
    let [before, after] = ["approved", "deployed"].map(|status| with_status(&core, status));
    let state = fine(core.run(&Applied::default(), Some(before.clone())).await);
    let prepared = world.fake.tables();
    let mut mixed = 0;
    for request in 0.. {
        world.fake.put_back(&prepared);
        if !is_killed(&world, &state, &after, request).await {
            break;
        }
        mixed += usize::from(statuses(&world).await.len() > 1);
        ends_well(&world, &state, &before).await;
        assert_eq!(statuses(&world).await, ["planned"], "{request}");
    }
    assert!(mixed > 1, "{mixed}");
}

/// An approval that was killed could not say that it had begun: the next refresh sees it.
#[tokio::test]
async fn a_draft_whose_approval_was_killed_leaves_netbox_again() {
    let world = World::start().await;
    let before = world.census().await;
    let mut core = world.core(PLAN).await;
    let [draft, approved] = ["draft", "approved"].map(|status| with_status(&core, status));
    let state = fine(core.run(&Applied::default(), Some(draft.clone())).await);
    let prepared = world.fake.tables();
    let mut there = 0;
    for request in 0.. {
        world.fake.put_back(&prepared);
        if !is_killed(&world, &state, &approved, request).await {
            break;
        }
        there += usize::from(world.census().await != before);
        let lost = Applied {
            private: Vec::new(),
            ..state.clone()
        };
        ends_well(&world, &lost, &draft).await;
        assert_eq!(world.census().await, before, "{request}");
    }
    assert!(there > 5, "{there}");
    // Who cannot ask goes on with the draft.
    world.fake.put_back(&prepared);
    let _refused = world.fake.strike(0, Fault::Refused(403));
    let read = fine(core.read(&state).await);
    let said = words(&read.diagnostics);
    assert!(said.contains("was not searched"), "{said}");
    assert_eq!(read.state, state.state);
}
