//! The reconciler against a `NetBox`: the fake one always, a real one where its address is given in
//! `NETBOX_SERVER_URL` and `NETBOX_API_TOKEN`. Each check is a sentence.

use hedgehog::fabric::design::Reference;
use hedgehog::netbox::NetboxError;
use hedgehog::netbox::clock::etag;
use hedgehog::netbox::kind::device::{DEVICE, DeviceRow};
use hedgehog::netbox::kind::interface::InterfaceRow;
use hedgehog::reconcile::receipt::Verb;
use hedgehog::reconcile::resolve::{ReferenceFault, Referrer};
use hedgehog::reconcile::{
    Finding, Observed, PlanId, PlanStatus, ReconcileError, destroy, drift, preflight,
};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::support::applied::{
    SMALL, apply, apply_with, cable, delete, interface, look, remove, target,
};
use crate::support::blueprints::Small;
use crate::support::contract::contract;
use crate::support::server::Server;

contract!(
    a_device_of_another_type_is_made_anew,
    a_foreign_cable_on_our_port_is_not_touched,
    a_plan_of_the_same_name_is_refused,
    a_status_is_written_only_when_told,
    a_swap_of_two_cables_works,
    a_cable_moves_to_a_free_port,
    apply_then_diff_is_empty_and_destroy_leaves_as_found,
    growing_by_one_server_changes_only_what_must,
    missing_references_are_told_all_at_once,
    others_data_survives,
    shrinking_restores_the_templates,
    versions_guard_a_batch_and_cabled_ports_are_found,
    what_is_not_wished_any_more_is_taken_back,
    what_was_deleted_or_moved_by_hand_is_put_back,
);

async fn apply_then_diff_is_empty_and_destroy_leaves_as_found(server: Server) {
    let (target, blueprint) = (target(&server, "round"), SMALL.build());
    let before = server.counts().await;
    let first = apply(&server, &target, &blueprint).await;
    assert_eq!(
        first.receipt.count(Verb::Created, "cable"),
        blueprint.cables.len()
    );
    assert_eq!(
        first.receipt.count(Verb::Created, "device"),
        blueprint.devices.len()
    );
    let client = server.client();
    let again = apply_with(&client, &target, &blueprint).await;
    assert!(again.complete && again.receipt.total() == 0, "{again:?}");
    let methods: Vec<String> = client.counters().by_method.into_keys().collect();
    assert_eq!(methods, ["GET"]);
    remove(&server, &target).await;
    assert_eq!(server.counts().await, before);
    // Nothing left to remove is no error.
    remove(&server, &target).await;
}

async fn what_was_deleted_or_moved_by_hand_is_put_back(server: Server) {
    let (target, blueprint) = (target(&server, "repair"), SMALL.build());
    let observed = apply(&server, &target, &blueprint).await.observed.unwrap();
    let cables: Vec<u64> = observed.cables.keys().copied().collect();
    delete(&server, "dcim/cables", cables[0]).await;
    // The second cable moves to a free port of the same leaf.
    let free = interface(&server, &observed, "leaf-01", "E1/9").await;
    let moved = json!({"b_terminations": [{"object_type": "dcim.interface", "object_id": free}]});
    server
        .send("PATCH", &format!("dcim/cables/{}/", cables[1]), &moved)
        .await;
    let server_id = observed.device_ids()["compute-003"];
    let module = observed
        .modules
        .values()
        .find(|row| row.device.id == server_id)
        .unwrap()
        .id;
    let lines = drift(&blueprint, &target, &look(&server, &target).await.unwrap()).lines;
    assert!(
        lines
            .iter()
            .any(|line| line.starts_with("cable") && line.ends_with("is missing")),
        "{lines:?}"
    );
    // A card that is pulled takes its ports along, and leaves half cables behind.
    delete(&server, "dcim/modules", module).await;
    let outcome = apply(&server, &target, &blueprint).await;
    assert!(outcome.receipt.count(Verb::Created, "device") == 0);
    remove(&server, &target).await;
}

async fn growing_by_one_server_changes_only_what_must(server: Server) {
    let target = target(&server, "grow");
    let before = apply(&server, &target, &SMALL.build())
        .await
        .observed
        .unwrap();
    let client = server.client();
    let outcome = apply_with(
        &client,
        &target,
        &Small {
            servers: 4,
            ..SMALL
        }
        .build(),
    )
    .await;
    let receipt = outcome.receipt.done;
    let expected = [
        ((Verb::Created, "cable"), 2),
        ((Verb::Created, "device"), 1),
        ((Verb::Created, "interface"), 4),
        ((Verb::Created, "module"), 2),
        ((Verb::Created, "module bay"), 2),
    ];
    assert_eq!(receipt.into_iter().collect::<Vec<_>>(), expected);
    let after = outcome.observed.unwrap();
    for (id, row) in &before.devices {
        assert_eq!(after.devices[id], *row);
    }
    for id in before.cables.keys() {
        assert!(after.cables.contains_key(id));
    }
    // Six of them read again what new objects are put on.
    assert!(client.counters().total() <= 30, "{:?}", client.counters());
    remove(&server, &target).await;
}

async fn shrinking_restores_the_templates(server: Server) {
    let target = target(&server, "shrink");
    apply(
        &server,
        &target,
        &Small {
            servers: 5,
            ..SMALL
        }
        .build(),
    )
    .await;
    // With three servers, cage 2 is whole again.
    let observed = apply(&server, &target, &SMALL.build())
        .await
        .observed
        .unwrap();
    let id = observed.device_ids()["leaf-01"];
    let cage = server
        .get(&format!("dcim/interfaces/?device_id={id}&name=E1/2"))
        .await;
    assert_eq!(cage["results"][0]["enabled"], json!(true));
    assert_eq!(
        cage["results"][0]["custom_fields"]["hedgehog_physical_port"],
        Value::Null
    );
    let lanes = server
        .get(&format!("dcim/interfaces/?device_id={id}&name=E1/2/1"))
        .await;
    assert_eq!(lanes["count"], json!(0));
    remove(&server, &target).await;
}

async fn others_data_survives(server: Server) {
    let (target, blueprint) = (target(&server, "others"), SMALL.build());
    let observed = apply(&server, &target, &blueprint).await.observed.unwrap();
    let role = observed.devices.values().next().unwrap();
    let foreign = json!({"name": "foreign-01", "site": role.site.id, "role": role.role.id,
        "device_type": observed.devices[&observed.device_ids()["leaf-01"]].device_type.id,
        "tags": [{"slug": target.scope.tag_slug()}]});
    let (_, foreign) = server.send("POST", "dcim/devices/", &foreign).await;
    let foreign = foreign["id"].as_u64().unwrap();
    let tag = server
        .ensure(
            "extras/tags",
            "slug=by-hand",
            json!({"name": "by-hand", "slug": "by-hand"}),
        )
        .await;
    let leaf = observed.device_ids()["leaf-01"];
    let notes = json!({"comments": "do not lose me", "add_tags": [{"slug": "by-hand"}]});
    server
        .send("PATCH", &format!("dcim/devices/{leaf}/"), &notes)
        .await;
    let mut target = target;
    target.description = Some("described".to_owned());
    apply(&server, &target, &blueprint).await;
    let kept = server.get(&format!("dcim/devices/{leaf}/")).await;
    assert_eq!(kept["comments"], "do not lose me");
    assert_eq!(kept["description"], "described");
    assert_eq!(kept["tags"].as_array().unwrap().len(), 2);
    remove(&server, &target).await;
    // It carried our tag, but not our marker.
    let still = server.get(&format!("dcim/devices/{foreign}/")).await;
    assert_eq!(still["name"], "foreign-01");
    delete(&server, "dcim/devices", foreign).await;
    delete(&server, "extras/tags", tag).await;
}

async fn a_foreign_cable_on_our_port_is_not_touched(server: Server) {
    let (target, blueprint) = (target(&server, "foreign"), SMALL.build());
    let observed = apply(&server, &target, &blueprint).await.observed.unwrap();
    let ours = observed.ends().into_iter().next().unwrap();
    let (Some(a), _) = ours.1 else {
        panic!("no A end")
    };
    delete(&server, "dcim/cables", ours.0).await;
    let spare = interface(&server, &observed, "spine-01", "E1/15").await;
    let foreign = cable(&server, a, spare).await;
    let outcome = apply_with(&server.client(), &target, &blueprint).await;
    assert!(
        matches!(&outcome.errors[..], [ReconcileError::Conflicts(_)]),
        "{:?}",
        outcome.errors
    );
    assert_eq!(outcome.receipt.total(), 0);
    let gone = destroy(
        &server.client(),
        &target.scope,
        target.lease,
        &CancellationToken::new(),
    )
    .await;
    assert!(
        matches!(&gone.errors[..], [ReconcileError::Conflicts(_)]),
        "{:?}",
        gone.errors
    );
    delete(&server, "dcim/cables", foreign).await;
    apply(&server, &target, &blueprint).await;
    remove(&server, &target).await;
}

/// In one write: nobody is in the way, and its old port stays.
async fn a_cable_moves_to_a_free_port(server: Server) {
    let (target, mut blueprint) = (target(&server, "replug"), SMALL.build());
    apply(&server, &target, &blueprint).await;
    let uplink = blueprint.cables.iter_mut();
    let uplink = uplink
        .filter(|cable| cable.b.device == "spine-01")
        .last()
        .unwrap();
    let old = std::mem::replace(&mut uplink.b.interface, "E1/15".to_owned());
    let mut devices = blueprint.devices.iter_mut();
    let spine = devices.find(|device| device.name == "spine-01").unwrap();
    let mut ports = spine.interfaces.iter_mut();
    ports.find(|port| port.name == old).unwrap().name = "E1/15".to_owned();
    let outcome = apply(&server, &target, &blueprint).await;
    let done = [Verb::Detached, Verb::Attached, Verb::Created, Verb::Deleted];
    let done = done.map(|verb| outcome.receipt.count(verb, "cable"));
    assert_eq!(done, [0, 1, 0, 0]);
    remove(&server, &target).await;
}

/// A choice is read with its word.
fn found_value(value: &Value) -> Value {
    value.get("value").unwrap_or(value).clone()
}

/// They are the same cables: what others noted of them stays.
async fn a_swap_of_two_cables_works(server: Server) {
    let (target, mut blueprint) = (target(&server, "swap"), SMALL.build());
    let before = apply(&server, &target, &blueprint).await.observed.unwrap();
    let theirs =
        json!({"color": "00ff00", "length": 3.0, "length_unit": "m", "comments": "Mind the bend."});
    let mut cables = Vec::new();
    for cable in &blueprint.cables[..2] {
        let found = before.cables.values();
        let mut found = found.filter(|row| row.custom_fields["hedgehog_key"] == cable.key);
        let path = format!("dcim/cables/{}/", found.next().unwrap().id);
        assert_eq!(server.send("PATCH", &path, &theirs).await.0, 200);
        cables.push(path);
    }
    let second = blueprint.cables[1].b.clone();
    let first = std::mem::replace(&mut blueprint.cables[0].b, second);
    blueprint.cables[1].b = first;
    let outcome = apply(&server, &target, &blueprint).await;
    let done = [Verb::Detached, Verb::Attached, Verb::Created, Verb::Deleted];
    let done = done.map(|verb| outcome.receipt.count(verb, "cable"));
    assert_eq!(done, [2, 2, 0, 0]);
    let observed = outcome.observed.unwrap();
    assert_eq!(observed.device_ids(), before.device_ids());
    for (path, wish) in cables.iter().zip(&blueprint.cables) {
        let row = server.get(path).await;
        for (field, value) in theirs.as_object().unwrap() {
            assert_eq!(found_value(&row[field]), *value, "{field}");
        }
        let far = interface(&server, &observed, &wish.b.device, &wish.b.interface).await;
        let port = server.get(&format!("dcim/interfaces/{far}/")).await;
        assert_eq!(port["cable"]["id"], row["id"]);
    }
    remove(&server, &target).await;
}

async fn a_device_of_another_type_is_made_anew(server: Server) {
    let (target, mut blueprint) = (target(&server, "retype"), SMALL.build());
    let before = apply(&server, &target, &blueprint).await.observed.unwrap();
    let acme = server.get("dcim/manufacturers/?slug=acme").await["results"][0]["id"].clone();
    let other = json!({"manufacturer": acme, "model": "Server 2", "slug": "server2"});
    server
        .ensure("dcim/device-types", "slug=server2", other)
        .await;
    let device = blueprint
        .devices
        .iter_mut()
        .find(|device| device.name == "compute-002")
        .unwrap();
    device.device_type = Reference::Known("acme/server2".to_owned());
    let outcome = apply(&server, &target, &blueprint).await;
    assert_eq!(outcome.receipt.count(Verb::Created, "device"), 1);
    assert_eq!(outcome.receipt.count(Verb::Deleted, "device"), 1);
    assert_eq!(outcome.receipt.count(Verb::Attached, "cable"), 2);
    let after = outcome.observed.unwrap();
    assert_ne!(
        after.device_ids()["compute-002"],
        before.device_ids()["compute-002"]
    );
    assert_eq!(
        after.device_ids()["compute-001"],
        before.device_ids()["compute-001"]
    );
    remove(&server, &target).await;
}

async fn a_status_is_written_only_when_told(server: Server) {
    let (mut target, blueprint) = (target(&server, "status"), SMALL.build());
    let observed = apply(&server, &target, &blueprint).await.observed.unwrap();
    let words = |observed: &Observed| -> (Vec<String>, Vec<String>) {
        let word = |status: &Option<hedgehog::netbox::kind::Choice>| {
            status.as_ref().unwrap().value.clone()
        };
        let mut devices: Vec<String> = observed
            .devices
            .values()
            .map(|row| word(&row.status))
            .collect();
        let mut cables: Vec<String> = observed
            .cables
            .values()
            .map(|row| word(&row.status))
            .collect();
        devices.dedup();
        cables.dedup();
        (devices, cables)
    };
    assert_eq!(
        words(&observed),
        (vec!["planned".to_owned()], vec!["planned".to_owned()])
    );
    target.status = PlanStatus::Deployed;
    let kept = apply(&server, &target, &blueprint).await;
    assert_eq!(kept.receipt.total(), 0);
    target.write_status = true;
    let deployed = apply(&server, &target, &blueprint).await.observed.unwrap();
    assert_eq!(
        words(&deployed),
        (vec!["active".to_owned()], vec!["connected".to_owned()])
    );
    remove(&server, &target).await;
}

async fn a_plan_of_the_same_name_is_refused(server: Server) {
    let (first, blueprint) = (target(&server, "name"), SMALL.build());
    apply(&server, &first, &blueprint).await;
    let mut second = first.clone();
    second.scope.plan_id = PlanId::parse(&"f".repeat(32)).unwrap();
    second.adopt_unfinished = true;
    let outcome = apply_with(&server.client(), &second, &blueprint).await;
    assert!(
        matches!(&outcome.errors[..], [ReconcileError::PlanExists { .. }]),
        "{:?}",
        outcome.errors
    );
    // Another name in the same site: the devices' names are taken, and nothing is written.
    "other".clone_into(&mut second.scope.plan_name);
    let findings = preflight(&server.client(), &blueprint, &second)
        .await
        .unwrap();
    let taken = findings
        .iter()
        .filter(|finding| matches!(finding, Finding::NameTaken { .. }))
        .count();
    assert_eq!(taken, blueprint.devices.len());
    let outcome = apply_with(&server.client(), &second, &blueprint).await;
    assert!(
        matches!(&outcome.errors[..], [ReconcileError::Preflight(_)]),
        "{:?}",
        outcome.errors
    );
    assert_eq!(outcome.receipt.total(), 0);
    // Its own plan's devices are not foreign.
    let findings = preflight(&server.client(), &blueprint, &first)
        .await
        .unwrap();
    assert!(findings.is_empty(), "{findings:?}");
    remove(&server, &first).await;
}

async fn missing_references_are_told_all_at_once(server: Server) {
    let (mut target, mut blueprint) = (target(&server, "references"), SMALL.build());
    target.tenant = Some("nobody".to_owned());
    for device in &mut blueprint.devices {
        match device.key.class.as_str() {
            "compute" => {
                device.modules[0].module_type = Reference::Known("acme/NIC 2x200/b".to_owned());
            }
            "leaf" => {
                device.device_type = Reference::Known("acme/sw61".to_owned());
                device.modules[0].module_type = Reference::Known("acme/Optic 900".to_owned());
            }
            // Unknown ones wait until they are known.
            _ => device.device_type = Reference::Unknown,
        }
    }
    let findings = preflight(&server.client(), &blueprint, &target)
        .await
        .unwrap();
    let mut referrers = Vec::new();
    for finding in &findings {
        let Finding::Reference(problem) = finding else {
            panic!("{finding:?}")
        };
        referrers.push(problem.referrer.clone());
        if let ReferenceFault::Missing { similar } = &problem.fault
            && problem.reference == "acme/NIC 2x200/b"
        {
            assert_eq!(similar[0], "acme/NIC 2x200/a");
        }
    }
    let class = |class: &str| Referrer::Class {
        class: class.to_owned(),
    };
    let nic = Referrer::Nic {
        class: "compute".to_owned(),
        nic: "fe".to_owned(),
    };
    let optic = Referrer::Transceiver {
        class: "leaf".to_owned(),
    };
    assert_eq!(referrers, [Referrer::Plan, class("leaf"), nic, optic]);
    let mut lacking = SMALL.build();
    let spine = lacking
        .devices
        .iter_mut()
        .find(|device| device.name == "spine-01");
    "E1/99".clone_into(&mut spine.unwrap().interfaces[0].name);
    let findings = preflight(
        &server.client(),
        &lacking,
        &self::target(&server, "lacking"),
    )
    .await
    .unwrap();
    assert!(
        matches!(&findings[..], [Finding::InterfacesMissing { names, .. }] if names == &["E1/99"]),
        "{findings:?}"
    );
}

async fn what_is_not_wished_any_more_is_taken_back(server: Server) {
    let (mut target, blueprint) = (target(&server, "released"), SMALL.build());
    target.description = Some("Ours".to_owned());
    target.tags = vec!["blue".to_owned(), "green".to_owned()];
    let observed = apply(&server, &target, &blueprint).await.observed.unwrap();
    let mut ids = observed.devices.keys().copied();
    let (first, second) = (ids.next().unwrap(), ids.next().unwrap());
    let theirs = json!({"description": "Theirs"});
    server
        .send("PATCH", &format!("dcim/devices/{second}/"), &theirs)
        .await;

    target.released.description = target.description.take().into_iter().collect();
    target.released.tags = vec!["blue".to_owned()];
    target.tags = vec!["green".to_owned()];
    let after = apply(&server, &target, &blueprint).await.observed.unwrap();
    assert_eq!(after.devices[&first].description, "");
    assert_eq!(
        after.devices[&second].description, "Theirs",
        "not ours any more"
    );
    let tags = |tags: &[hedgehog::netbox::kind::Slugged]| -> Vec<String> {
        let plans = target.scope.tag_slug();
        tags.iter()
            .map(|tag| tag.slug.clone())
            .filter(|slug| *slug != plans)
            .collect()
    };
    for row in after.devices.values() {
        assert_eq!(tags(&row.tags), ["green"]);
    }
    for row in after.cables.values() {
        assert_eq!(tags(&row.tags), ["green"]);
    }
    remove(&server, &target).await;
}

/// What the writes rely on: a batch is carried out only if every row is as it was read.
async fn versions_guard_a_batch_and_cabled_ports_are_found(server: Server) {
    let (target, blueprint) = (target(&server, "versions"), SMALL.build());
    let observed = apply(&server, &target, &blueprint).await.observed.unwrap();
    let client = server.client();
    let ids: Vec<u64> = observed.devices.keys().copied().take(2).collect();
    let read = async || client.list_by_ids::<DeviceRow>("id", &ids).await.unwrap();
    let write = async |rows: &[DeviceRow]| {
        let bodies = ids.iter().map(|id| json!({"id": id, "serial": "S"}));
        let etags = rows
            .iter()
            .map(|row| etag(row.last_updated.as_ref().unwrap()));
        let (bodies, etags) = (bodies.collect(), etags.collect());
        client.update::<DeviceRow>(bodies, etags).await
    };
    let before = read().await;
    let comment = json!({"comments": "seen"});
    server
        .send("PATCH", &format!("dcim/devices/{}/", ids[1]), &comment)
        .await;
    assert!(
        matches!(write(&before).await, Err(NetboxError::Changed { .. })),
        "one of two rows was edited"
    );
    let now = read().await;
    assert_eq!(now[0], before[0], "nothing was done");
    assert_ne!(now[1].last_updated, before[1].last_updated);
    let told = write(&now).await.unwrap();
    assert_eq!(read().await, told, "an answer tells the new versions");
    let stale = now
        .iter()
        .map(|row| etag(row.last_updated.as_ref().unwrap()));
    let deleted = client.delete(&DEVICE, &ids, "test", stale.collect()).await;
    assert!(
        matches!(deleted, Err(NetboxError::Changed { .. })),
        "{deleted:?}"
    );

    let leaf = observed.device_ids()["leaf-01"];
    let cabled = [("cabled".to_owned(), "true".to_owned())].to_vec();
    let ports = async |filter: &str, id: u64| -> Vec<u64> {
        let ids = [id.to_string()];
        let rows = client.list_by::<InterfaceRow>(filter, &ids, &cabled);
        rows.await.unwrap().iter().map(|row| row.id).collect()
    };
    let of_leaf = observed
        .interfaces
        .values()
        .filter(|row| row.device.id == leaf);
    let expected: Vec<u64> = of_leaf
        .filter(|row| row.cable.is_some())
        .map(|row| row.id)
        .collect();
    assert_eq!(ports("device_id", leaf).await, expected);
    let server_id = observed.device_ids()["compute-001"];
    let card = observed
        .modules
        .values()
        .find(|row| row.device.id == server_id)
        .unwrap();
    assert_eq!(ports("module_id", card.id).await.len(), 2);
    remove(&server, &target).await;
}
