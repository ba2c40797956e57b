//! What others have on ports: cables on such as are no interfaces, and addresses. The fake NetBox has none
//! of them.

mod real {
    use std::collections::BTreeSet;

    use hedgehog::fabric::blueprint::Blueprint;
    use hedgehog::reconcile::{Finding, ReconcileError, destroy, preflight};
    use serde_json::{Value, json};
    use tokio_util::sync::CancellationToken;

    use crate::support::applied::{SMALL, apply, delete, interface, remove, target};
    use crate::support::blueprints::Small;
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

    /// It goes with the port of a switch that stays, so that a plan says so.
    #[tokio::test]
    async fn an_address_on_a_port_that_goes_is_told() {
        let _alone = REAL.lock().await;
        let server = Server::real("an-address-on-a-port-that-goes").await;
        let (target, blueprint) = (target(&server, "address"), SMALL.build());
        let observed = apply(&server, &target, &blueprint).await.observed.unwrap();
        let fewer = Small {
            servers: SMALL.servers - 1,
            ..SMALL
        };
        let fewer = fewer.build();
        let ports = |blueprint: &Blueprint| -> BTreeSet<String> {
            let leaf = blueprint.devices.iter().find(|d| d.name == "leaf-01");
            let ports = leaf.unwrap().interfaces.iter();
            ports.map(|port| port.name.clone()).collect()
        };
        let gone = &ports(&blueprint) - &ports(&fewer);
        let port = gone.first().unwrap();
        let id = interface(&server, &observed, "leaf-01", port).await;
        let address = json!({
            "address": "192.0.2.1/31",
            "assigned_object_type": "dcim.interface",
            "assigned_object_id": id,
        });
        let address = make(&server, "ipam/ip-addresses/", address).await;
        let findings = preflight(&server.client(), &fewer, &target).await.unwrap();
        let told = format!("leaf-01:{port}: 192.0.2.1/31");
        assert!(
            matches!(&findings[..], [Finding::Aboard { lines }] if lines == &[told]),
            "{findings:?}"
        );
        delete(&server, "ipam/ip-addresses", address).await;
        remove(&server, &target).await;
    }
}
