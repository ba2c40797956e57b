//! Cables of others on ports that are no interfaces. The fake NetBox has none of them.

mod real {
    use hedgehog::reconcile::{ReconcileError, destroy};
    use serde_json::{Value, json};
    use tokio_util::sync::CancellationToken;

    use crate::support::applied::{SMALL, apply, delete, remove, target};
    use crate::support::contract::REAL;
    use crate::support::server::Server;

    async fn make(server: &Server, path: &str, body: Value) -> u64 {
        let (status, made) = server.send("POST", path, &body).await;
        assert_eq!(status, 201, "{made}");
        made["id"].as_u64().unwrap()
    }

    /// NetBox would take the device, and leave the other half of the cable.
    #[tokio::test]
    async fn a_power_cable_keeps_its_device() {
        let _alone = REAL.lock().await;
        let server = Server::real("a-power-cable-keeps-its-device").await;
        let (target, blueprint) = (target(&server, "power"), SMALL.build());
        let observed = apply(&server, &target, &blueprint).await.observed.unwrap();
        let ids = observed.device_ids();
        let port = json!({"device": ids["spine-01"], "name": "PSU1"});
        let port = make(&server, "dcim/power-ports/", port).await;
        let outlet = json!({"device": ids["leaf-01"], "name": "outlet"});
        let outlet = make(&server, "dcim/power-outlets/", outlet).await;
        let end = |kind: &str, id: u64| json!([{"object_type": kind, "object_id": id}]);
        let cable = json!({
            "a_terminations": end("dcim.powerport", port),
            "b_terminations": end("dcim.poweroutlet", outlet),
        });
        let cable = make(&server, "dcim/cables/", cable).await;
        let cancel = CancellationToken::new();
        let outcome = destroy(&server.client(), &target.scope, target.lease, &cancel).await;
        let told = format!("{:?}", outcome.errors);
        assert!(
            matches!(&outcome.errors[..], [ReconcileError::Conflicts(_)]) && told.contains("PSU1"),
            "{told}"
        );
        assert_eq!(outcome.receipt.total(), 0);
        delete(&server, "dcim/cables", cable).await;
        remove(&server, &target).await;
    }
}
