//! Whatever the server answers, nothing without our marker is changed or deleted; and of what is
//! ours, only fields that we own.

mod liar;

use std::collections::{BTreeMap, BTreeSet};

use hedgehog::fabric::blueprint::Blueprint;
use hedgehog::reconcile::{Observed, PlanId, PlanStatus, Target, destroy};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::support::applied::{SMALL, apply, apply_with, cable, interface, target};
use crate::support::blueprints::Small;
use crate::support::fake_netbox::{FakeNetbox, Sent, TOKEN};
use crate::support::fake_tables::Tables;
use crate::support::server::Server;

/// Every row that is not the plan's, as it is now.
fn of_others(tables: &Tables, plan_id: &PlanId) -> BTreeMap<(String, u64), Value> {
    let marked = |row: &Value| row["custom_fields"]["hedgehog_plan_id"] == json!(plan_id.as_str());
    let ids = |table: &str| -> BTreeSet<u64> {
        let rows = tables.ids(table).into_iter();
        rows.filter(|id| marked(&tables.render(table, *id).unwrap()))
            .collect()
    };
    let (devices, cables) = (ids("dcim/devices"), ids("dcim/cables"));
    let mut rows = BTreeMap::new();
    for table in tables.names() {
        for id in tables.ids(table) {
            let row = tables.render(table, id).unwrap();
            let on_ours = row["device"]["id"]
                .as_u64()
                .is_some_and(|id| devices.contains(&id));
            let of_ours = row["cable"].as_u64().is_some_and(|id| cables.contains(&id));
            let journal = row["description"].as_str().unwrap_or_default();
            if !(marked(&row) || on_ours || of_ours || journal.contains(plan_id.as_str())) {
                rows.insert((table.to_owned(), id), row);
            }
        }
    }
    rows
}

/// A server with our plan, another plan beside it, and objects of others that look like ours.
async fn crowded(fake: &FakeNetbox) -> (Server, Target, Target) {
    let server = Server::at(fake.url.clone(), TOKEN.to_owned(), "site").await;
    let (ours, mut theirs) = (target(&server, "ours"), target(&server, "theirs"));
    // A plan of another tenant: its devices have the same names.
    let tenant = json!({"name": "Tenant", "slug": "tenant"});
    server
        .ensure("tenancy/tenants", "slug=tenant", tenant)
        .await;
    theirs.tenant = Some("tenant".to_owned());
    apply(&server, &theirs, &SMALL.build()).await;
    let observed = apply(&server, &ours, &SMALL.build())
        .await
        .observed
        .unwrap();
    let (leaf, spine) = (
        interface(&server, &observed, "leaf-01", "E1/14").await,
        interface(&server, &observed, "spine-01", "E1/14").await,
    );
    let foreign = cable(&server, leaf, spine).await;
    let tagged = json!({"add_tags": [{"slug": ours.scope.tag_slug()}]});
    server
        .send("PATCH", &format!("dcim/cables/{foreign}/"), &tagged)
        .await;
    let row = observed.devices.values().next().unwrap();
    for (name, marker) in [
        ("copy-01", "42"),
        ("copy-02", theirs.scope.plan_id.as_str()),
    ] {
        let copy = json!({
            "name": name, "site": row.site.id, "role": row.role.id,
            "device_type": row.device_type.id, "tags": [{"slug": ours.scope.tag_slug()}],
            "custom_fields": {"hedgehog_plan_id": marker, "hedgehog_key": "compute/1"},
        });
        let (status, made) = server.send("POST", "dcim/devices/", &copy).await;
        assert_eq!(status, 201, "{made}");
    }
    (server, ours, theirs)
}

/// Lists that ignore their filters hold everything that there is.
#[tokio::test]
async fn whatever_a_list_holds_only_marked_objects_are_written() {
    for deaf in [false, true] {
        let fake = FakeNetbox::start().await;
        let (server, mut ours, _) = crowded(&fake).await;
        fake.ignore_filters(deaf);
        let before = of_others(&fake.tables(), &ours.scope.plan_id);
        let grown = Small {
            servers: 5,
            ..SMALL
        }
        .build();
        ours.status = PlanStatus::Deployed;
        ours.write_status = true;
        ours.description = Some("Ours".to_owned());
        for blueprint in [grown, SMALL.build(), retyped()] {
            let outcome = apply_with(&server.client(), &ours, &blueprint).await;
            assert!(outcome.complete, "{:?}", outcome.errors);
            assert!(outcome.receipt.total() > 0);
            assert_unchanged(&before, &fake.tables());
        }
        let cancel = CancellationToken::new();
        let stuck = destroy(&server.client(), &ours.scope, ours.lease, &cancel).await;
        assert!(!stuck.complete, "a cable of others is on our devices");
        assert_unchanged(&before, &fake.tables());
        remove_foreign_cable(&fake, &server, &before).await;
        let before = of_others(&fake.tables(), &ours.scope.plan_id);
        let gone = destroy(&server.client(), &ours.scope, ours.lease, &cancel).await;
        assert!(gone.complete, "{:?}", gone.errors);
        assert_unchanged_but_for_tags(&before, &fake.tables());
    }
}

fn retyped() -> Blueprint {
    let mut blueprint = SMALL.build();
    let server = blueprint
        .devices
        .iter_mut()
        .find(|d| d.name == "compute-002");
    let other = hedgehog::fabric::design::Reference::Known("acme/sw16".to_owned());
    server.unwrap().device_type = other;
    blueprint
}

async fn remove_foreign_cable(
    fake: &FakeNetbox,
    server: &Server,
    others: &BTreeMap<(String, u64), Value>,
) {
    fake.ignore_filters(false);
    let cables = others.iter().filter(|((table, _), row)| {
        table == "dcim/cables" && row["custom_fields"]["hedgehog_plan_id"].is_null()
    });
    for ((_, id), _) in cables {
        let (status, _) = server
            .send("DELETE", &format!("dcim/cables/{id}/"), &Value::Null)
            .await;
        assert_eq!(status, 204);
    }
}

#[track_caller]
fn assert_unchanged(before: &BTreeMap<(String, u64), Value>, tables: &Tables) {
    for ((table, id), row) in before {
        assert_eq!(
            tables.render(table, *id).as_ref(),
            Some(row),
            "{table} {id}"
        );
    }
}

/// Our tag goes with the plan, also from those who borrowed it.
#[track_caller]
fn assert_unchanged_but_for_tags(before: &BTreeMap<(String, u64), Value>, tables: &Tables) {
    for ((table, id), row) in before {
        let mut row = row.clone();
        let found = tables.render(table, *id).unwrap();
        row["tags"] = found["tags"].clone();
        assert_eq!(found, row, "{table} {id}");
    }
}

/// What an update may hold, by table.
const OWNED: [(&str, &[&str]); 4] = [
    (
        "/api/dcim/cables/",
        &["status", "add_tags", "remove_tags", "custom_fields"],
    ),
    (
        "/api/dcim/devices/",
        &[
            "name",
            "role",
            "site",
            "location",
            "tenant",
            "status",
            "description",
            "add_tags",
            "remove_tags",
            "custom_fields",
        ],
    ),
    (
        "/api/dcim/interfaces/",
        &["type", "enabled", "custom_fields"],
    ),
    ("/api/extras/tags/", &["name", "slug", "description"]),
];

/// What others set on each of our objects, by table.
fn theirs() -> [(&'static str, Value); 3] {
    [
        (
            "dcim/devices",
            json!({"comments": "seen", "serial": "X1", "position": 7, "primary_ip4": 5}),
        ),
        (
            "dcim/interfaces",
            json!({"description": "to the wall", "mtu": 9000, "label": "1"}),
        ),
        (
            "dcim/cables",
            json!({"label": "C-1", "color": "ff0000", "length": 3}),
        ),
    ]
}

/// Our plan, with data of others on every object.
async fn annotated(fake: &FakeNetbox) -> (Server, Target, Observed) {
    let server = Server::at(fake.url.clone(), TOKEN.to_owned(), "site").await;
    let target = target(&server, "thrift");
    let outcome = apply(&server, &target, &SMALL.build()).await;
    foreign_field(&server).await;
    let tag = json!({"name": "rack", "slug": "rack"});
    server.ensure("extras/tags", "slug=rack", tag).await;
    for (table, mut body) in theirs() {
        body["add_tags"] = json!([{"slug": "rack"}]);
        body["custom_fields"] = json!({"asset": "A-1"});
        for id in fake.tables().ids(table) {
            let (status, answer) = server.send("PATCH", &format!("{table}/{id}/"), &body).await;
            assert_eq!(status, 200, "{answer}");
        }
    }
    (server, target, outcome.observed.unwrap())
}

#[track_caller]
fn assert_theirs_is_there(tables: &Tables) {
    for (table, fields) in theirs() {
        for id in tables.ids(table) {
            let row = tables.render(table, id).unwrap();
            for (name, value) in fields.as_object().unwrap() {
                assert_eq!(&row[name], value, "{table} {id} {name}");
            }
            assert_eq!(row["custom_fields"]["asset"], "A-1");
            let tags = row["tags"].as_array().unwrap();
            assert!(tags.iter().any(|tag| tag["slug"] == "rack"));
        }
    }
}

/// Only objects that differ are sent, and of them only the fields that differ.
#[tokio::test]
async fn an_update_names_only_what_differs() {
    let fake = FakeNetbox::start().await;
    let (server, target, observed) = annotated(&fake).await;
    // One device gets another name, one cage another zone.
    let mut blueprint = SMALL.build();
    blueprint.devices[0].name = "first".to_owned();
    let ends = blueprint.cables.iter_mut().map(|cable| &mut cable.a.device);
    ends.filter(|device| *device == "compute-001")
        .for_each(|device| *device = "first".to_owned());
    let leaf = blueprint.devices.iter_mut().find(|d| d.name == "leaf-01");
    leaf.unwrap().interfaces.last_mut().unwrap().zone = Some("spines".to_owned());
    let requests = fake.count();
    apply(&server, &target, &blueprint).await;
    let mut sent = patched(&fake.writes_since(requests));
    sent.remove("/api/extras/tags/");
    let first = observed.device_ids()["compute-001"];
    let cage = interface(&server, &observed, "leaf-01", "E1/16").await;
    let fields = json!({"hedgehog_zone": "spines"});
    let expected = [
        ("/api/dcim/devices/", json!({"id": first, "name": "first"})),
        (
            "/api/dcim/interfaces/",
            json!({"id": cage, "custom_fields": fields}),
        ),
    ];
    let expected = expected.map(|(path, body)| (path.to_owned(), vec![body]));
    assert_eq!(sent, BTreeMap::from(expected));
    assert_theirs_is_there(&fake.tables());
}

/// Fields of every kind change on every object.
#[tokio::test]
async fn an_update_sends_only_what_we_own_and_others_data_survives() {
    let fake = FakeNetbox::start().await;
    let (server, mut target, _) = annotated(&fake).await;
    target.status = PlanStatus::Deployed;
    target.write_status = true;
    target.description = Some("Ours".to_owned());
    target.tags = vec!["blue".to_owned()];
    let requests = fake.count();
    apply(&server, &target, &SMALL.build()).await;
    let sent = patched(&fake.writes_since(requests));
    assert!(sent.len() >= 3, "{sent:?}");
    for (path, bodies) in sent {
        let (_, owned) = OWNED.iter().find(|(p, _)| *p == path).unwrap();
        for body in bodies {
            let mut names = body.as_object().unwrap().keys();
            let ours = |name: &String| name == "id" || owned.contains(&name.as_str());
            assert!(names.all(ours), "{path}: {body}");
        }
    }
    assert_theirs_is_there(&fake.tables());
}

async fn foreign_field(server: &Server) {
    let types = ["dcim.cable", "dcim.device", "dcim.interface"];
    let body = json!({"name": "asset", "type": "text", "object_types": types});
    server
        .ensure("extras/custom-fields", "name=asset", body)
        .await;
}

/// The items of all updates by path, without the line for the change log.
fn patched(writes: &[Sent]) -> BTreeMap<String, Vec<Value>> {
    let mut items: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for sent in writes.iter().filter(|sent| sent.method == "PATCH") {
        let path = sent
            .path
            .trim_end_matches(|c: char| c.is_ascii_digit() || c == '/');
        let one = || vec![sent.body.clone()];
        let bodies = sent.body.as_array().cloned().unwrap_or_else(one);
        for mut body in bodies {
            body.as_object_mut().unwrap().remove("changelog_message");
            items.entry(format!("{path}/")).or_default().push(body);
        }
    }
    items
}
