//! Bays and modules against a `NetBox`: optics in cages and in cards, and what others put there.

use hedgehog::fabric::blueprint::{Blueprint, ModuleKind};
use hedgehog::fabric::design::Reference;
use hedgehog::reconcile::receipt::Verb;
use hedgehog::reconcile::{Observed, ReconcileError, drift};
use serde_json::{Value, json};

use crate::support::applied::{SMALL, apply, apply_with, delete, look, remove, target};
use crate::support::contract::contract;
use crate::support::fake_netbox::{FakeNetbox, TOKEN};
use crate::support::server::Server;

contract!(
    a_card_of_another_type_takes_its_optics_along,
    a_second_bay_of_a_name_is_removed,
    an_optic_of_another_type_goes_into_the_same_bay,
    bays_and_modules_of_others_stay,
    optics_sit_in_cages_and_in_cards,
    optics_that_were_pulled_are_put_back,
    optics_that_are_not_wished_any_more_go,
);

/// Bays of a device by `name`, or `card's bay/name`, as the server tells.
async fn bays(server: &Server, observed: &Observed, device: &str) -> Vec<(String, Value)> {
    let id = observed.device_ids()[device];
    let page = server
        .get(&format!("dcim/module-bays/?device_id={id}&limit=100"))
        .await;
    let mut bays = Vec::new();
    for row in page["results"].as_array().unwrap() {
        let name = row["name"].as_str().unwrap();
        let place = match row["module"]["id"].as_u64() {
            Some(card) => {
                let card = server.get(&format!("dcim/modules/{card}/")).await;
                format!("{}/{name}", card["module_bay"]["name"].as_str().unwrap())
            }
            None => name.to_owned(),
        };
        bays.push((place, row.clone()));
    }
    bays.sort_by(|(a, _), (b, _)| a.cmp(b));
    bays
}

async fn bay(server: &Server, observed: &Observed, device: &str, place: &str) -> Value {
    let bays = bays(server, observed, device).await;
    let found = bays.into_iter().find(|(at, _)| at == place);
    found.unwrap_or_else(|| panic!("no bay {place}")).1
}

/// Model of the module in a bay.
fn model_in(observed: &Observed, bay: &Value) -> Option<String> {
    let mut rows = observed.modules.values();
    let row = rows.find(|row| json!(row.module_bay.id) == bay["id"])?;
    Some(row.module_type.model.clone())
}

fn module_in(observed: &Observed, bay: &Value) -> u64 {
    let mut rows = observed.modules.values();
    let row = rows.find(|row| json!(row.module_bay.id) == bay["id"]);
    row.unwrap().id
}

async fn post(server: &Server, path: &str, body: Value) -> u64 {
    let (status, made) = server.send("POST", &format!("{path}/"), &body).await;
    assert_eq!(status, 201, "{path}: {made}");
    made["id"].as_u64().unwrap()
}

/// Another module type, for the time of a check.
async fn module_type(server: &Server, model: &str) -> u64 {
    let acme = server.get("dcim/manufacturers/?slug=acme").await["results"][0]["id"].clone();
    let body = json!({"manufacturer": acme, "model": model});
    post(server, "dcim/module-types", body).await
}

fn retype(blueprint: &mut Blueprint, kind: ModuleKind, model: &str) {
    let compute = blueprint
        .devices
        .iter_mut()
        .find(|d| d.name == "compute-001");
    let mut modules = compute.unwrap().modules.iter_mut();
    let module = modules.find(|module| module.kind == kind);
    module.unwrap().module_type = Reference::Known(format!("acme/{model}"));
}

async fn lines(server: &Server, blueprint: &Blueprint, name: &str) -> Vec<String> {
    let target = target(server, name);
    drift(blueprint, &target, &look(server, &target).await.unwrap()).lines
}

async fn optics_sit_in_cages_and_in_cards(server: Server) {
    let (target, blueprint) = (target(&server, "optics"), SMALL.build());
    let observed = apply(&server, &target, &blueprint).await.observed.unwrap();
    let ours = json!(target.scope.plan_id.as_str());
    // Whose bay it is, and what is in it; the type of the switch brings the uplink's.
    for (device, place, made, model) in [
        ("compute-001", "fe", true, "NIC 2x200/a"),
        ("compute-001", "fe/cage-0", true, "Optic 200G"),
        ("leaf-02", "E1/16", false, "Optic 200G"),
        ("spine-01", "E1/1", true, "Optic 200G"),
    ] {
        let bay = bay(&server, &observed, device, place).await;
        let marked = bay["custom_fields"]["hedgehog_plan_id"] == ours;
        assert_eq!(marked, made, "{device} {place}");
        assert_eq!(model_in(&observed, &bay).as_deref(), Some(model));
    }
    let card = bay(&server, &observed, "compute-001", "fe").await;
    let port = observed.interfaces.values().find(|row| row.name == "fe-p0");
    let card_of_port = port.unwrap().module.as_ref().unwrap().id;
    let ports_device = port.unwrap().device.id;
    assert_eq!(json!(ports_device), card["device"]["id"]);
    assert_eq!(card_of_port, module_in(&observed, &card));
    remove(&server, &target).await;
}

async fn optics_that_were_pulled_are_put_back(server: Server) {
    let (target, blueprint) = (target(&server, "pulled"), SMALL.build());
    let observed = apply(&server, &target, &blueprint).await.observed.unwrap();
    let uplink = bay(&server, &observed, "leaf-01", "E1/16").await;
    delete(&server, "dcim/modules", module_in(&observed, &uplink)).await;
    // A bay takes what is in it along.
    let inner = bay(&server, &observed, "compute-001", "fe/cage-0").await;
    delete(&server, "dcim/module-bays", inner["id"].as_u64().unwrap()).await;
    assert_eq!(
        lines(&server, &blueprint, "pulled").await,
        [
            "module bay fe/cage-0 of compute-001 is missing",
            "module fe/cage-0 of compute-001 is missing",
            "module E1/16 of leaf-01 is missing",
        ]
    );
    let outcome = apply(&server, &target, &blueprint).await;
    let expected = [
        ((Verb::Created, "module"), 2),
        ((Verb::Created, "module bay"), 1),
    ];
    assert_eq!(outcome.receipt.done, expected.into());
    // A card takes its bays and what is in them along.
    let observed = outcome.observed.unwrap();
    let card = bay(&server, &observed, "compute-002", "fe").await;
    delete(&server, "dcim/modules", module_in(&observed, &card)).await;
    let left = bays(&server, &observed, "compute-002").await;
    assert_eq!(left.len(), 1);
    apply(&server, &target, &blueprint).await;
    remove(&server, &target).await;
}

async fn an_optic_of_another_type_goes_into_the_same_bay(server: Server) {
    let (target, mut blueprint) = (target(&server, "retyped"), SMALL.build());
    let before = apply(&server, &target, &blueprint).await.observed.unwrap();
    let was = bay(&server, &before, "compute-001", "fe/cage-0").await;
    let other = module_type(&server, "Other optic").await;
    retype(&mut blueprint, ModuleKind::Transceiver, "Other optic");
    let outcome = apply(&server, &target, &blueprint).await;
    let expected = [
        ((Verb::Created, "module"), 1),
        ((Verb::Deleted, "module"), 1),
    ];
    assert_eq!(outcome.receipt.done, expected.into());
    let after = outcome.observed.unwrap();
    let is = bay(&server, &after, "compute-001", "fe/cage-0").await;
    assert_eq!(is["id"], was["id"]);
    assert_eq!(model_in(&after, &is).as_deref(), Some("Other optic"));
    remove(&server, &target).await;
    delete(&server, "dcim/module-types", other).await;
}

async fn a_card_of_another_type_takes_its_optics_along(server: Server) {
    let (target, mut blueprint) = (target(&server, "card"), SMALL.build());
    let before = apply(&server, &target, &blueprint).await.observed.unwrap();
    let other = module_type(&server, "Other card").await;
    retype(&mut blueprint, ModuleKind::Nic, "Other card");
    let outcome = apply(&server, &target, &blueprint).await;
    assert_eq!(outcome.receipt.count(Verb::Deleted, "module"), 1);
    assert_eq!(outcome.receipt.count(Verb::Created, "module"), 2);
    assert_eq!(outcome.receipt.count(Verb::Created, "module bay"), 1);
    let after = outcome.observed.unwrap();
    let card = bay(&server, &after, "compute-001", "fe").await;
    assert_eq!(model_in(&after, &card).as_deref(), Some("Other card"));
    let inner = bay(&server, &after, "compute-001", "fe/cage-0").await;
    assert_eq!(model_in(&after, &inner).as_deref(), Some("Optic 200G"));
    assert_eq!(after.device_ids(), before.device_ids());
    remove(&server, &target).await;
    delete(&server, "dcim/module-types", other).await;
}

fn without_optics(blueprint: &Blueprint) -> Blueprint {
    let mut without = blueprint.clone();
    for device in &mut without.devices {
        device.modules.retain(|m| m.kind != ModuleKind::Transceiver);
    }
    without
}

async fn optics_that_are_not_wished_any_more_go(server: Server) {
    let (target, blueprint) = (target(&server, "without"), SMALL.build());
    apply(&server, &target, &blueprint).await;
    let without = without_optics(&blueprint);
    let outcome = apply(&server, &target, &without).await;
    // Three bays in cards and the spine's go after what is in them, which is guarded; the uplinks' stay.
    let expected = [
        ((Verb::Deleted, "module"), 6),
        ((Verb::Deleted, "module bay"), 4),
    ];
    assert_eq!(outcome.receipt.done, expected.into());
    let observed = outcome.observed.unwrap();
    let places = |bays: Vec<(String, Value)>| bays.into_iter().map(|b| b.0).collect::<Vec<_>>();
    assert_eq!(places(bays(&server, &observed, "leaf-01").await), ["E1/16"]);
    assert_eq!(
        places(bays(&server, &observed, "compute-003").await),
        ["fe"]
    );
    assert_eq!(
        places(bays(&server, &observed, "spine-01").await),
        ["E1/16"]
    );
    remove(&server, &target).await;
}

/// What others plug in while an apply is on its way: into a bay that goes, where ours had just gone, and into
/// a card that goes. `NetBox` would take it along.
#[tokio::test]
async fn what_others_plug_in_meanwhile_stays() {
    let small = SMALL.build();
    let mut other_card = small.clone();
    retype(&mut other_card, ModuleKind::Nic, "Third card");
    let cases = [
        (without_optics(&small), "module bay fe/cage-0 of", false),
        (other_card, "bay cage-1 of module fe of", true),
    ];
    for (wish, place, into_card) in cases {
        let fake = FakeNetbox::start().await;
        let server = Server::at(fake.url.clone(), TOKEN.to_owned(), "site").await;
        let target = target(&server, "quick");
        let observed = apply(&server, &target, &small).await.observed.unwrap();
        module_type(&server, "Third card").await;
        let device = observed.device_ids()["compute-001"];
        let ours = bay(&server, &observed, "compute-001", "fe/cage-0").await;
        let optic = &observed.modules[&module_in(&observed, &ours)].module_type;
        // Held until it is there: the delete of optics, or the detaching of cables, which comes before cards go.
        let (held, bay) = if into_card {
            let spare = json!({"device": device, "module": ours["module"]["id"], "name": "cage-1"});
            let spare = post(&server, "dcim/module-bays", spare).await;
            (("PATCH", "/api/dcim/cables/"), json!(spare))
        } else {
            (("DELETE", "/api/dcim/modules/"), ours["id"].clone())
        };
        let theirs = json!({"device": device, "module_bay": bay, "module_type": optic.id});
        let gate = fake.gate_at(held);
        let meanwhile = async {
            gate.reached.cancelled().await;
            let theirs = post(&server, "dcim/modules", theirs).await;
            gate.open.cancel();
            theirs
        };
        let client = server.client();
        let (stopped, theirs) = tokio::join!(apply_with(&client, &target, &wish), meanwhile);
        let [ReconcileError::Conflicts(conflicts)] = &stopped.errors[..] else {
            panic!("{place}: {:?}", stopped.errors)
        };
        let said = format!(
            "{place} compute-001 has to go, but module {theirs} is in it, which is not of this plan"
        );
        let told: Vec<String> = conflicts.iter().map(ToString::to_string).collect();
        assert_eq!(told, [said]);
        let kept = server.get(&format!("dcim/modules/{theirs}/")).await;
        assert_eq!(kept["module_bay"]["id"], bay);
    }
}

/// `NetBox` takes a second bay of a name for a device: from a request that was late.
async fn a_second_bay_of_a_name_is_removed(server: Server) {
    let (target, blueprint) = (target(&server, "twice"), SMALL.build());
    let observed = apply(&server, &target, &blueprint).await.observed.unwrap();
    let device = observed.device_ids()["compute-001"];
    let marker = json!({"hedgehog_plan_id": target.scope.plan_id.as_str()});
    let second = json!({"device": device, "name": "fe", "custom_fields": marker});
    post(&server, "dcim/module-bays", second.clone()).await;
    let inner = bay(&server, &observed, "compute-001", "fe/cage-0").await;
    let mut refused = second;
    refused["name"] = json!("cage-0");
    refused["module"] = inner["module"]["id"].clone();
    let (status, body) = server.send("POST", "dcim/module-bays/", &refused).await;
    assert_eq!(status, 400, "{body}");
    assert_eq!(
        lines(&server, &blueprint, "twice").await,
        ["module bay fe of compute-001 is not in the plan"]
    );
    let outcome = apply(&server, &target, &blueprint).await;
    let expected = [((Verb::Deleted, "module bay"), 1)];
    assert_eq!(outcome.receipt.done, expected.into());
    remove(&server, &target).await;
}

async fn bays_and_modules_of_others_stay(server: Server) {
    let (target, mut blueprint) = (target(&server, "theirs"), SMALL.build());
    let observed = apply(&server, &target, &blueprint).await.observed.unwrap();
    let device = observed.device_ids()["compute-001"];
    let card = bay(&server, &observed, "compute-001", "fe").await;
    let card = module_in(&observed, &card);
    let spare = json!({"device": device, "name": "spare"});
    let spare = post(&server, "dcim/module-bays", spare).await;
    let inner = json!({"device": device, "module": card, "name": "cage-1"});
    let inner = post(&server, "dcim/module-bays", inner).await;
    let optic = observed
        .modules
        .values()
        .find(|m| m.module_type.model == "Optic 200G");
    let optic = json!({"device": device, "module_bay": inner, "module_type": optic.unwrap().module_type.id});
    let optic = post(&server, "dcim/modules", optic).await;
    assert_eq!(apply(&server, &target, &blueprint).await.receipt.total(), 0);

    let other = module_type(&server, "Third card").await;
    retype(&mut blueprint, ModuleKind::Nic, "Third card");
    let stopped = apply_with(&server.client(), &target, &blueprint).await;
    let [ReconcileError::Conflicts(conflicts)] = &stopped.errors[..] else {
        panic!("{:?}", stopped.errors)
    };
    let said = conflicts[0].to_string();
    let start = "the card around bay fe/cage-1 of compute-001 has to go, but module";
    assert!(conflicts.len() == 1 && said.starts_with(start), "{said}");
    assert_eq!(stopped.receipt.total(), 0);
    delete(&server, "dcim/modules", optic).await;
    apply(&server, &target, &blueprint).await;
    let kept = server.get(&format!("dcim/module-bays/{spare}/")).await;
    assert_eq!(kept["name"], "spare");
    remove(&server, &target).await;
    delete(&server, "dcim/module-types", other).await;
}
