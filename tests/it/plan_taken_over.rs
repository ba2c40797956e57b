//! A creation that failed, and another one that goes on with what it made: the plan is the other's then,
//! whatever Terraform does with the first. So it is with `create_before_destroy`.

use hedgehog::tf::value::Value;

use crate::support::core::{Applied, Core, failed};
use crate::support::fake_netbox::Fault;
use crate::support::world::{World, fine, plan, value, words};

const PLAN: &str = "hedgehog_topology_plan";

/// More than any run tries.
const FAULTS: usize = 200;

/// Nothing more is taken after so many writes.
fn break_after(world: &World, writes: usize) {
    let faults = std::iter::repeat_n(Fault::None, writes).chain(vec![Fault::Invalid; FAULTS]);
    world.fake.plan_faults(faults);
}

/// All is well again, and holds have run out.
fn mend(world: &World) {
    world.fake.clear_faults();
    world.fake.advance(3_600);
}

async fn nothing_is_left(world: &World) {
    let tags = world.server.get("extras/tags/?limit=1000").await;
    assert!(!tags.to_string().contains("phase="), "{tags}");
    let devices = world.server.get("dcim/devices/?limit=1000").await;
    assert_eq!(devices["count"], 0, "{devices}");
}

/// A creation that ends after so many writes, and whose hold has run out since.
async fn half(world: &World, core: &mut Core, config: &Value, writes: usize) -> Applied {
    break_after(world, writes);
    let cut = core.run(&Applied::default(), Some(config.clone())).await;
    mend(world);
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
    nothing_is_left(&world).await;
}

/// What no creation has finished is nobody's: each state of it may remove it, also in several attempts.
#[tokio::test]
async fn what_another_creation_left_unfinished_is_removed() {
    for writes in 0..5 {
        let world = World::start().await;
        let mut core = world.core(PLAN).await;
        let config = value(&core, &plan(1));
        let first = half(&world, &mut core, &config, 8).await;
        half(&world, &mut core, &config, 1).await;
        let mut known = fine(core.read(&first).await);
        break_after(&world, writes);
        let removed = core.run(&known, None).await;
        mend(&world);
        if removed.state.is_some() {
            assert!(failed(&removed.diagnostics));
            known = fine(core.read(&removed).await);
            let again = fine(core.run(&known, None).await);
            assert_eq!(words(&again.diagnostics), "", "after {writes} writes");
        }
        nothing_is_left(&world).await;
    }
}

/// An update makes the plan that of its state, also where it is killed and its record is lost.
#[tokio::test]
async fn what_was_gone_on_with_by_untaint_is_removed_by_that_state() {
    for writes in 1..3 {
        let world = World::start().await;
        let mut core = world.core(PLAN).await;
        let config = value(&core, &plan(1));
        let first = half(&world, &mut core, &config, 8).await;
        half(&world, &mut core, &config, 1).await;
        let untainted = fine(core.read(&first).await);
        break_after(&world, writes);
        let cut = core.run(&untainted, Some(config.clone())).await;
        mend(&world);
        assert!(failed(&cut.diagnostics), "after {writes} writes");
        let known = fine(core.read(&untainted).await);
        let removed = fine(core.run(&known, None).await);
        assert_eq!(words(&removed.diagnostics), "", "after {writes} writes");
        nothing_is_left(&world).await;
    }
}

/// What a creation finds and does not hold is not its own: it leaves no state that could be taken for one.
#[tokio::test]
async fn a_creation_that_wrote_nothing_has_no_state() {
    let world = World::start().await;
    let mut core = world.core(PLAN).await;
    let config = value(&core, &plan(1));
    let first = half(&world, &mut core, &config, 8).await;
    break_after(&world, 0);
    let second = core.run(&Applied::default(), Some(config.clone())).await;
    mend(&world);
    assert!(failed(&second.diagnostics));
    assert_eq!(second.state, None);
    fine(core.run(&Applied::default(), Some(config)).await);
    let there = world.census().await;
    let known = fine(core.read(&first).await);
    fine(core.run(&known, None).await);
    assert_eq!(world.census().await, there, "the third is whole");
}

/// A draft would keep the id of what is another's.
#[tokio::test]
async fn what_another_creation_went_on_with_becomes_no_draft() {
    let world = World::start().await;
    let mut core = world.core(PLAN).await;
    let config = value(&core, &plan(1));
    let first = half(&world, &mut core, &config, 8).await;
    fine(core.run(&Applied::default(), Some(config)).await);
    let there = world.census().await;
    let mut draft = plan(1);
    draft["status"] = "draft".into();
    let draft = value(&core, &draft);
    let known = fine(core.read(&first).await);
    let drafted = core.run(&known, Some(draft)).await;
    let told = words(&drafted.diagnostics);
    assert!(
        failed(&drafted.diagnostics) && told.contains("another creation's"),
        "{told}"
    );
    assert_eq!(drafted.state, known.state);
    assert_eq!(world.census().await, there);
}
