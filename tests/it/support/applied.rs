//! Applying and removing plans in tests, with what holds after each of it.

use hedgehog::fabric::blueprint::Blueprint;
use hedgehog::netbox::Client;
use hedgehog::reconcile::cabling::of_blueprint;
use hedgehog::reconcile::{
    Drift, Observed, Outcome, PlanId, Scope, Target, create_or_update, destroy, drift, observe,
};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::blueprints::Small;
use super::server::Server;

pub const SMALL: Small = Small {
    leaves: 2,
    servers: 3,
};

pub fn target(server: &Server, name: &str) -> Target {
    let digest = name
        .bytes()
        .fold(String::new(), |digest, byte| format!("{digest}{byte:02x}"));
    let plan_id = PlanId::parse(&format!("{digest:0<32}")[..32]).unwrap();
    let mut target = Target::new(
        Scope {
            plan_id,
            plan_name: name.to_owned(),
        },
        server.site.clone(),
    );
    target.digest = digest;
    target
}

pub async fn apply_with(client: &Client, target: &Target, blueprint: &Blueprint) -> Outcome {
    create_or_update(client, target, blueprint, &CancellationToken::new()).await
}

/// Applies, and checks that what it says, what is there and what was wished are the same.
pub async fn apply(server: &Server, target: &Target, blueprint: &Blueprint) -> Outcome {
    let outcome = apply_with(&server.client(), target, blueprint).await;
    assert_eq!(format!("{:?}", outcome.errors), "[]");
    assert!(outcome.complete);
    let observed = look(server, target).await.unwrap();
    assert_eq!(observed.cabling(), of_blueprint(blueprint));
    assert_eq!(drift(blueprint, target, &observed), Drift::default());
    let told = outcome.observed.as_ref().unwrap();
    assert_eq!(told.cabling(), observed.cabling());
    assert_eq!(told.device_ids(), observed.device_ids());
    assert_eq!(told.modules.len(), observed.modules.len());
    outcome
}

pub async fn look(server: &Server, target: &Target) -> Option<Observed> {
    observe(&server.client(), &target.scope).await.unwrap()
}

pub async fn remove(server: &Server, target: &Target) {
    let outcome = destroy(
        &server.client(),
        &target.scope,
        target.lease,
        &CancellationToken::new(),
    )
    .await;
    assert_eq!(format!("{:?}", outcome.errors), "[]");
    assert!(outcome.complete && look(server, target).await.is_none());
}

/// Id of the interface of that name.
pub async fn interface(server: &Server, observed: &Observed, device: &str, name: &str) -> u64 {
    let id = observed.device_ids()[device];
    let found = server
        .get(&format!(
            "dcim/interfaces/?device_id={id}&name={name}&limit=1000"
        ))
        .await;
    found["results"][0]["id"].as_u64().unwrap()
}

pub async fn cable(server: &Server, a: u64, b: u64) -> u64 {
    let end = |id: u64| json!([{"object_type": "dcim.interface", "object_id": id}]);
    let body = json!({"a_terminations": end(a), "b_terminations": end(b)});
    let (status, made) = server.send("POST", "dcim/cables/", &body).await;
    assert_eq!(status, 201, "{made}");
    made["id"].as_u64().unwrap()
}

pub async fn delete(server: &Server, path: &str, id: u64) {
    let (status, body) = server
        .send("DELETE", &format!("{path}/{id}/"), &Value::Null)
        .await;
    assert_eq!(status, 204, "{body}");
}
