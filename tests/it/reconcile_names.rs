//! What a new name changes, of a device and of a class, and what stays.

use std::collections::{BTreeMap, BTreeSet};

use hedgehog::fabric::blueprint::CableEnd;
use hedgehog::reconcile::receipt::Verb;
use hedgehog::reconcile::{Observed, Target};
use serde_json::Value;

use crate::support::applied::{SMALL, apply, remove, target};
use crate::support::contract::contract;
use crate::support::server::Server;

contract!(
    a_changed_name_renames_in_place,
    a_renamed_class_keeps_its_devices_and_cables,
);

async fn a_changed_name_renames_in_place(server: Server) {
    let (target, mut blueprint) = (target(&server, "rename"), SMALL.build());
    let before = apply(&server, &target, &blueprint).await.observed.unwrap();
    let labels = labels(&server, &target).await;
    let keys: BTreeSet<&str> = blueprint.cables.iter().map(|c| c.key.as_str()).collect();
    let labelled: BTreeSet<&str> = labels.values().map(String::as_str).collect();
    assert_eq!(labelled, keys, "a label for each cable");
    // Two leaves swap their names, and nothing but names changes.
    let rename = |name: &mut String| {
        *name = match name.as_str() {
            "leaf-01" => "leaf-02".to_owned(),
            "leaf-02" => "leaf-01".to_owned(),
            other => other.to_owned(),
        }
    };
    blueprint
        .devices
        .iter_mut()
        .for_each(|device| rename(&mut device.name));
    let ends = |cable: &mut hedgehog::fabric::blueprint::Cable| {
        let rename = |end: &mut CableEnd| rename(&mut end.device);
        rename(&mut cable.a);
        rename(&mut cable.b);
    };
    blueprint.cables.iter_mut().for_each(ends);
    let after = apply(&server, &target, &blueprint).await.observed.unwrap();
    assert_eq!(
        after.device_ids()["leaf-01"],
        before.device_ids()["leaf-02"]
    );
    assert_eq!(
        after.cables.keys().collect::<Vec<_>>(),
        before.cables.keys().collect::<Vec<_>>()
    );
    assert_eq!(
        self::labels(&server, &target).await,
        labels,
        "what was printed stays true"
    );
    remove(&server, &target).await;
}

/// What is printed on the plan's cables, by their ids.
async fn labels(server: &Server, target: &Target) -> BTreeMap<u64, String> {
    let tag = target.scope.tag_slug();
    let page = server
        .get(&format!("dcim/cables/?limit=1000&tag={tag}"))
        .await;
    let rows = page["results"].as_array().unwrap().iter();
    let label = |row: &Value| {
        (
            row["id"].as_u64().unwrap(),
            row["label"].as_str().unwrap().to_owned(),
        )
    };
    rows.map(label).collect()
}

async fn a_renamed_class_keeps_its_devices_and_cables(server: Server) {
    let (target, mut blueprint) = (target(&server, "former"), SMALL.build());
    let before = apply(&server, &target, &blueprint).await.observed.unwrap();
    for device in blueprint
        .devices
        .iter_mut()
        .filter(|d| d.key.class == "leaf")
    {
        device.key.class = "tor".to_owned();
    }
    for cable in &mut blueprint.cables {
        if let Some(rest) = cable.key.strip_prefix("leaf/") {
            cable.key = format!("tor/{rest}");
        }
    }
    let former = [("tor".to_owned(), "leaf".to_owned())];
    blueprint.former_classes = former.into();
    let outcome = apply(&server, &target, &blueprint).await;
    let receipt = outcome.receipt.done;
    let expected = [
        ((Verb::Updated, "cable"), 2),
        ((Verb::Updated, "device"), 2),
    ];
    assert_eq!(receipt, expected.into());
    let after = outcome.observed.unwrap();
    assert_eq!(after.device_ids(), before.device_ids());
    let ids = |observed: &Observed| observed.cables.keys().copied().collect::<Vec<_>>();
    assert_eq!(ids(&after), ids(&before));
    // Once it is done, the earlier name means nothing any more.
    let again = apply(&server, &target, &blueprint).await;
    assert_eq!(again.receipt.total(), 0);
    remove(&server, &target).await;
}
