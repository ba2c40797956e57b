//! Types that several resources or states wish: one of them owns it.

use hedgehog::tf::value::Value;
use serde_json::{Value as Json, json};

use crate::support::core::{Applied, Core, failed};
use crate::support::fake_faults::Fault;
use crate::support::inventory::{differences, inventory};
use crate::support::terraform::{Ended, Trouble, run};
use crate::support::world::{World, core as provider, fine, value, words};

pub const CARD: &str = "hedgehog_module_type";

pub fn card(ports: &[&str]) -> Json {
    let ports = ports
        .iter()
        .map(|port| ((*port).to_owned(), json!({"type": "other"})));
    let ports: serde_json::Map<String, Json> = ports.collect();
    json!({"manufacturer": "Other", "model": "Card", "interface": ports})
}

fn adopted(applied: &Applied) -> Option<bool> {
    let state = applied.state.as_ref()?;
    state.get("adopted").as_bool()
}

/// Makes the type of a new resource.
pub async fn made(core: &mut Core, config: &Json) -> Applied {
    let config = value(core, config);
    fine(core.run(&Applied::default(), Some(config)).await)
}

async fn cards(world: &World) -> Vec<Json> {
    let rows = world.server.get("dcim/module-types/?model=Card").await;
    rows["results"].as_array().unwrap().clone()
}

/// A card of the type, in a device of another's.
struct Use {
    device: Json,
}

impl Use {
    async fn of(world: &World, kind: &Json) -> Self {
        let first = async |path: &str| world.server.get(path).await["results"][0]["id"].clone();
        let role = json!({"name": "Any", "slug": "any", "color": "9e9e9e"});
        let role = world
            .server
            .ensure("dcim/device-roles", "slug=any", role)
            .await;
        let body = json!({
            "name": "dev", "device_type": first("dcim/device-types/?slug=sw16").await,
            "role": role, "site": first("dcim/sites/?slug=dc1").await
        });
        let (status, device) = world.server.send("POST", "dcim/devices/", &body).await;
        assert_eq!(status, 201, "{device}");
        let body = json!({"device": device["id"], "name": "bay"});
        let (_, bay) = world.server.send("POST", "dcim/module-bays/", &body).await;
        let body = json!({"device": device["id"], "module_bay": bay["id"], "module_type": kind});
        let (status, module) = world.server.send("POST", "dcim/modules/", &body).await;
        assert_eq!(status, 201, "{module}");
        Self { device }
    }

    async fn end(self, world: &World) {
        let path = format!("dcim/devices/{}/", self.device["id"]);
        assert_eq!(world.server.send("DELETE", &path, &Json::Null).await.0, 204);
    }
}

/// The second state finds what the first has made: it uses it, and neither changes nor deletes it.
#[tokio::test]
async fn a_type_is_of_the_state_that_made_it() {
    let world = World::start().await;
    let (mut first, beside) = (world.core(CARD).await, world.another());
    let mut second = provider(&beside, CARD).await;
    let ours = made(&mut first, &card(&["p0", "p1"])).await;
    let used = Use::of(&world, &cards(&world).await[0]["id"]).await;
    let theirs = made(&mut second, &card(&["p0"])).await;
    assert_eq!(
        (adopted(&ours), adopted(&theirs)),
        (Some(false), Some(true))
    );
    let before = cards(&world).await;

    let wish = value(&second, &card(&["p0", "p9"]));
    let refused = second.run(&theirs, Some(wish.clone())).await;
    assert!(failed(&refused.diagnostics));
    let said = words(&refused.diagnostics);
    assert!(
        said.contains("another Terraform state manages") && said.contains("p9"),
        "{said}"
    );
    assert!(
        said.contains("terraform import ADDRESS 'other/Card'"),
        "{said}"
    );
    assert!(fine(second.run(&theirs, None).await).state.is_none());
    assert_eq!(cards(&world).await, before, "nothing was written");

    used.end(&world).await;
    assert_eq!(fine(first.read(&ours).await).state, ours.state);
    let wish = value(&first, &card(&["p0", "p9"]));
    let changed = fine(first.run(&ours, Some(wish)).await);
    assert!(fine(first.run(&changed, None).await).state.is_none());
    assert_eq!(cards(&world).await, Vec::<Json>::new());
}

/// A new resource owns what is just as wished and in no use, and both sides hear of it. In use it is another's.
#[tokio::test]
async fn a_type_that_nothing_uses_is_taken_over() {
    let world = World::start().await;
    let (mut first, beside) = (world.core(CARD).await, world.another());
    let mut second = provider(&beside, CARD).await;
    let ours = made(&mut first, &card(&["p0", "p1"])).await;
    let kind = cards(&world).await[0]["id"].clone();

    let used = Use::of(&world, &kind).await;
    let same = value(&second, &card(&["p0", "p1"]));
    let plan = second.plan(None, &[], Some(same.clone())).await;
    let said = words(&plan.diagnostics);
    assert!(
        said.contains("The type is of another state")
            && said.contains("terraform import ADDRESS 'other/Card'"),
        "{said}"
    );
    used.end(&world).await;
    // Not just as wished: it is not taken away from who may still have it.
    let elsewhere = world.another();
    let mut third = provider(&elsewhere, CARD).await;
    let fewer = made(&mut third, &card(&["p0"])).await;
    assert_eq!(adopted(&fewer), Some(true));

    let plan = second.plan(None, &[], Some(same.clone())).await;
    let said = words(&plan.diagnostics);
    assert!(said.contains("The type is taken over"), "{said}");
    let before = world.fake.count();
    let theirs = fine(second.apply(&plan, Some(same)).await);
    assert_eq!(adopted(&theirs), Some(false));
    assert_eq!(world.fake.writes_since(before).len(), 1);

    let lost = fine(first.read(&ours).await);
    let said = words(&lost.diagnostics);
    assert!(said.contains("The type has another owner"), "{said}");
    assert!(fine(first.run(&lost, None).await).state.is_none());
    assert_eq!(cards(&world).await.len(), 1, "the first one leaves it");
    assert!(fine(second.run(&theirs, None).await).state.is_none());
    assert_eq!(cards(&world).await, Vec::<Json>::new());
}

/// What another state has taken meanwhile is neither changed nor removed, and this is said.
#[tokio::test]
async fn a_type_that_another_state_took_is_left_to_it() {
    let world = World::start().await;
    let mut core = world.core(CARD).await;
    let ours = made(&mut core, &card(&["p0"])).await;
    let id = &cards(&world).await[0]["id"];
    let path = format!("dcim/module-types/{id}/");
    let taken = json!({"custom_fields": {"hedgehog_owner": "other"}});
    let (status, _) = world.server.send("PATCH", &path, &taken).await;
    assert_eq!(status, 200);
    let before = cards(&world).await;
    let wish = value(&core, &card(&["p0"]));
    let mut planned = wish.clone();
    planned.set("optic_bays", Value::Bool(false));
    let refused = core.run(&ours, Some(planned)).await;
    assert!(
        words(&refused.diagnostics).contains("changed hands"),
        "{}",
        words(&refused.diagnostics)
    );
    let removed = fine(core.run(&ours, None).await);
    assert!(words(&removed.diagnostics).contains("stays in NetBox"));
    assert_eq!(cards(&world).await, before);
    assert_eq!(adopted(&fine(core.read(&ours).await)), Some(true));
}

/// What nobody has finished is finished by who wishes it next, whichever write was the last.
#[tokio::test]
async fn a_type_that_nobody_finished_is_taken_over() {
    let mut taken = 0;
    for writes in 0.. {
        let world = World::start().await;
        let (mut first, beside) = (world.core(CARD).await, world.another());
        let mut second = provider(&beside, CARD).await;
        let config = value(&first, &card(&["p0"]));
        let faults = std::iter::repeat_n(Fault::None, writes).chain([Fault::Invalid; 9]);
        world.fake.plan_faults(faults);
        let cut = first.run(&Applied::default(), Some(config)).await;
        world.fake.clear_faults();
        if !failed(&cut.diagnostics) {
            break;
        }
        taken += cards(&world).await.len();
        let theirs = made(&mut second, &card(&["p0", "p1"])).await;
        assert_eq!(adopted(&theirs), Some(false), "after {writes} writes");
        if cut.state.is_some() {
            // The first one has lost it.
            assert!(fine(first.run(&cut, None).await).state.is_none());
        }
        assert_eq!(fine(second.read(&theirs).await).state, theirs.state);
        assert!(fine(second.run(&theirs, None).await).state.is_none());
        assert_eq!(cards(&world).await, Vec::<Json>::new());
    }
    assert_eq!(
        taken, 2,
        "before its ports were made, and before it was called whole"
    );
}

/// With `create_before_destroy` the successor of a type is the same type, and outlives it.
#[tokio::test]
async fn a_type_outlives_the_resource_that_another_succeeded() {
    let world = World::start().await;
    let mut core = world.core("hedgehog_device_type").await;
    let first = made(&mut core, &json!({"profile": "celestica-ds2000"})).await;
    let second = made(&mut core, &json!({"profile": "celestica-ds2000"})).await;
    assert_eq!(
        (adopted(&first), adopted(&second)),
        (Some(false), Some(true))
    );
    let removed = fine(core.run(&first, None).await);
    assert!(words(&removed.diagnostics).contains("stays in NetBox"));
    let there = fine(core.read(&second).await);
    let but_owner = |of: &Applied| of.state.clone().unwrap().with("owner", Value::Null);
    let (now, then) = (but_owner(&there), but_owner(&first));
    assert_eq!(now, then, "it was left to the second one");
    // An update does not make another of it.
    let changed = value(
        &core,
        &json!({"profile": "celestica-ds2000", "u_height": 2}),
    );
    let changed = fine(core.run(&there, Some(changed)).await);
    let removed = fine(core.run(&changed, None).await);
    assert_eq!(words(&removed.diagnostics), "");
    assert_eq!(fine(core.read(&changed).await).state, None);
}

/// A plan that refers to a type waits for the ports that the same apply gives it.
#[tokio::test]
async fn a_type_whose_ports_change_is_not_looked_at_before() {
    let world = World::start().await;
    let mut core = world.core(CARD).await;
    let state = made(&mut core, &card(&["p0"])).await;
    let config = value(&core, &card(&["p0"]));
    let same = core
        .plan(state.state.as_ref(), &state.private, Some(config))
        .await;
    assert_eq!(same.planned, state.state);
    let config = value(&core, &card(&["p0", "p1"]));
    let more = core
        .plan(state.state.as_ref(), &state.private, Some(config.clone()))
        .await;
    assert!(more.planned.as_ref().unwrap().get("ref").is_unknown());
    let done = fine(core.apply(&more, Some(config)).await);
    assert_eq!(done.state.unwrap().get("ref").as_str(), Some("other/Card"));
}

#[tokio::test]
async fn a_type_that_lost_its_mark_is_said_to_be_of_others() {
    let world = World::start().await;
    let mut core = world.core(CARD).await;
    let state = made(&mut core, &card(&["p0"])).await;
    let row = cards(&world).await.remove(0);
    let set = async |mark: &Json| {
        let path = format!("dcim/module-types/{}/", row["id"]);
        let fields = json!({"custom_fields": {"hedgehog_owner": mark}});
        assert_eq!(world.server.send("PATCH", &path, &fields).await.0, 200);
    };
    let mark = &row["custom_fields"]["hedgehog_owner"];
    set(&Json::Null).await;
    let read = fine(core.read(&state).await);
    let said = words(&read.diagnostics);
    assert!(
        said.contains("lost its mark") && said.contains(mark.as_str().unwrap()),
        "{said}"
    );
    assert_eq!(adopted(&read), Some(true));
    set(mark).await;
    let again = fine(core.read(&read).await);
    assert_eq!((again.diagnostics.len(), again.state), (0, state.state));
}

/// Terraform removes a type that left the configuration before it changes the plan that used it.
#[tokio::test]
async fn a_type_in_use_tells_the_way_out() {
    let world = World::start().await;
    let mut core = world.core(CARD).await;
    let ours = made(&mut core, &card(&["p0"])).await;
    let kind = &cards(&world).await[0]["id"];
    let used = Use::of(&world, kind).await;
    let refused = core.run(&ours, None).await;
    let said = words(&refused.diagnostics);
    assert!(failed(&refused.diagnostics), "{said}");
    for part in [
        "The type is still in use",
        "Put the block of the type back",
        "create_before_destroy",
        "terraform import ADDRESS 'other/Card' there",
    ] {
        assert!(said.contains(part), "{part} is not in {said}");
    }
    assert_eq!(refused.state, ours.state, "it is there, and known");
    used.end(&world).await;
    assert!(fine(core.run(&refused, None).await).state.is_none());
}

/// Terraform keeps the state as it was then, without its private part.
#[tokio::test]
async fn a_type_whose_provider_dies_is_still_of_its_state() {
    let (one, other) = (card(&["p0"]), card(&["p0", "p9"]));
    let mut changed = other.clone();
    changed["optic_bays"] = json!(true);
    let mut points = 0;
    for (before, after) in [
        (None, Some(&one)),
        (Some(&one), Some(&changed)),
        (Some(&changed), None),
    ] {
        let world = World::start().await;
        let mut host = world.another();
        let mut core = provider(&host, CARD).await;
        // The field that marks types stays when they go.
        let first = made(&mut core, &other).await;
        fine(core.run(&first, None).await);
        let bare = inventory(&world.fake.tables());
        let mut state = Applied::default();
        if let Some(before) = before {
            state = made(&mut core, before).await;
        }
        let prepared = world.fake.tables();
        let config = after.map(|after| value(&core, after));
        let so_far = world.fake.count();
        let calm = Trouble::default();
        let done = run(&mut core, &world.fake, &state, config.as_ref(), &calm).await;
        assert!(matches!(done, Ended::Done(_)), "{done}");
        let expected = inventory(&world.fake.tables());
        let requests = world.fake.count() - so_far;
        for (request, kill) in (0..requests).flat_map(|n| [(n, Fault::Kill), (n, Fault::KillAfter)])
        {
            points += 1;
            world.fake.put_back(&prepared);
            let mut now = state.clone();
            let mut trouble = Trouble::at(request, kill);
            for attempt in 0.. {
                assert!(attempt < 4, "{kill:?} at {request}: it does not end");
                let ended = run(&mut core, &world.fake, &now, config.as_ref(), &trouble).await;
                trouble = Trouble::default();
                match ended {
                    Ended::Idle(_) => break,
                    Ended::Done(made) => now = made,
                    Ended::Killed => {
                        now.private.clear();
                        host = world.another();
                        core = provider(&host, CARD).await;
                    }
                    Ended::Failed { said, .. } => panic!("{kill:?} at {request}: {said}"),
                }
            }
            let found = inventory(&world.fake.tables());
            let different = differences(&found, &expected);
            assert!(
                different.is_empty(),
                "{kill:?} at {request}: {different:#?}"
            );
            if after.is_some() {
                assert_eq!(adopted(&now), Some(false), "{kill:?} at {request}");
                fine(core.run(&now, None).await);
                let left = differences(&inventory(&world.fake.tables()), &bare);
                assert!(left.is_empty(), "{kill:?} at {request}: {left:#?}");
            }
        }
    }
    eprintln!("{points} points");
}

/// Terraform plans with what `ignore_changes` keeps, and hands the apply what is written.
#[tokio::test]
async fn a_type_is_as_planned_and_not_as_written() {
    let world = World::start().await;
    let mut core = world.core(CARD).await;
    let state = made(&mut core, &card(&["p0"])).await;
    let mut kept = card(&["p0"]);
    kept["part_number"] = json!("4711");
    let mut written = card(&["p9"]);
    written["part_number"] = json!("4711");
    let [kept, written] = [kept, written].map(|config| value(&core, &config));
    let plan = core
        .plan(state.state.as_ref(), &state.private, Some(kept.clone()))
        .await;
    let done = core.apply_ignoring(&plan, Some(kept.clone()), Some(written));
    let done = fine(done.await);
    let ports = world.server.get("dcim/interface-templates/?name=p9").await;
    assert_eq!(ports["count"], 0, "{ports}");
    let read = fine(core.read(&done).await);
    let again = core
        .plan(read.state.as_ref(), &read.private, Some(kept))
        .await;
    assert_eq!(again.planned, done.state, "nothing to do");
}

/// A field that is written and was changed by hand is shown, and put right.
#[tokio::test]
async fn a_field_of_a_type_that_was_changed_by_hand_is_drift() {
    let world = World::start().await;
    let mut core = world.core(CARD).await;
    let mut config = card(&["p0"]);
    config["part_number"] = json!("4711");
    let state = made(&mut core, &config).await;
    let path = format!("dcim/module-types/{}/", cards(&world).await[0]["id"]);
    let by_hand = json!({"part_number": "0815"});
    assert_eq!(world.server.send("PATCH", &path, &by_hand).await.0, 200);
    let read = fine(core.read(&state).await);
    let shown = read.state.as_ref().unwrap().get("part_number").as_str();
    assert_eq!(shown, Some("0815"));
    let done = fine(core.run(&read, Some(value(&core, &config))).await);
    assert_eq!(done.state, state.state);
    assert_eq!(world.server.get(&path).await["part_number"], "4711");
}

/// What the apply would refuse is told by the plan.
#[tokio::test]
async fn a_type_that_may_not_be_marked_is_refused_by_the_plan() {
    let world = World::start_with(&[("NETBOX_REGISTER", "false")]).await;
    let mut core = world.core(CARD).await;
    let config = value(&core, &card(&["p0"]));
    let planned = core.plan(None, &[], Some(config)).await;
    let said = words(&planned.diagnostics);
    assert!(
        failed(&planned.diagnostics) && said.contains("custom field hedgehog_owner"),
        "{said}"
    );
}
