//! The reconciler when things go wrong, and its thrift: against the fake `NetBox` alone.

use hedgehog::fabric::blueprint::Blueprint;
use hedgehog::fabric::design::Reference;
use hedgehog::reconcile::{self, Finding, PlanId, ReconcileError, create_or_update, preflight};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::support::applied::{SMALL, apply, apply_with, delete, interface, look, remove, target};
use crate::support::blueprints::Small;
use crate::support::fake_faults::Fault;
use crate::support::fake_netbox::{FakeNetbox, TOKEN};
use crate::support::server::Server;

/// Cancelled after any number of writes, an apply tells what is true, and the next one finishes.
#[tokio::test]
async fn a_cancelled_apply_tells_the_truth_and_is_resumed() {
    for writes in 0..12 {
        let fake = FakeNetbox::start().await;
        let server = Server::at(fake.url.clone(), TOKEN.to_owned(), "site").await;
        let (mut target, blueprint) = (target(&server, "cancel"), SMALL.build());
        target.adopt_unfinished = true;
        let cancel = CancellationToken::new();
        fake.cancel_after(writes, cancel.clone());
        let outcome = create_or_update(&server.client(), &target, &blueprint, &cancel).await;
        if let Some(truth) = look(&server, &target).await {
            let told = outcome.observed.unwrap();
            assert_eq!(told.device_ids(), truth.device_ids());
            assert_eq!(told.cabling(), truth.cabling());
        }
        if outcome.complete {
            // The last write was the one that closed the journal: there was nothing left to stop.
            assert!(writes >= 8, "{:?}", outcome.receipt);
            return;
        }
        assert!(!outcome.errors.is_empty(), "after {writes} writes");
        // The state was lost as well: another id takes the unfinished plan over.
        let mut next = target.clone();
        next.scope.plan_id = PlanId::parse(&"e".repeat(32)).unwrap();
        next.adopt_unfinished = true;
        let resumed = apply_with(&server.client(), &next, &blueprint).await;
        assert!(resumed.complete, "{:?}", resumed.errors);
        next.scope.plan_id = resumed.plan_id;
        assert_eq!(apply(&server, &next, &blueprint).await.receipt.total(), 0);
    }
}

#[tokio::test]
async fn requests_grow_with_batches_and_not_with_objects() {
    let mut totals = Vec::new();
    for servers in [4, 40] {
        let fake = FakeNetbox::start().await;
        let server = Server::at(fake.url.clone(), TOKEN.to_owned(), "site").await;
        let client = server.client();
        let outcome = apply_with(
            &client,
            &target(&server, "many"),
            &Small { leaves: 2, servers }.build(),
        )
        .await;
        assert!(outcome.complete, "{:?}", outcome.errors);
        totals.push(client.counters().total());
    }
    // 80 more cables, 230 more interfaces, 36 more devices and modules.
    assert!(totals[1] <= totals[0] + 8, "{totals:?}");
}

#[tokio::test]
async fn a_run_that_is_at_work_is_not_disturbed() {
    let fake = FakeNetbox::start().await;
    let server = Server::at(fake.url.clone(), TOKEN.to_owned(), "site").await;
    let (target, blueprint) = (target(&server, "busy"), SMALL.build());
    apply(&server, &target, &blueprint).await;
    let tag = look(&server, &target).await.unwrap().tag.unwrap();
    let open = json!({"description": tag.description.replace("complete", "applying")});
    server
        .send("PATCH", &format!("extras/tags/{}/", tag.id), &open)
        .await;
    let grown = Small {
        servers: 4,
        ..SMALL
    }
    .build();
    let outcome = apply_with(&server.client(), &target, &grown).await;
    assert!(
        matches!(&outcome.errors[..], [ReconcileError::Busy { .. }]),
        "{:?}",
        outcome.errors
    );
    // Without a sign of life for as long as a lease, it is taken over.
    fake.advance(target.lease.as_secs());
    let outcome = apply_with(&server.client(), &target, &grown).await;
    assert!(outcome.complete, "{:?}", outcome.errors);
}

#[tokio::test]
async fn without_leave_to_register_the_definitions_are_named() {
    let fake = FakeNetbox::start().await;
    let server = Server::at(fake.url.clone(), TOKEN.to_owned(), "site").await;
    let mut target = target(&server, "register");
    target.register = false;
    let outcome = apply_with(&server.client(), &target, &SMALL.build()).await;
    let text = outcome.errors[0].explain()[0].detail.clone();
    assert!(
        text.contains("custom field hedgehog_plan_id, type text, on dcim.cable, dcim.device"),
        "{text}"
    );
    assert!(text.contains("device role with the slug spine"), "{text}");
    let findings = preflight(&server.client(), &SMALL.build(), &target)
        .await
        .unwrap();
    assert!(
        matches!(&findings[..], [Finding::NotRegistered(_)]),
        "{findings:?}"
    );
}

/// A field of another type stops a plan, and is told with all else that is wrong.
#[tokio::test]
async fn a_field_of_another_type_is_told_by_the_plan() {
    let fake = FakeNetbox::start().await;
    let server = Server::at(fake.url.clone(), TOKEN.to_owned(), "site").await;
    let mut target = target(&server, "field");
    let field = json!({
        "name": "hedgehog_class", "type": "boolean", "object_types": ["dcim.device"]
    });
    let (status, _) = server.send("POST", "extras/custom-fields/", &field).await;
    assert_eq!(status, 201);
    target.register = false;
    let findings = preflight(&server.client(), &SMALL.build(), &target).await;
    let said = format!(
        "{:?}",
        findings
            .unwrap()
            .iter()
            .map(Finding::explain)
            .collect::<Vec<_>>()
    );
    for part in [
        "hedgehog_class exists with the type boolean; it has to be text",
        "custom field hedgehog_plan_id, type text",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    target.register = true;
    let before = fake.count();
    let outcome = apply_with(&server.client(), &target, &SMALL.build()).await;
    assert!(
        matches!(&outcome.errors[..], [ReconcileError::FieldType { .. }]),
        "{:?}",
        outcome.errors
    );
    assert_eq!(fake.writes_since(before).len(), 0);
}

/// Where the requests of a create and of a destroy end that write the plan's tag last.
async fn last_words(fake: &FakeNetbox, server: &Server) -> [usize; 2] {
    let (target, blueprint) = (target(server, "words"), SMALL.build());
    // The first one registers fields and roles, too.
    apply_with(&server.client(), &target, &blueprint).await;
    remove(server, &target).await;
    let start = fake.requests().len();
    apply_with(&server.client(), &target, &blueprint).await;
    let created = fake.requests().split_off(start);
    let start = fake.requests().len();
    remove(server, &target).await;
    let removed = fake.requests().split_off(start);
    let last = |requests: &[String], method: &str| {
        let of_tag =
            |request: &String| request.starts_with(method) && request.contains("extras/tags");
        requests.iter().rposition(of_tag).unwrap()
    };
    [last(&created, "PATCH"), last(&removed, "DELETE")]
}

/// What is complete is not told as unfinished because one answer about the plan's tag is lost.
#[tokio::test]
async fn a_lost_answer_at_the_end_is_ridden_out() {
    let fake = FakeNetbox::start().await;
    let server = Server::at(fake.url.clone(), TOKEN.to_owned(), "site").await;
    let [closes, removes] = last_words(&fake, &server).await;
    let (target, blueprint) = (target(&server, "words"), SMALL.build());
    for fault in [
        Fault::Refused(503),
        Fault::Lost(503),
        Fault::Reset,
        Fault::ResetAfter,
    ] {
        let struck = |number: usize, method: &str| {
            let request = fake.requests().swap_remove(number);
            assert!(
                request.starts_with(method) && request.contains("extras/tags"),
                "{request}"
            );
        };
        let start = fake.requests().len();
        fake.strike(closes, fault);
        let outcome = apply_with(&server.client(), &target, &blueprint).await;
        assert!(outcome.complete, "{fault:?}: {:?}", outcome.errors);
        struck(start + closes, "PATCH");
        let start = fake.requests().len();
        fake.strike(removes, fault);
        remove(&server, &target).await;
        struck(start + removes, "DELETE");
        assert!(look(&server, &target).await.is_none());
    }
}

/// An outage in the middle of the writes is waited for, for longer than a few tries take.
#[tokio::test]
async fn an_outage_is_ridden_out() {
    for fault in [Fault::Refused(503), Fault::Reset, Fault::Away("0")] {
        let fake = FakeNetbox::start().await;
        let server = Server::at(fake.url.clone(), TOKEN.to_owned(), "site").await;
        let (target, blueprint) = (target(&server, "outage"), SMALL.build());
        let outage = || fake.plan_faults([fault; 12]);
        outage();
        let outcome = apply_with(&server.client(), &target, &blueprint).await;
        assert!(outcome.complete, "{fault:?}: {:?}", outcome.errors);
        let grown = Small {
            servers: 4,
            ..SMALL
        };
        outage();
        let outcome = apply_with(&server.client(), &target, &grown.build()).await;
        assert!(outcome.complete, "{fault:?}: {:?}", outcome.errors);
        outage();
        remove(&server, &target).await;
    }
}

/// A proxy gave up on the request that takes hold of the plan, and NetBox carries it out when it is asked
/// again: the hold is ours, and not another run's.
#[tokio::test]
async fn a_hold_that_is_carried_out_late_is_ours() {
    let fake = FakeNetbox::start().await;
    let server = Server::at(fake.url.clone(), TOKEN.to_owned(), "site").await;
    let target = target(&server, "late");
    apply(&server, &target, &SMALL.build()).await;
    for (servers, late) in (4..).zip([1, 2, 6]) {
        fake.plan_faults([Fault::Late(late)]);
        let grown = Small { servers, ..SMALL };
        let outcome = apply_with(&server.client(), &target, &grown.build()).await;
        assert!(outcome.complete, "late by {late}: {:?}", outcome.errors);
    }
}

/// Who asks to be left alone for longer than we may try is not asked again.
#[tokio::test]
async fn a_long_outage_is_not_pressed() {
    let fake = FakeNetbox::start().await;
    let server = Server::at(fake.url.clone(), TOKEN.to_owned(), "site").await;
    let (target, blueprint) = (target(&server, "long"), SMALL.build());
    fake.plan_faults([Fault::Away("3600")]);
    let before = fake.count();
    let outcome = apply_with(&server.client(), &target, &blueprint).await;
    assert!(!outcome.complete);
    assert_eq!(fake.writes_since(before).len(), 1, "{:?}", outcome.errors);
}

/// Somebody removed the plan's tag, which takes it from every object: whatever goes wrong then, a destroy
/// that says it is complete has left nothing.
#[tokio::test]
async fn a_destroy_without_the_tag_leaves_nothing() {
    for fault in [Fault::Refused(502), Fault::Lost(504), Fault::ResetAfter] {
        let mut request = 0;
        loop {
            let fake = FakeNetbox::start().await;
            let server = Server::at(fake.url.clone(), TOKEN.to_owned(), "site").await;
            let (target, blueprint) = (target(&server, "untagged"), SMALL.build());
            let observed = apply(&server, &target, &blueprint).await.observed.unwrap();
            delete(&server, "extras/tags", observed.tag.unwrap().id).await;
            let before = fake.count();
            fake.strike(request, fault);
            let outcome = reconcile::destroy(
                &server.client(),
                &target.scope,
                target.lease,
                &CancellationToken::new(),
            )
            .await;
            let struck = fake.count() - before > request;
            fake.settle();
            assert!(
                outcome.complete,
                "{fault:?} {request}: {:?}",
                outcome.errors
            );
            let left = look(&server, &target).await;
            assert!(left.is_none(), "{fault:?} at request {request}: {left:?}");
            if !struck {
                break;
            }
            request += 1;
        }
        assert!(request > 10, "{request}");
    }
}

/// A port that goes during an apply, of a device that the apply does not make: as its type says, it comes
/// back. A run that was killed before is why there is a second look.
#[tokio::test]
async fn a_port_that_goes_meanwhile_comes_back_as_its_type_says() {
    let fake = FakeNetbox::start().await;
    let server = Server::at(fake.url.clone(), TOKEN.to_owned(), "site").await;
    let (mut target, blueprint) = (target(&server, "meanwhile"), SMALL.build());
    let observed = apply(&server, &target, &blueprint).await.observed.unwrap();
    let port = interface(&server, &observed, "leaf-01", "E1/16").await;
    let before = observed.interfaces[&port].clone();
    let tag = observed.tag.as_ref().unwrap();
    let killed = tag.description.replace("phase=complete", "phase=applying");
    assert_ne!(killed, tag.description);
    let path = format!("extras/tags/{}/", tag.id);
    let body = json!({"description": killed});
    assert_eq!(server.send("PATCH", &path, &body).await.0, 200);
    fake.advance(3_600);

    target.description = Some("Ours".to_owned());
    let gate = fake.gate_between(
        ("PATCH", "/api/dcim/devices/"),
        ("DELETE", "/api/dcim/interfaces/"),
    );
    let meanwhile = async {
        gate.reached.cancelled().await;
        delete(&server, "dcim/interfaces", port).await;
    };
    let (outcome, ()) = tokio::join!(apply(&server, &target, &blueprint), meanwhile);
    let observed = outcome.observed.unwrap();
    let port = interface(&server, &observed, "leaf-01", "E1/16").await;
    assert_eq!(
        observed.interfaces[&port].interface_type,
        before.interface_type
    );
}

/// Growth stands on what the plan stands on already, and does not ask for it again.
#[tokio::test]
async fn what_the_plan_stands_on_is_not_asked_for_again() {
    let fake = FakeNetbox::start().await;
    let server = Server::at(fake.url.clone(), TOKEN.to_owned(), "site").await;
    let target = target(&server, "growth");
    let referred = ["sites", "device-types", "module-types", "device-roles"];
    let asked = |from: usize| {
        let all = fake.requests();
        let asked = |path: &&str| {
            let begin = format!("GET /api/dcim/{path}/");
            all[from..]
                .iter()
                .any(|request| request.starts_with(&begin))
        };
        referred.into_iter().filter(asked).collect::<Vec<_>>()
    };
    let built = |servers: u32, server: &str| {
        let mut blueprint = Small { servers, ..SMALL }.build();
        for device in &mut blueprint.devices {
            if device.key.class == "compute" {
                device.device_type = Reference::Known(server.to_owned());
            }
        }
        blueprint
    };
    let asks = async |blueprint: &Blueprint| {
        let from = fake.requests().len();
        let outcome = apply_with(&server.client(), &target, blueprint).await;
        assert!(outcome.complete, "{:?}", outcome.errors);
        asked(from)
    };
    assert_eq!(asks(&built(3, "acme/server1")).await, referred);
    assert_eq!(asks(&built(4, "acme/server1")).await, Vec::<&str>::new());
    // A name alone may mean the type of another manufacturer, too.
    assert_eq!(asks(&built(5, "server1")).await, ["device-types"]);
}
