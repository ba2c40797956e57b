//! A creation that failed, and another one that goes on with what it made: the plan is the other's then,
//! whatever Terraform does with the first. So it is with `create_before_destroy`.

use hedgehog::tf::value::Value;

use crate::support::core::{Applied, Core, failed};
use crate::support::fake_netbox::Fault;
use crate::support::world::{World, fine, plan, value, words};

const PLAN: &str = "hedgehog_topology_plan";

/// More than any run tries.
const FAULTS: usize = 200;

/// A creation that ends after so many writes, and whose hold has run out since.
async fn half(world: &World, core: &mut Core, config: &Value, writes: usize) -> Applied {
    let faults = std::iter::repeat_n(Fault::None, writes).chain(vec![Fault::Invalid; FAULTS]);
    world.fake.plan_faults(faults);
    let cut = core.run(&Applied::default(), Some(config.clone())).await;
    world.fake.clear_faults();
    world.fake.advance(3_600);
    assert!(failed(&cut.diagnostics), "it was not cut");
    assert!(cut.state.is_some(), "nothing of it is there");
    cut
}

#[tokio::test]
async fn what_another_creation_went_on_with_is_not_removed() {
    let world = World::start().await;
    let mut core = world.core(PLAN).await;
    let config = value(&core, &plan(1));
    let first = half(&world, &mut core, &config, 8).await;
    let second = fine(core.run(&Applied::default(), Some(config.clone())).await);
    let there = world.census().await;

    // Also after a refresh, which sees what the second has made.
    let refreshed = fine(core.read(&first).await);
    for deposed in [first, refreshed] {
        let removed = core.run(&deposed, None).await;
        let told = words(&removed.diagnostics);
        assert!(
            !failed(&removed.diagnostics) && told.contains("Nothing was removed"),
            "{told}"
        );
        assert_eq!(removed.state, None);
        assert_eq!(world.census().await, there);
    }
    let read = fine(core.read(&second).await);
    assert_eq!(read.state, second.state);
    let planned = core.plan(read.state.as_ref(), &read.private, Some(config));
    assert_eq!(planned.await.planned, second.state, "nothing to do");

    assert!(fine(core.run(&read, None).await).state.is_none());
    let left = world.census().await;
    assert!(
        left.iter()
            .all(|(what, count)| *count == 0 || !what.contains("device")),
        "{left:?}"
    );
}

/// What no creation has finished is nobody's: each state of it may remove it.
#[tokio::test]
async fn what_another_creation_left_unfinished_is_removed() {
    let world = World::start().await;
    let mut core = world.core(PLAN).await;
    let config = value(&core, &plan(1));
    let first = half(&world, &mut core, &config, 8).await;
    half(&world, &mut core, &config, 1).await;
    let read = fine(core.read(&first).await);
    let removed = fine(core.run(&read, None).await);
    assert_eq!(words(&removed.diagnostics), "");
    let tags = world.server.get("extras/tags/?limit=1000").await;
    assert!(!tags.to_string().contains("phase="), "{tags}");
}

/// An update of a state makes the plan that state's, and its record stays valid.
#[tokio::test]
async fn what_was_gone_on_with_by_untaint_is_removed_by_that_state() {
    let world = World::start().await;
    let mut core = world.core(PLAN).await;
    let config = value(&core, &plan(1));
    let first = half(&world, &mut core, &config, 8).await;
    let untainted = fine(core.read(&first).await);
    let whole = fine(core.run(&untainted, Some(config)).await);
    let removed = fine(core.run(&whole, None).await);
    assert_eq!(words(&removed.diagnostics), "");
    let tags = world.server.get("extras/tags/?limit=1000").await;
    assert!(!tags.to_string().contains("phase="), "{tags}");
}
