//! Plan, apply, read: each answer judged by core's rules. And what happens when something fails.

use hedgehog::tf::host::Mode;
use hedgehog::tf::proto::plugin as plugin_pb;
use hedgehog::tf::proto::tfplugin6 as pb;
use hedgehog::tf::resource::Provider as _;
use hedgehog::tf::secrets::hide;
use hedgehog::tf::value::Value;

use crate::support::client::{Hosted, configure};
use crate::support::core::{Applied, Core, failed};
use crate::support::proto::plugin::grpc_controller_client::GrpcControllerClient;
use crate::support::thing::{ThingProvider, world};

async fn configured() -> (Hosted, Core) {
    let hosted = Hosted::start(Mode::Hosted);
    let mut client = hosted.client().await;
    assert!(
        configure(&mut client, "http://here".into())
            .await
            .is_empty()
    );
    let schema = ThingProvider::default().resources()[0].schema();
    (hosted, Core::new(client, "thing_thing", schema))
}

fn config(text: &str) -> Value {
    Value::object([("name", "n".into()), ("text", text.into())])
}

fn faulty(fault: &str) -> Value {
    config("t").with("fault", fault)
}

#[tokio::test]
async fn a_thing_is_created_changed_replaced_and_destroyed() {
    let (hosted, mut core) = configured().await;
    let created = core.run(&Applied::default(), Some(config("a"))).await;
    let state = created.state.clone().expect("it exists");
    assert_eq!(
        (state.get("id").as_str(), state.get("shout").as_str()),
        (Some("thing-1"), Some("A"))
    );
    assert_eq!(state.get("size").as_u32(), Some(7));
    let read = core.read(&created).await;
    assert_eq!(read.state, created.state);

    let again = core
        .plan(read.state.as_ref(), &read.private, Some(config("a")))
        .await;
    assert_eq!(again.planned, read.state, "nothing to do");
    let update = core
        .plan(read.state.as_ref(), &read.private, Some(config("b")))
        .await;
    let planned = update.planned.as_ref().expect("it is planned");
    assert!(
        planned.is_wholly_known(),
        "what does not change stays known: {planned:?}"
    );
    assert!(update.requires_replace.is_empty());
    let updated = core.apply(&update, Some(config("b"))).await;

    let renamed = config("b").with("name", "m");
    let replace = core
        .plan(updated.state.as_ref(), &[], Some(renamed.clone()))
        .await;
    assert_eq!(replace.requires_replace.len(), 1);
    let gone = core.run(&updated, None).await;
    assert_eq!(gone.state, None);
    let replaced = core.run(&Applied::default(), Some(renamed)).await;
    assert_eq!(
        replaced
            .state
            .as_ref()
            .expect("it exists")
            .get("id")
            .as_str(),
        Some("thing-2")
    );
    // Gone behind our back: read says so, and destroying it again is no fault.
    world(&hosted.world).things.clear();
    assert_eq!(core.read(&replaced).await.state, None);
    assert!(!failed(&core.run(&replaced, None).await.diagnostics));
}

#[tokio::test]
async fn what_is_unknown_at_plan_may_become_anything() {
    let (_hosted, mut core) = configured().await;
    let unknown = config("").with("text", Value::unknown());
    let planned = core.plan(None, &[], Some(unknown.clone())).await;
    assert!(
        planned
            .planned
            .as_ref()
            .expect("it is planned")
            .get("shout")
            .is_unknown()
    );
    let created = core.apply(&planned, Some(config("late"))).await;
    assert_eq!(
        created
            .state
            .as_ref()
            .expect("it exists")
            .get("shout")
            .as_str(),
        Some("LATE")
    );
    // An update that turns out to be none.
    let planned = core
        .plan(created.state.as_ref(), &created.private, Some(unknown))
        .await;
    let same = core.apply(&planned, Some(config("late"))).await;
    assert_eq!(same.state, created.state);
}

#[tokio::test]
async fn nested_values_and_blocks_keep_their_shape() {
    let (_hosted, mut core) = configured().await;
    let options = Value::object([("k", Value::object([("value", Value::Null)]))]);
    let parts = Value::object([("front", Value::object([("weight", 3.into())]))]);
    let config = config("t").with("options", options).with("part", parts);
    let created = core.run(&Applied::default(), Some(config.clone())).await;
    let again = core
        .plan(created.state.as_ref(), &created.private, Some(config))
        .await;
    assert_eq!(again.planned, created.state);
}

#[tokio::test]
async fn a_failure_keeps_what_is_true() {
    let (_hosted, mut core) = configured().await;
    let half = core
        .run(&Applied::default(), Some(faulty("apply fails")))
        .await;
    assert!(failed(&half.diagnostics));
    assert_eq!(half.private, b"applied");
    let whole = core.run(&half, Some(config("t"))).await;
    assert!(!failed(&whole.diagnostics));
    let id = |applied: &Applied| applied.state.as_ref().expect("it exists").get("id").clone();
    assert_eq!(id(&half), id(&whole));
    let stuck = core.run(&whole, Some(faulty("delete fails"))).await;
    let kept = core.run(&stuck, None).await;
    assert!(failed(&kept.diagnostics));
    assert_eq!(kept.state, stuck.state);
}

#[tokio::test]
async fn a_panic_in_apply_keeps_the_checkpoint() {
    let (hosted, mut core) = configured().await;
    let nothing = core
        .run(&Applied::default(), Some(faulty("apply panics")))
        .await;
    assert!(nothing.state.is_none());
    assert!(
        nothing.diagnostics[0].detail.contains("thing.rs:"),
        "{:?}",
        nothing.diagnostics
    );
    assert!(nothing.diagnostics[0].detail.contains("apply was told to"));
    let late = core
        .run(&Applied::default(), Some(faulty("apply panics late")))
        .await;
    assert!(failed(&late.diagnostics));
    assert_eq!(late.private, b"saved");
    let id = late
        .state
        .as_ref()
        .expect("the checkpoint")
        .get("id")
        .as_str()
        .map(str::to_owned);
    assert!(
        world(&hosted.world)
            .things
            .contains_key(&id.expect("it has one"))
    );
    let before = core.run(&Applied::default(), Some(config("t"))).await;
    let kept = core.run(&before, Some(faulty("apply panics"))).await;
    assert_eq!(kept.state, before.state);
    let misfit = core
        .run(&Applied::default(), Some(faulty("apply misfits")))
        .await;
    assert!(
        misfit.state.is_some(),
        "a state that does not fit falls back to the checkpoint"
    );
    assert!(
        misfit.diagnostics[0]
            .detail
            .contains("size: a string is not a")
    );
}

fn panicked(diagnostics: &[pb::Diagnostic]) {
    let detail = &diagnostics[0].detail;
    assert!(detail.contains("bug in the provider"), "{detail}");
}

#[tokio::test]
async fn a_panic_in_any_call_is_an_answer() {
    let (_hosted, mut core) = configured().await;
    panicked(
        &core
            .plan(None, &[], Some(faulty("plan panics")))
            .await
            .diagnostics,
    );
    panicked(
        &core
            .plan(None, &[], Some(faulty("check panics")))
            .await
            .diagnostics,
    );
    let state = core.complete(
        faulty("read panics")
            .with("id", "x")
            .with("shout", "T")
            .with("size", 1),
    );
    panicked(
        &core
            .read(&Applied {
                state: Some(state),
                ..Applied::default()
            })
            .await
            .diagnostics,
    );
}

/// Whatever stumbles over a secret does not tell it.
#[tokio::test]
async fn a_panic_shows_no_secret() {
    let (_hosted, mut core) = configured().await;
    let canary = "plan panics with a canary";
    let mut said = Vec::new();
    for _ in 0..2 {
        let answer = core.plan(None, &[], Some(faulty(canary))).await;
        said.push(answer.diagnostics[0].detail.clone());
        hide(canary);
    }
    assert!(said[0].contains(canary), "{}", said[0]);
    assert!(
        said[1].contains("(hidden)") && !said[1].contains("canary"),
        "{}",
        said[1]
    );
}

#[tokio::test]
async fn a_panic_in_the_smaller_calls_is_an_answer_too() {
    let (_hosted, mut core) = configured().await;
    let config = core.encode(Some(&core.complete(faulty("validate panics"))));
    let type_name = core.type_name.to_owned();
    let request = pb::validate_resource_config::Request {
        type_name,
        config,
        client_capabilities: None,
    };
    let answer = core
        .client
        .validate_resource_config(request)
        .await
        .expect("it answers");
    panicked(&answer.into_inner().diagnostics);
    let (type_name, id) = (core.type_name.to_owned(), "panic".to_owned());
    let request = pb::import_resource_state::Request {
        type_name,
        id,
        ..pb::import_resource_state::Request::default()
    };
    let answer = core
        .client
        .import_resource_state(request)
        .await
        .expect("it answers");
    panicked(&answer.into_inner().diagnostics);
    panicked(&configure(&mut core.client, "panic".into()).await);
    let separator =
        hedgehog::tf::msgpack::encode(&"panic".into(), &hedgehog::tf::types::Type::String);
    let separator = pb::DynamicValue {
        msgpack: separator.expect("text"),
        json: Vec::new(),
    };
    let request = pb::call_function::Request {
        name: "join".to_owned(),
        arguments: vec![separator],
    };
    let answer = core
        .client
        .call_function(request)
        .await
        .expect("it answers")
        .into_inner();
    assert!(
        answer
            .error
            .expect("there is one")
            .text
            .contains("join was told to panic")
    );
    assert!(!failed(
        &core
            .run(&Applied::default(), Some(self::config("t")))
            .await
            .diagnostics
    ));
}

#[tokio::test]
async fn imports_are_read_and_unknown_ids_refused() {
    let (_hosted, mut core) = configured().await;
    let created = core.run(&Applied::default(), Some(config("t"))).await;
    let mut import = async |id: &str| {
        let request = pb::import_resource_state::Request {
            type_name: core.type_name.to_owned(),
            id: id.to_owned(),
            ..pb::import_resource_state::Request::default()
        };
        core.client
            .import_resource_state(request)
            .await
            .expect("it answers")
            .into_inner()
    };
    let answer = import("thing-1").await;
    let none = import("thing-9").await;
    assert!(failed(&none.diagnostics) && none.imported_resources.is_empty());
    assert!(failed(&import("").await.diagnostics));
    let imported = core.decode(answer.imported_resources[0].state.as_ref());
    let read = core
        .read(&Applied {
            state: imported,
            ..Applied::default()
        })
        .await;
    assert_eq!(read.state, created.state);
}

#[tokio::test]
async fn warnings_of_the_check_stand_beside_the_plan() {
    let (_hosted, mut core) = configured().await;
    let planned = core.plan(None, &[], Some(faulty("check warns"))).await;
    assert_eq!(planned.diagnostics[0].summary, "The check warns");
    assert!(!failed(&planned.diagnostics) && planned.planned.is_some());
}

/// Returns when the apply has created its thing, and so is waiting.
async fn begun(hosted: &Hosted) {
    while world(&hosted.world).things.is_empty() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_stop_ends_the_calls_in_flight_and_no_others() {
    let (hosted, mut core) = configured().await;
    let mut stopper = hosted.client().await;
    let (none, fault) = (Applied::default(), Some(faulty("apply waits")));
    let apply = core.run(&none, fault);
    let stop = async {
        begun(&hosted).await;
        stopper
            .stop_provider(pb::stop_provider::Request {})
            .await
            .expect("it answers")
    };
    let (applied, stopped) = tokio::join!(apply, stop);
    assert_eq!(stopped.into_inner().error, "");
    assert_eq!(applied.diagnostics[0].summary, "It was stopped");
    assert!(applied.state.is_some(), "what was done is told");
    let after = core.run(&applied, Some(config("t"))).await;
    assert!(!failed(&after.diagnostics), "the next call is not stopped");
}

/// A host that died is noticed by its changed process id, which fires this very token: what is in
/// flight stops, and tells what it did.
#[tokio::test]
async fn the_end_of_the_process_stops_the_calls_in_flight() {
    let (hosted, mut core) = configured().await;
    let (none, fault) = (Applied::default(), Some(faulty("apply waits")));
    let apply = core.run(&none, fault);
    let end = async {
        begun(&hosted).await;
        hosted.shutdown.cancel();
    };
    let (applied, ()) = tokio::join!(apply, end);
    assert_eq!(applied.diagnostics[0].summary, "It was stopped");
    assert!(applied.state.is_some(), "what was done is told");
}

#[tokio::test]
async fn a_shutdown_waits_for_no_call() {
    let (mut hosted, mut core) = configured().await;
    let channel = hosted.channel().await;
    let running = tokio::spawn(async move {
        core.client
            .get_metadata(pb::get_metadata::Request {})
            .await
            .expect("it answers");
        core.run(&Applied::default(), Some(faulty("apply waits")))
            .await
    });
    begun(&hosted).await;
    GrpcControllerClient::new(channel)
        .shutdown(plugin_pb::Empty {})
        .await
        .expect("it answers");
    let applied = running.await.expect("the apply answered before the end");
    assert!(applied.state.is_some());
    (&mut hosted.running).await.expect("it ends");
}

#[tokio::test]
async fn a_host_that_hangs_up_stops_its_call() {
    let (hosted, mut core) = configured().await;
    let (none, fault) = (Applied::default(), Some(faulty("apply waits")));
    tokio::select! {
        _ = core.run(&none, fault) => panic!("it waits"),
        () = begun(&hosted) => {}
    }
    drop(core);
    // The apply, now cancelled, gives its thread back: the runtime of this test could not end else.
}
