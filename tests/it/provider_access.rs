//! What a token may see and do, as Terraform's user is told of it.

use hedgehog::provider::Environment;
use hedgehog::tf::value::Value;
use serde_json::json;

use crate::support::core::{Applied, failed};
use crate::support::fake_netbox::{Fault, TOKEN};
use crate::support::world::{World, core, fine, hosted, plan, value, words};

/// What is hidden is not gone: neither the whole plan nor its devices alone.
#[tokio::test]
async fn a_token_that_sees_less_never_makes_a_plan_gone() {
    let world = World::start().await;
    let mut core = world.core("hedgehog_topology_plan").await;
    let config = value(&core, &plan(1));
    let created = fine(core.run(&Applied::default(), Some(config)).await);
    let all = ["extras/tags", "dcim/devices", "dcim/cables"];
    for (hidden, what) in [
        (&all[..], "the plan's tag"),
        (&all[1..2], "the device with"),
    ] {
        world.fake.hide(hidden);
        for answer in [core.read(&created).await, core.run(&created, None).await] {
            assert!(failed(&answer.diagnostics), "{hidden:?}");
            let told = words(&answer.diagnostics);
            assert!(
                told.contains("does not see all") && told.contains(what),
                "{told}"
            );
            let ids =
                |state: &Option<Value>| state.as_ref().map(|state| state.get("device_ids").clone());
            assert_eq!(ids(&answer.state), ids(&created.state), "the state is kept");
        }
    }
    world.fake.hide(&[]);
    assert_eq!(fine(core.read(&created).await).state, created.state);
}

/// Nor are the parts of it: whatever is not shown, nothing is written.
#[tokio::test]
async fn a_token_that_sees_a_part_writes_nothing() {
    let world = World::start().await;
    let mut core = world.core("hedgehog_topology_plan").await;
    let config = value(&core, &with_cards());
    let created = fine(core.run(&Applied::default(), Some(config.clone())).await);
    let mut grown = with_cards();
    grown["server_classes"]["compute"]["quantity"] = json!(2);
    let grown = value(&core, &grown);
    for (table, what) in [
        ("dcim/interfaces", "which a cable of the plan is on"),
        ("dcim/modules", "which has interfaces of the plan"),
        ("dcim/cables", "the plan's cable with the id"),
        ("extras/tags", "the plan's tag"),
    ] {
        let before = world.fake.count();
        world.fake.hide(&[table]);
        let answers = [
            core.read(&created).await,
            core.run(&created, Some(grown.clone())).await,
            core.run(&created, None).await,
        ];
        world.fake.hide(&[]);
        for answer in answers {
            let told = words(&answer.diagnostics);
            assert!(
                failed(&answer.diagnostics) && told.contains("does not see all"),
                "{table}: {told}"
            );
            assert!(told.contains(what), "{table}: {told}");
        }
        assert_eq!(world.fake.writes_since(before).len(), 0, "{table}");
    }
    assert_eq!(fine(core.read(&created).await).state, created.state);
}

/// One server, with cards.
fn with_cards() -> serde_json::Value {
    let mut plan = plan(1);
    let nic = &mut plan["server_classes"]["compute"]["nic"]["fe"];
    nic["module_type"] = json!("acme/NIC 2x200/a");
    plan
}

/// Neither a type that the token does not see nor one that somebody renamed is gone, and none is left
/// behind for that.
#[tokio::test]
async fn a_type_that_is_not_found_by_its_name_is_not_gone() {
    let world = World::start().await;
    let switch = json!({"profile": "celestica-ds2000"});
    let card = json!({"manufacturer": "NVIDIA", "model": "BlueField-3"});
    for (resource, config, table, name) in [
        ("hedgehog_device_type", switch, "dcim/device-types", "slug"),
        ("hedgehog_module_type", card, "dcim/module-types", "model"),
    ] {
        let mut core = world.core(resource).await;
        let config = value(&core, &config);
        let made = fine(core.run(&Applied::default(), Some(config)).await);
        let id = made.state.as_ref().unwrap().get("id").as_u64().unwrap();
        let path = format!("{table}/{id}/");
        let before = world.server.get(&path).await[name].clone();
        let rename = async |name_now: &serde_json::Value| {
            let body = json!({name: name_now});
            let (status, said) = world.server.send("PATCH", &path, &body).await;
            assert_eq!(status, 200, "{said}");
        };
        for (hidden, told) in [(true, "does not see the type"), (false, "was renamed")] {
            if hidden {
                world.fake.hide(&[table]);
            } else {
                rename(&json!("other")).await;
            }
            for answer in [core.read(&made).await, core.run(&made, None).await] {
                let words = words(&answer.diagnostics);
                assert!(
                    failed(&answer.diagnostics) && words.contains(told),
                    "{words}"
                );
                assert_eq!(answer.state, made.state, "the state is kept");
            }
            world.fake.hide(&[]);
        }
        rename(&before).await;
        assert_eq!(fine(core.read(&made).await).state, made.state);
        assert_eq!(fine(core.run(&made, None).await).state, None);
        let (status, _) = world.server.send("GET", &path, &json!(null)).await;
        assert_eq!(status, 404, "it is gone now");
        assert_eq!(fine(core.read(&made).await).state, None);
    }
}

/// Whatever object of a create is refused, it is told by its device's name, at its class.
#[tokio::test]
async fn a_refused_object_is_told_by_name_at_its_class() {
    let mut labels = Vec::new();
    // Fields, roles and the plan's tag are written first.
    for others in 3..30 {
        let world = World::start().await;
        let mut core = world.core("hedgehog_topology_plan").await;
        let config = value(&core, &plan(1));
        let faults = std::iter::repeat_n(Fault::None, others).chain(vec![Fault::Invalid; 30]);
        world.fake.plan_faults(faults);
        let applied = core.run(&Applied::default(), Some(config)).await;
        let mut refused = applied.diagnostics.iter();
        let Some(told) = refused.find(|told| told.detail.contains("called so")) else {
            assert!(!failed(&applied.diagnostics), "nothing was refused");
            break;
        };
        if told.detail.contains("PATCH extras/tags") {
            continue;
        }
        let steps = format!("{:?}", told.attribute.as_ref().map(|path| &path.steps));
        assert!(steps.contains("_classes"), "{steps}: {}", told.detail);
        let mut lines = told.detail.lines();
        let label = lines.find_map(|line| line.strip_suffix(": name: It may not be called so."));
        labels.push(
            label
                .unwrap_or_else(|| panic!("{}", told.detail))
                .trim()
                .to_owned(),
        );
    }
    insta::assert_snapshot!(labels.join("\n"));
}

#[tokio::test]
async fn a_wrong_branch_is_told_before_anything_is_read() {
    let world = World::start().await;
    let url = world.fake.url.clone();
    let environment = Environment::read(|variable| match variable {
        "NETBOX_SERVER_URL" => Some(url.clone()),
        "NETBOX_API_TOKEN" => Some(TOKEN.to_owned()),
        "NETBOX_BRANCH" => Some("summer".to_owned()),
        _ => None,
    });
    let hosted = hosted(environment);
    let config = value(&core(&hosted, "hedgehog_topology_plan").await, &plan(1));
    for (table, expected) in [
        (json!([]), "there is no branch of that name"),
        (
            json!([{"name": "summer", "schema_id": "abcd1234", "status": "merged"}]),
            "its status is merged",
        ),
    ] {
        for row in table.as_array().unwrap() {
            world
                .server
                .send("POST", "plugins/branching/branches/", row)
                .await;
        }
        // Configured anew, it asks anew.
        let mut core = core(&hosted, "hedgehog_topology_plan").await;
        let planned = core.plan(None, &[], Some(config.clone())).await;
        let told = words(&planned.diagnostics);
        assert!(
            told.contains("\"summer\" cannot be used") && told.contains(expected),
            "{told}"
        );
    }
}
