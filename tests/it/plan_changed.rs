//! What others change between a plan and its apply: a field that the plan owns stops it before its first
//! write, with what it saw and what is there; anything else does not.

use serde_json::{Value as Json, json};

use crate::support::applied::cable;
use crate::support::core::{Applied, Core, Planned, failed};
use crate::support::world::{World, applied, fine, plan, value, words};

/// The first plan, applied; its state.
async fn first() -> (World, Core, Applied) {
    let (world, core, state) = applied(1).await;
    for (path, body) in [
        ("extras/tags", json!({"name": "rack", "slug": "rack"})),
        ("tenancy/tenants", json!({"name": "Blue", "slug": "blue"})),
        ("tenancy/tenants", json!({"name": "Red", "slug": "red"})),
        ("dcim/device-roles", json!({"name": "Old", "slug": "old"})),
        (
            "extras/custom-fields",
            json!({"name": "asset", "type": "text",
                   "object_types": ["dcim.cable", "dcim.device", "dcim.interface"]}),
        ),
    ] {
        let (status, made) = world.server.send("POST", &format!("{path}/"), &body).await;
        assert_eq!(status, 201, "{made}");
    }
    (world, core, state)
}

/// What `terraform plan` does: refresh, then plan.
async fn replan(core: &mut Core, state: &Applied, config: Option<&Json>) -> Planned {
    let read = fine(core.read(state).await);
    let config = config.map(|config| value(core, config));
    core.plan(read.state.as_ref(), &read.private, config).await
}

fn writes(world: &World) -> usize {
    world.fake.writes_since(0).len()
}

/// An object, as a person finds it.
#[derive(Debug, Clone, Copy)]
enum Object {
    Device(&'static str),
    Port(&'static str, &'static str),
    /// On that port.
    Cable(&'static str, &'static str),
    Module(&'static str),
}

impl Object {
    async fn path(self, world: &World) -> String {
        let device = async |name: &str| {
            let path = format!("dcim/devices/?name={name}");
            world.server.get(&path).await["results"][0]["id"]
                .as_u64()
                .unwrap()
        };
        let port = async |name: &str, port: &str| {
            let filter = format!("device_id={}&name={port}&limit=1000", device(name).await);
            let path = format!("dcim/interfaces/?{filter}");
            world.server.get(&path).await["results"][0].clone()
        };
        match self {
            Self::Device(name) => format!("dcim/devices/{}", device(name).await),
            Self::Port(name, at) => format!("dcim/interfaces/{}", port(name, at).await["id"]),
            Self::Cable(name, at) => {
                format!("dcim/cables/{}", port(name, at).await["cable"]["id"])
            }
            Self::Module(name) => {
                let filter = format!("device_id={}", device(name).await);
                let found = world.server.get(&format!("dcim/modules/?{filter}")).await;
                format!("dcim/modules/{}", found["results"][0]["id"])
            }
        }
    }
}

/// What somebody does.
#[derive(Debug, Clone)]
enum Edit {
    Patch(Object, Json),
    Delete(Object),
    /// The B end of a cable to a new port of a device.
    Move(Object, &'static str),
    /// Away with the cable on a port, and another in its place.
    Recable(&'static str, &'static str),
}

impl Edit {
    async fn make(&self, world: &World) {
        let new_port = async |device: &'static str| {
            let path = Object::Device(device).path(world).await;
            let id = path.rsplit_once('/').unwrap().1;
            let id: u64 = id.parse().unwrap();
            let body = json!({"device": id, "name": "mine", "type": "other"});
            let (status, made) = world.server.send("POST", "dcim/interfaces/", &body).await;
            assert_eq!(status, 201, "{made}");
            made["id"].as_u64().unwrap()
        };
        let send = async |method: &str, object: &Object, body: &Json| {
            let path = format!("{}/", object.path(world).await);
            let (status, said) = world.server.send(method, &path, body).await;
            assert!(status < 300, "{method} {path}: {said}");
        };
        match self {
            Self::Patch(object, body) => send("PATCH", object, body).await,
            Self::Delete(object) => send("DELETE", object, &Json::Null).await,
            Self::Move(object, device) => {
                let port = new_port(device).await;
                let end = json!([{"object_type": "dcim.interface", "object_id": port}]);
                send("PATCH", object, &json!({"b_terminations": end})).await;
            }
            Self::Recable(device, port) => {
                let path = Object::Port(device, port).path(world).await;
                let id: u64 = path.rsplit_once('/').unwrap().1.parse().unwrap();
                send("DELETE", &Object::Cable(device, port), &Json::Null).await;
                let other = new_port("spine-01").await;
                cable(&world.server, id, other).await;
            }
        }
    }
}

/// The second plan, edited, must not be applied, and says this; a new plan can be.
async fn refused(config: Option<Json>, edit: Edit, expected: &str) {
    let (world, mut core, state) = first().await;
    let planned = replan(&mut core, &state, config.as_ref()).await;
    edit.make(&world).await;
    let before = writes(&world);
    let wish = config.as_ref().map(|config| value(&core, config));
    let stopped = core.apply(&planned, wish.clone()).await;
    let said = words(&stopped.diagnostics);
    assert!(failed(&stopped.diagnostics), "{edit:?} was overwritten");
    assert!(said.contains(expected), "{expected} is not in: {said}");
    assert!(
        said.contains("Plan again") || said.contains("not of this plan"),
        "{said}"
    );
    assert_eq!(writes(&world), before, "{said}");
    if !matches!(edit, Edit::Recable(..)) {
        let planned = replan(&mut core, &stopped, config.as_ref()).await;
        fine(core.apply(&planned, wish).await);
    }
}

/// The second plan, edited, is applied all the same.
async fn applies(config: Option<Json>, edit: Edit) {
    let (world, mut core, state) = first().await;
    let planned = replan(&mut core, &state, config.as_ref()).await;
    edit.make(&world).await;
    let wish = config.as_ref().map(|config| value(&core, config));
    let applied = fine(core.apply(&planned, wish).await);
    if config.is_some() {
        let again = replan(&mut core, &applied, config.as_ref()).await;
        assert_eq!(again.planned, applied.state, "{edit:?}: nothing to do");
    }
}

const SERVER: Object = Object::Device("compute-001");

fn grown() -> Json {
    plan(2)
}

fn with(name: &str, value: Json) -> Json {
    let mut config = plan(1);
    config[name] = value;
    config
}

fn custom(name: &str, value: &Json) -> Json {
    json!({"custom_fields": {name: value}})
}

#[tokio::test]
async fn a_field_that_the_plan_owns_stops_it() {
    let link = Object::Cable("compute-001", "fe-p0");
    let cases = [
        (
            Edit::Patch(SERVER, json!({"name": "hand"})),
            "name was \"compute-001\", and is \"hand\" now",
        ),
        (
            Edit::Patch(SERVER, json!({"role": {"slug": "old"}})),
            "role was \"server\", and is \"old\" now",
        ),
        (
            Edit::Patch(SERVER, json!({"device_type": {"slug": "sw16"}})),
            "type was \"acme/server1\", and is \"acme/sw16\" now",
        ),
        (
            Edit::Patch(SERVER, custom("hedgehog_class", &json!("x"))),
            "hedgehog_class was \"compute\", and is \"x\" now",
        ),
        (
            Edit::Patch(Object::Port("leaf-01", "E1/1"), json!({"enabled": true})),
            "enabled was false, and is true now",
        ),
        (
            Edit::Patch(
                Object::Port("leaf-01", "E1/2"),
                custom("hedgehog_zone", &Json::Null),
            ),
            "hedgehog_zone was \"uplinks\", and is null now",
        ),
        (
            Edit::Patch(link, custom("hedgehog_key", &json!("mine"))),
            "hedgehog_key was \"compute/1/fe/0\", and is \"mine\" now",
        ),
        (Edit::Patch(link, json!({"tags": []})), "was taken away"),
        (
            Edit::Delete(link),
            "compute-001:fe-p0 -- leaf-01:E1/1/1, was there, and is gone",
        ),
        (
            Edit::Move(link, "spine-01"),
            "it was compute-001:fe-p0 -- leaf-01:E1/1/1, and is compute-001:fe-p0 -- spine-01:mine now",
        ),
        (
            Edit::Delete(Object::Module("compute-001")),
            "module fe of compute-001 was there, and is gone",
        ),
        (
            Edit::Recable("compute-001", "fe-p0"),
            "compute-001:fe-p0 is taken by cable ",
        ),
    ];
    for (edit, expected) in cases {
        refused(Some(grown()), edit, expected).await;
    }
}

/// The devices of a class go by another key after the class was renamed.
#[tokio::test]
async fn what_goes_while_its_class_is_renamed_stops_it() {
    let mut renamed = plan(1);
    let mut class = renamed["server_classes"]["compute"].take();
    class["formerly"] = json!("compute");
    renamed["server_classes"] = json!({"gpu": class});
    for (object, expected) in [
        (
            Object::Cable("compute-001", "fe-p0"),
            "compute-001:fe-p0 -- leaf-01:E1/1/1, was there, and is gone",
        ),
        (
            Object::Module("compute-001"),
            "module fe of compute-001 was there, and is gone",
        ),
    ] {
        refused(Some(renamed.clone()), Edit::Delete(object), expected).await;
    }
}

#[tokio::test]
async fn a_field_that_the_plan_begins_to_own_stops_it_too() {
    refused(
        Some(with("status", json!("deployed"))),
        Edit::Patch(SERVER, json!({"status": "offline"})),
        "status was \"planned\", and is \"offline\" now",
    )
    .await;
    refused(
        Some(with("tenant", json!("blue"))),
        Edit::Patch(SERVER, json!({"tenant": {"slug": "red"}})),
        "tenant was null, and is \"red\" now",
    )
    .await;
    refused(
        Some(with("description", json!("Ours"))),
        Edit::Patch(SERVER, json!({"description": "Theirs"})),
        "description was null, and is \"Theirs\" now",
    )
    .await;
}

#[tokio::test]
async fn what_is_to_be_removed_is_not_removed_when_it_changed() {
    refused(
        None,
        Edit::Patch(SERVER, json!({"name": "hand"})),
        "name was \"compute-001\", and is \"hand\" now",
    )
    .await;
    refused(
        None,
        Edit::Move(Object::Cable("compute-001", "fe-p0"), "spine-01"),
        "it was compute-001:fe-p0 -- leaf-01:E1/1/1",
    )
    .await;
}

#[tokio::test]
async fn what_others_own_never_stops_it() {
    let device = json!({"comments": "seen", "serial": "X1", "position": 7, "primary_ip4": 5,
        "description": "theirs", "add_tags": [{"slug": "rack"}], "custom_fields": {"asset": "A-1"}});
    let port =
        json!({"description": "to the wall", "mtu": 9000, "custom_fields": {"asset": "A-1"}});
    let link = json!({"label": "C-1", "color": "ff0000", "length": 3,
        "add_tags": [{"slug": "rack"}], "custom_fields": {"asset": "A-1"}});
    let edits = [
        (SERVER, device.clone()),
        (SERVER, json!({"status": "offline"})),
        (Object::Port("leaf-01", "E1/1/1"), port),
        (Object::Cable("compute-001", "fe-p0"), link),
    ];
    for (object, body) in edits {
        applies(Some(grown()), Edit::Patch(object, body.clone())).await;
        applies(None, Edit::Patch(object, body)).await;
    }
}

/// Somebody did what the plan was about to do.
#[tokio::test]
async fn what_is_already_as_wanted_is_no_change() {
    let described = with("description", json!("Ours"));
    applies(
        Some(described),
        Edit::Patch(SERVER, json!({"description": "Ours"})),
    )
    .await;
}

/// What a plan saw it may put back; without a refresh it saw what the last apply left.
#[tokio::test]
async fn drift_is_repaired_once_a_plan_has_seen_it() {
    let (world, mut core, state) = first().await;
    let edit = Edit::Patch(SERVER, json!({"name": "hand"}));
    edit.make(&world).await;
    let blind = value(&core, &plan(2));
    let stopped = core.run(&state, Some(blind)).await;
    let said = words(&stopped.diagnostics);
    assert!(
        failed(&stopped.diagnostics) && said.contains("with a refresh"),
        "{said}"
    );

    let planned = replan(&mut core, &state, Some(&plan(1))).await;
    let config = value(&core, &plan(1));
    let repaired = fine(core.apply(&planned, Some(config)).await);
    let found = world.server.get("dcim/devices/?name=compute-001").await;
    assert_eq!(found["count"], 1);
    let again = replan(&mut core, &repaired, Some(&plan(1))).await;
    assert_eq!(again.planned, repaired.state);
}

/// Two runs of Terraform planned at the same time, and one has applied.
#[tokio::test]
async fn a_plan_that_another_run_has_overtaken_is_not_applied() {
    let (world, mut core, state) = first().await;
    let mine = replan(&mut core, &state, Some(&plan(1))).await;
    let theirs = replan(&mut core, &state, Some(&grown())).await;
    assert_eq!(mine.planned, state.state);
    let described = with("description", json!("Mine"));
    let mine = replan(&mut core, &state, Some(&described)).await;
    let config = value(&core, &plan(2));
    fine(core.apply(&theirs, Some(config)).await);
    let before = writes(&world);
    let config = value(&core, &described);
    let stopped = core.apply(&mine, Some(config)).await;
    let said = words(&stopped.diagnostics);
    assert!(
        failed(&stopped.diagnostics) && said.contains("plan small was applied by another run ("),
        "{said}"
    );
    assert_eq!(writes(&world), before);
}

/// The same plan twice: the second finds all as it wants it.
#[tokio::test]
async fn a_plan_that_was_applied_already_writes_nothing() {
    let (world, mut core, state) = first().await;
    let planned = replan(&mut core, &state, Some(&grown())).await;
    let config = value(&core, &plan(2));
    fine(core.apply(&planned, Some(config.clone())).await);
    let before = writes(&world);
    fine(core.apply(&planned, Some(config)).await);
    assert_eq!(writes(&world), before);
}
