//! The reconciler against a NetBox: the fake one always, a real one where its address is given.
//! Each check is a sentence.

use hedgehog::fabric::blueprint::Blueprint;
use hedgehog::reconcile::cabling::of_blueprint;
use hedgehog::reconcile::{
    Outcome, PlanId, Scope, Target, create_or_update, destroy, drift, observe,
};
use tokio_util::sync::CancellationToken;

use crate::support::blueprints::Small;
use crate::support::server::Server;

fn target(server: &Server, name: &str) -> Target {
    let digest: String = name.bytes().map(|byte| format!("{byte:02x}")).collect();
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

async fn apply(server: &Server, target: &Target, blueprint: &Blueprint) -> Outcome {
    create_or_update(
        &server.client(),
        target,
        blueprint,
        &CancellationToken::new(),
    )
    .await
}

#[tokio::test]
async fn real_round() {
    let Some(server) = Server::real("rest-a").await else {
        return;
    };
    let blueprint = Small {
        leaves: 2,
        servers: 6,
    }
    .build();
    let target = target(&server, "first");
    let before = server.counts().await;
    let client = server.client();
    let outcome = create_or_update(&client, &target, &blueprint, &CancellationToken::new()).await;
    println!("{:?}", client.counters());
    assert_eq!(format!("{:?}", outcome.errors), "[]");
    let observed = observe(&server.client(), &target.scope)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(observed.cabling(), of_blueprint(&blueprint));
    assert_eq!(drift(&blueprint, &target, &observed), Vec::<String>::new());
    let told = outcome.observed.unwrap();
    assert_eq!(told.cabling(), observed.cabling());
    assert_eq!(told.device_ids(), observed.device_ids());
    let again = apply(&server, &target, &blueprint).await;
    assert!(again.complete && again.receipt.total() == 0, "{again:?}");
    let gone = destroy(
        &server.client(),
        &target.scope,
        target.lease,
        &CancellationToken::new(),
    )
    .await;
    assert_eq!(format!("{:?}", gone.errors), "[]");
    assert_eq!(server.counts().await, before);
}
