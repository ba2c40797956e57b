//! What types of devices and modules mean to an apply.

use std::collections::{BTreeMap, BTreeSet};

use hedgehog::fabric::blueprint::Blueprint;
use hedgehog::fabric::design::Reference;
use hedgehog::reconcile::receipt::Verb;
use hedgehog::reconcile::types::{
    Absence, Claim, Owner, Permits, TypeKind, TypeSpec, absence, delete_type, ensure_type, known,
};
use hedgehog::reconcile::{Finding, preflight};
use serde_json::json;

use crate::support::applied::{SMALL, apply, delete, interface, remove, target};
use crate::support::contract::contract;
use crate::support::server::Server;

contract!(
    a_manufacturer_may_be_written_as_netbox_shows_it,
    a_port_that_somebody_removed_comes_back_as_its_type_says,
    a_type_is_known_by_its_id,
    a_new_resource_takes_over_a_type_that_nothing_uses,
);

/// `ACME/...` in place of `acme/...`.
fn shout(reference: &mut Reference) {
    if let Reference::Known(text) = reference {
        *text = text.replace("acme/", "ACME/");
    }
}

fn in_capitals() -> Blueprint {
    let mut blueprint = SMALL.build();
    for device in &mut blueprint.devices {
        shout(&mut device.device_type);
        for module in &mut device.modules {
            shout(&mut module.module_type);
        }
    }
    blueprint
}

async fn a_manufacturer_may_be_written_as_netbox_shows_it(server: Server) {
    let target = target(&server, "capitals");
    let blueprint = in_capitals();
    assert_ne!(blueprint, SMALL.build());
    let first = apply(&server, &target, &blueprint).await;
    assert_eq!(first.receipt.count(Verb::Deleted, "device"), 0);
    for blueprint in [blueprint, SMALL.build()] {
        let again = apply(&server, &target, &blueprint).await;
        assert_eq!(again.receipt.total(), 0, "{:?}", again.receipt);
    }
    remove(&server, &target).await;
}

async fn a_port_that_somebody_removed_comes_back_as_its_type_says(server: Server) {
    let (target, blueprint) = (target(&server, "removed-port"), SMALL.build());
    let observed = apply(&server, &target, &blueprint).await.observed.unwrap();
    let port = interface(&server, &observed, "leaf-01", "E1/16").await;
    let before = observed.interfaces[&port].clone();
    delete(&server, "dcim/interfaces", port).await;
    let outcome = apply(&server, &target, &blueprint).await;
    assert_eq!(outcome.receipt.count(Verb::Created, "interface"), 1);
    let observed = outcome.observed.unwrap();
    let port = interface(&server, &observed, "leaf-01", "E1/16").await;
    let after = &observed.interfaces[&port];
    assert_eq!(after.interface_type, before.interface_type);
    assert_eq!(
        after.custom_fields, before.custom_fields,
        "it stays with its switch"
    );

    // A port that the type does not have either is not made up.
    let mut lacking = blueprint;
    let leaf = lacking
        .devices
        .iter_mut()
        .find(|device| device.name == "leaf-01");
    let ports = &mut leaf.unwrap().interfaces;
    let mut invented = ports[0].clone();
    invented.name = "E1/99".to_owned();
    ports.push(invented);
    let findings = preflight(&server.client(), &lacking, &target)
        .await
        .unwrap();
    assert!(
        matches!(&findings[..], [Finding::InterfacesMissing { names, .. }] if names == &["E1/99"]),
        "{findings:?}"
    );
    remove(&server, &target).await;
}

fn new(word: &str) -> Claim<'_> {
    Claim {
        word,
        new: true,
        register: true,
    }
}

/// Its maker may have died before its state knew of it.
async fn a_new_resource_takes_over_a_type_that_nothing_uses(server: Server) {
    let client = server.client();
    let spec = TypeSpec {
        kind: TypeKind::Device {
            slug: "counted-1".to_owned(),
            u_height: None,
            is_full_depth: None,
        },
        manufacturer: "Counted".to_owned(),
        model: "Counted 1".to_owned(),
        part_number: None,
        interfaces: BTreeMap::new(),
        bays: BTreeSet::new(),
    };
    let made = ensure_type(&client, &spec, new("one"), &mut Permits::default())
        .await
        .unwrap();
    for (claim, owner) in [
        (
            Claim {
                new: false,
                ..new("two")
            },
            Owner::AnotherState,
        ),
        (new("two"), Owner::Ours),
        (
            Claim {
                new: false,
                ..new("one")
            },
            Owner::AnotherState,
        ),
    ] {
        let found = ensure_type(&client, &spec, claim, &mut Permits::default())
            .await
            .unwrap();
        assert_eq!((found.id, found.owner), (made.id, owner), "{claim:?}");
    }
    let read = known(&client, spec.kind.clone(), "counted", "counted-1").await;
    let read = read.unwrap().unwrap();
    assert_eq!(
        (read.spec, read.owner.as_deref()),
        (spec.clone(), Some("two"))
    );

    let role = json!({"name": "Counted", "slug": "counted", "color": "9e9e9e"});
    let role = server
        .ensure("dcim/device-roles", "slug=counted", role)
        .await;
    let site = json!({"name": "counted", "slug": "counted"});
    let site = server.ensure("dcim/sites", "slug=counted", site).await;
    let device = json!({"name": "counted", "device_type": made.id, "role": role, "site": site});
    let device = server.ensure("dcim/devices", "name=counted", device).await;
    let found = ensure_type(&client, &spec, new("three"), &mut Permits::default())
        .await
        .unwrap();
    assert_eq!(found.owner, Owner::AnotherState);
    delete(&server, "dcim/devices", device).await;
    delete(&server, "dcim/sites", site).await;
    delete(&server, "dcim/device-roles", role).await;
    delete_type(&client, &spec, "two").await.unwrap();
}

async fn a_type_is_known_by_its_id(server: Server) {
    let client = server.client();
    for kind in [
        TypeKind::Device {
            slug: "known-1".to_owned(),
            u_height: None,
            is_full_depth: None,
        },
        TypeKind::Module,
    ] {
        let spec = TypeSpec {
            kind: kind.clone(),
            manufacturer: "Known".to_owned(),
            model: "Known 1".to_owned(),
            part_number: None,
            interfaces: BTreeMap::new(),
            bays: BTreeSet::new(),
        };
        let made = ensure_type(&client, &spec, new("word"), &mut Permits::default())
            .await
            .unwrap();
        let reference = spec.reference();
        assert_eq!(
            absence(&client, &kind, made.id, "word").await.unwrap(),
            Absence::Renamed { reference }
        );
        delete_type(&client, &spec, "word").await.unwrap();
        assert_eq!(
            absence(&client, &kind, made.id, "word").await.unwrap(),
            Absence::Gone
        );
    }
}
