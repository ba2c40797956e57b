//! The `timeouts` block: an operation whose time is over ends like an interrupted one.

use serde_json::json;

use crate::support::core::{Applied, failed};
use crate::support::fake_netbox::Fault;
use crate::support::world::{World, fine, plan, value, words};

#[tokio::test]
async fn an_operation_whose_time_is_over_tells_what_is_there_and_is_resumed() {
    let world = World::start().await;
    let mut core = world.core("hedgehog_topology_plan").await;
    let mut short = plan(1);
    short["timeouts"] = json!({"create": "1s"});
    let short = value(&core, &short);
    let long = value(&core, &plan(1));
    // Custom fields, roles, tag, devices; then NetBox asks for more time than there is.
    let faults = std::iter::repeat_n(Fault::None, 4).chain([Fault::After("60")]);
    world.fake.plan_faults(faults);
    let cut = core.run(&Applied::default(), Some(short)).await;
    assert!(failed(&cut.diagnostics));
    let told = words(&cut.diagnostics);
    for part in [
        "The time for create is over",
        "timeouts.create is 1s",
        "NetBox has 4 of 4 devices and 0 of 6 cables",
        "terraform untaint",
    ] {
        assert!(told.contains(part), "\"{part}\" is not in: {told}");
    }
    let state = cut.state.clone().unwrap();
    assert_eq!(state.get("complete").as_bool(), Some(false));
    let ids = state.get("device_ids").clone();

    world.fake.clear_faults();
    let resumed = fine(core.run(&cut, Some(long)).await);
    let state = resumed.state.unwrap();
    assert_eq!(state.get("complete").as_bool(), Some(true));
    assert_eq!(state.get("device_ids"), &ids, "the same devices");
}

#[tokio::test]
async fn a_wrong_duration_is_told_at_its_argument() {
    let world = World::start().await;
    let mut core = world.core("hedgehog_topology_plan").await;
    let mut wrong = plan(1);
    wrong["timeouts"] = json!({"update": "soon"});
    let wrong = value(&core, &wrong);
    let told = core.validate(&wrong).await;
    let [fault] = told.as_slice() else {
        panic!("{told:?}")
    };
    assert!(
        fault.detail.contains("timeouts.update is \"soon\""),
        "{}",
        fault.detail
    );
}
