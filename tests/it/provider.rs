//! Our resources as Terraform sees them, over the socket, before a fake `NetBox`. Every plan and apply
//! answer passes through core's rules.

use hedgehog::provider::{Environment, HedgehogProvider};
use hedgehog::tf::resource::Provider as _;
use serde_json::{Value as Json, json as json_value};

use crate::support::core::{Applied, failed};
use crate::support::fake_faults::Fault;
use crate::support::world::{World, fine, leaf, plan, unknown_at, value, words};

#[tokio::test]
async fn schemas_are_legal_and_every_attribute_is_described() {
    let provider = HedgehogProvider::new(Environment::default());
    let legal = |name: &str| {
        !name.is_empty()
            && name
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    for resource in provider.resources() {
        let schema = resource.schema();
        for attribute in &schema.block.attributes {
            assert!(
                legal(attribute.name),
                "{}.{}",
                resource.name(),
                attribute.name
            );
            assert!(
                attribute.description.ends_with('.'),
                "{}.{}",
                resource.name(),
                attribute.name
            );
        }
        for block in &schema.block.blocks {
            assert!(legal(block.name), "{}.{}", resource.name(), block.name);
        }
    }
}

#[tokio::test]
async fn a_class_is_completed_at_plan_time() {
    let world = World::start().await;
    let mut core = world.core("hedgehog_switch_class").await;
    let config = leaf();
    let config = value(&core, &config);
    let planned = core.plan(None, &[], Some(config.clone())).await;
    let shown = planned.planned.unwrap();
    assert_eq!(shown.get("capacity").get("servers").as_u32(), Some(2));
    assert_eq!(shown.get("oversubscription").as_str(), Some("1:2"));
    let created = fine(core.run(&Applied::default(), Some(config.clone())).await);
    let again = core
        .plan(created.state.as_ref(), &created.private, Some(config))
        .await;
    assert_eq!(again.planned, created.state, "nothing to do");
    assert!(core.run(&created, None).await.state.is_none());
}

#[tokio::test]
async fn a_plan_lives_from_create_to_destroy() {
    let world = World::start().await;
    let before = world.census().await;
    let mut core = world.core("hedgehog_topology_plan").await;
    let two = value(&core, &plan(1));

    let first = core.plan(None, &[], Some(two.clone())).await;
    let shown = first.planned.clone().unwrap();
    assert_eq!(shown.get("totals").get("cables").as_u32(), Some(2 + 4));
    assert!(shown.get("id").is_unknown());
    let created = fine(core.apply(&first, Some(two.clone())).await);
    let state = created.state.clone().unwrap();
    assert_eq!(state.get("cabling"), shown.get("cabling"), "as planned");
    assert_eq!(state.get("complete").as_bool(), Some(true));

    let refreshed = fine(core.read(&created).await);
    assert_eq!(refreshed.state, created.state, "a refresh sees nothing new");
    let again = core
        .plan(
            refreshed.state.as_ref(),
            &refreshed.private,
            Some(two.clone()),
        )
        .await;
    assert_eq!(again.planned, created.state, "nothing to do");

    let grown = value(&core, &plan(2));
    let more = fine(core.run(&refreshed, Some(grown)).await);
    let state = more.state.clone().unwrap();
    assert_eq!(
        state.get("last_change").get("cables_added").as_u32(),
        Some(2)
    );
    assert_eq!(
        state.get("last_change").get("cables_moved").as_u32(),
        Some(0)
    );
    assert_eq!(state.get("id"), created.state.unwrap().get("id"));

    let gone = fine(core.run(&more, None).await);
    assert!(gone.state.is_none());
    assert_eq!(world.census().await, before, "NetBox is as it was found");
}

/// The inputs are unknown in the first plan and known in core's second: the answers agree.
#[tokio::test]
async fn what_is_unknown_makes_results_unknown_and_nothing_else() {
    let world = World::start().await;
    let mut core = world.core("hedgehog_topology_plan").await;
    let known = value(&core, &plan(1));
    let unknown = unknown_at(&known, &["server_classes", "compute", "quantity"]);
    let first = core.plan(None, &[], Some(unknown)).await;
    assert!(first.planned.as_ref().unwrap().get("totals").is_unknown());
    let created = fine(core.apply(&first, Some(known.clone())).await);

    // A type that is still to be created: counts and cabling are known all the same.
    let reference = unknown_at(&known, &["server_classes", "compute", "device_type"]);
    let planned = core
        .plan(created.state.as_ref(), &created.private, Some(reference))
        .await
        .planned
        .unwrap();
    assert_eq!(planned.get("totals").get("cables").as_u32(), Some(6));
    assert!(planned.get("digest").is_unknown());
    assert!(planned.get("device_ids").get("compute-001").is_unknown());
    assert!(!planned.get("device_ids").get("leaf-01").is_unknown());
}

#[tokio::test]
async fn drift_is_shown_and_repaired() {
    let world = World::start().await;
    let mut core = world.core("hedgehog_topology_plan").await;
    let config = value(&core, &plan(1));
    let created = fine(core.run(&Applied::default(), Some(config.clone())).await);
    let (_, cables) = world
        .server
        .send("GET", "dcim/cables/?limit=1", &Json::Null)
        .await;
    let cable = cables["results"][0]["id"].as_u64().unwrap();
    world
        .server
        .send("DELETE", &format!("dcim/cables/{cable}/"), &Json::Null)
        .await;

    let drifted = fine(core.read(&created).await);
    assert_ne!(drifted.state, created.state);
    let repaired = fine(core.run(&drifted, Some(config)).await);
    assert_eq!(repaired.state, created.state);
}

#[tokio::test]
async fn a_plan_that_is_gone_is_created_anew_and_elsewhere_it_is_not_gone() {
    let world = World::start().await;
    let mut core = world.core("hedgehog_topology_plan").await;
    let config = value(&core, &plan(1));
    let created = fine(core.run(&Applied::default(), Some(config.clone())).await);

    let other = World::start().await;
    let mut elsewhere = other.core("hedgehog_topology_plan").await;
    let answer = elsewhere.read(&created).await;
    assert!(failed(&answer.diagnostics) && answer.state == created.state);
    assert!(
        words(&answer.diagnostics).contains("another NetBox"),
        "{}",
        words(&answer.diagnostics)
    );

    let removed = core.run(&created, None).await;
    assert!(removed.state.is_none());
    assert!(fine(core.read(&created).await).state.is_none(), "gone");
}

/// The private record was lost or damaged: said, and nothing is lost in `NetBox`.
#[tokio::test]
async fn a_damaged_record_is_said_and_heals() {
    let world = World::start().await;
    let mut core = world.core("hedgehog_topology_plan").await;
    let config = value(&core, &plan(1));
    let created = fine(core.run(&Applied::default(), Some(config.clone())).await);
    for private in [Vec::new(), b"nonsense".to_vec()] {
        let damaged = Applied {
            private,
            ..created.clone()
        };
        let planned = core
            .plan(
                damaged.state.as_ref(),
                &damaged.private,
                Some(config.clone()),
            )
            .await;
        assert!(words(&planned.diagnostics).contains("intended cabling is not known"));
        let healed = fine(core.apply(&planned, Some(config.clone())).await);
        assert_eq!(
            healed.state.unwrap().get("id"),
            created.state.as_ref().unwrap().get("id")
        );
        assert_eq!(healed.private, created.private);
    }
}

#[tokio::test]
async fn wrong_input_is_said_at_its_attribute_and_writes_nothing() {
    let world = World::start().await;
    let mut core = world.core("hedgehog_topology_plan").await;
    let writes = |world: &World| {
        world
            .fake
            .requests()
            .iter()
            .filter(|request| !request.starts_with("GET"))
            .count()
    };
    let before = writes(&world);
    let mut check = async |pointer: &str, wrong: Json, path: &str, expected: &str| {
        let mut config = plan(1);
        *config.pointer_mut(pointer).unwrap() = wrong;
        let config = value(&core, &config);
        let planned = core.plan(None, &[], Some(config)).await;
        assert!(failed(&planned.diagnostics), "{pointer} was accepted");
        let found = planned.diagnostics.iter().any(|d| {
            let steps = d.attribute.as_ref().map(|path| format!("{:?}", path.steps));
            d.detail.contains(expected) && steps.is_some_and(|steps| steps.contains(path))
        });
        assert!(found, "{path} {expected}: {:#?}", planned.diagnostics);
    };
    let (leaf, compute) = ("/switch_classes/leaf", "/server_classes/compute");
    check(
        &format!("{leaf}/profile"),
        "nothing".into(),
        "leaf",
        "nothing",
    )
    .await;
    check(
        &format!("{leaf}/zone/servers/ports"),
        "1-99".into(),
        "leaf",
        "99",
    )
    .await;
    check(
        &format!("{compute}/quantity"),
        (-1).into(),
        "compute",
        "server_classes[\"compute\"].quantity must be a whole number from 0 to 4294967295, but it is -1.",
    )
    .await;
    check(
        &format!("{compute}/attachment/fe/zone"),
        "leaf/x".into(),
        "compute",
        "\"x\"",
    )
    .await;
    check(
        &format!("{compute}/device_type"),
        "acme/none".into(),
        "compute",
        "acme/none",
    )
    .await;
    check("/site", "nowhere".into(), "site", "nowhere").await;
    check(&format!("{leaf}/name"), "other".into(), "leaf", "other").await;
    assert_eq!(writes(&world), before);
}

#[tokio::test]
async fn an_old_netbox_is_refused() {
    let world = World::start().await;
    world.fake.set_version("4.5.10");
    let mut core = world.core("hedgehog_topology_plan").await;
    let config = value(&core, &plan(1));
    let planned = core.plan(None, &[], Some(config)).await;
    assert!(
        words(&planned.diagnostics).contains("4.5"),
        "{}",
        words(&planned.diagnostics)
    );
    assert!(failed(&planned.diagnostics));
}

/// A release that nobody has tried is let through, and the plan says so.
#[tokio::test]
async fn an_untested_netbox_is_told() {
    for (version, warnings) in [("4.6.9", 1), ("4.8.0", 1), ("4.7.3", 0)] {
        let world = World::start().await;
        world.fake.set_version(version);
        let mut core = world.core("hedgehog_topology_plan").await;
        let config = value(&core, &plan(1));
        let planned = core.plan(None, &[], Some(config)).await;
        let said = words(&planned.diagnostics);
        assert_eq!(said.matches("was not tested").count(), warnings, "{said}");
        assert!(!failed(&planned.diagnostics));
    }
}

#[tokio::test]
async fn a_type_is_created_changed_and_removed() {
    let world = World::start().await;
    let mut core = world.core("hedgehog_module_type").await;
    let config = |port: &str| {
        json_value!({
            "manufacturer": "Other", "model": "Card", "interface": {port: {"type": "other"}}
        })
    };
    let one = value(&core, &config("p0"));
    let created = fine(core.run(&Applied::default(), Some(one.clone())).await);
    let state = created.state.clone().unwrap();
    assert_eq!(state.get("ref").as_str(), Some("other/Card"));
    assert_eq!(state.get("adopted").as_bool(), Some(false));
    assert_eq!(fine(core.read(&created).await).state, created.state);
    let again = core.plan(created.state.as_ref(), &[], Some(one)).await;
    assert_eq!(again.planned, created.state);

    let other = value(&core, &config("p1"));
    let changed = fine(core.run(&created, Some(other)).await);
    assert_eq!(
        changed.state.as_ref().unwrap().get("id"),
        state.get("id"),
        "in place"
    );
    assert!(fine(core.run(&changed, None).await).state.is_none());
    assert!(
        fine(core.read(&changed).await).state.is_none(),
        "it is gone"
    );
}

/// Terraform knows of what it could not finish, so that somebody removes it.
#[tokio::test]
async fn a_type_that_failed_half_way_is_in_the_state() {
    let config = json_value!({
        "manufacturer": "Other", "model": "Card", "interface": {"p0": {"type": "other"}}
    });
    let mut kept = 0;
    for writes in 0.. {
        let world = World::start().await;
        let mut core = world.core("hedgehog_module_type").await;
        let config = value(&core, &config);
        let faults = std::iter::repeat_n(Fault::None, writes).chain([Fault::Invalid; 9]);
        world.fake.plan_faults(faults);
        let cut = core.run(&Applied::default(), Some(config)).await;
        world.fake.clear_faults();
        if !failed(&cut.diagnostics) {
            break;
        }
        let (_, rows) = world
            .server
            .send("GET", "dcim/module-types/?model=Card", &Json::Null)
            .await;
        let made = rows["results"].as_array().unwrap().len();
        assert_eq!(
            usize::from(cut.state.is_some()),
            made,
            "after {writes} writes"
        );
        kept += made;
        if cut.state.is_some() {
            assert!(fine(core.run(&cut, None).await).state.is_none());
        }
    }
    assert_eq!(
        kept, 2,
        "the templates are one write, and the last word another"
    );
}

/// A card of the catalogue has the catalogue's ports, and a bay for each optic where that is asked for.
#[tokio::test]
async fn types_have_bays_for_optics_where_asked() {
    let world = World::start().await;
    // Resource, its arguments, names of the bays, and how many.
    let card = json_value!({"manufacturer": "NVIDIA", "model": "BlueField-3", "optic_bays": true});
    let switch = json_value!({"profile": "celestica-ds3000", "optic_bays": true});
    let plain = json_value!({"profile": "celestica-ds2000"});
    for (resource, config, parent, bays) in [
        ("hedgehog_module_type", card, "module_type_id", 2),
        ("hedgehog_device_type", switch, "device_type_id", 33),
        ("hedgehog_device_type", plain, "device_type_id", 0),
    ] {
        let mut core = world.core(resource).await;
        let config = value(&core, &config);
        let created = fine(core.run(&Applied::default(), Some(config.clone())).await);
        let id = created.state.as_ref().unwrap().get("id").as_u64().unwrap();
        let count = async || {
            let path = format!("dcim/module-bay-templates/?{parent}={id}&limit=1000");
            let (_, rows) = world.server.send("GET", &path, &Json::Null).await;
            rows["results"].as_array().unwrap().len()
        };
        assert_eq!(count().await, bays, "{resource}");
        let again = core.plan(created.state.as_ref(), &[], Some(config)).await;
        assert_eq!(again.planned, created.state);
        assert!(fine(core.run(&created, None).await).state.is_none());
    }
}

/// Other names and other keys in the plan, and the same devices under their ids.
#[tokio::test]
async fn a_renamed_class_keeps_its_devices() {
    let world = World::start().await;
    let mut core = world.core("hedgehog_topology_plan").await;
    let mut config = plan(2);
    let created = value(&core, &config);
    let created = fine(core.run(&Applied::default(), Some(created)).await);
    let mut class = config["server_classes"]["compute"].take();
    class["formerly"] = "compute".into();
    config["server_classes"] = json_value!({"gpu": class});
    let config = value(&core, &config);
    let renamed = fine(core.run(&created, Some(config)).await);
    let id = |applied: &Applied, name: &str| {
        let state = applied.state.as_ref().unwrap();
        state.get("device_ids").get(name).as_u64().unwrap()
    };
    assert_eq!(id(&renamed, "gpu-002"), id(&created, "compute-002"));
}

/// A value that cannot be read beside faults of the design, in validate and in plan.
#[tokio::test]
async fn values_that_cannot_be_read_hide_nothing() {
    let world = World::start().await;
    let mut core = world.core("hedgehog_topology_plan").await;
    let mut config = plan(1);
    let mut put = |pointer: &str, value: Json| {
        *config.pointer_mut(pointer).expect("known") = value;
    };
    put("/server_classes/compute/quantity", json_value!(-1));
    put(
        "/switch_classes/leaf/zone/servers/breakout",
        json_value!("9x1G"),
    );
    put("/switch_classes/spine/role", json_value!("spin"));
    put(
        "/server_classes/compute/attachment/fe/nic",
        json_value!("fee"),
    );
    config["naming"] = json_value!({"leaf": "{class"});
    let config = value(&core, &config);
    let planned = core.plan(None, &[], Some(config.clone())).await;
    for diagnostics in [core.validate(&config).await, planned.diagnostics] {
        let text = words(&diagnostics);
        assert_eq!(diagnostics.len(), 5, "{text}");
        // Terraform finds the line of an attribute and one key, and not of more.
        for place in diagnostics.iter().map(|d| d.attribute.as_ref()) {
            let steps = place.map_or(0, |path| path.steps.len());
            assert!((1..=2).contains(&steps), "{place:?}");
        }
        for expected in ["-1", "9x1G", "\"spin\"", "\"fee\"", "{class"] {
            assert!(text.contains(expected), "{expected}: {text}");
        }
    }
}

/// Likewise in a class resource, and where something is not known yet.
#[tokio::test]
async fn a_class_tells_all_that_can_be_known() {
    let world = World::start().await;
    let mut core = world.core("hedgehog_switch_class").await;
    let mut config = leaf();
    config["zone"]["servers"]["priority"] = json_value!(-5);
    config["zone"]["uplinks"]["ports"] = json_value!("3-2");
    config["role"] = json_value!("leafy");
    let config = value(&core, &config);
    let text = words(&core.validate(&config).await);
    for expected in ["-5", "3-2", "\"leafy\""] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
    let mut unknown = leaf();
    unknown["zone"]["uplinks"]["ports"] = json_value!("3-2");
    let unknown = unknown_at(&value(&core, &unknown), &["zone", "servers", "ports"]);
    let text = words(&core.validate(&unknown).await);
    assert!(text.contains("3-2") && text.lines().count() == 1, "{text}");
}
