//! Every call over a real connection: what is answered, refused and survived.

use hedgehog::tf::host::Mode;
use hedgehog::tf::proto::plugin as plugin_pb;
use hedgehog::tf::proto::tfplugin6 as pb;
use hedgehog::tf::resource::Provider as _;
use hedgehog::tf::types::Type;
use hedgehog::tf::value::Value;
use hedgehog::tf::{json, msgpack};
use tonic::Code;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

use crate::support::client::{Hosted, configure};
use crate::support::core::failed;
use crate::support::proto::plugin::grpc_controller_client::GrpcControllerClient;
use crate::support::proto::plugin::grpc_stdio_client::GrpcStdioClient;
use crate::support::thing::{ThingProvider, world};

#[expect(clippy::unnecessary_wraps, reason = "fields of messages are optional")]
fn wire(value: &Value, ty: &Type) -> Option<pb::DynamicValue> {
    let msgpack = msgpack::encode(value, ty).expect("it fits");
    Some(pb::DynamicValue {
        msgpack,
        json: Vec::new(),
    })
}

fn thing_type() -> Type {
    ThingProvider::default().resources()[0].schema().ty()
}

fn thing(attributes: Value) -> Option<pb::DynamicValue> {
    let mut attributes = attributes;
    ThingProvider::default().resources()[0]
        .schema()
        .block
        .complete(&mut attributes);
    wire(&attributes, &thing_type())
}

#[tokio::test]
async fn the_schema_is_complete_and_small() {
    use prost::Message as _;
    let hosted = Hosted::start(Mode::Hosted);
    let mut client = hosted.client().await;
    let request = pb::get_provider_schema::Request {};
    let answer = client
        .get_provider_schema(request)
        .await
        .expect("it answers")
        .into_inner();
    assert!(answer.encoded_len() < 1_000_000);
    let names: Vec<_> = answer.resource_schemas.keys().map(String::as_str).collect();
    assert_eq!(names, ["thing_thing"]);
    let names: Vec<_> = answer
        .data_source_schemas
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(names, ["thing_lookup"]);
    assert_eq!(
        answer
            .functions
            .keys()
            .map(String::as_str)
            .collect::<Vec<_>>(),
        ["join"]
    );
    let capabilities = answer.server_capabilities.expect("they are declared");
    assert!(capabilities.plan_destroy && capabilities.get_provider_schema_optional);
    let schema = &answer.resource_schemas["thing_thing"];
    assert_eq!(schema.version, 2);
    let block = schema.block.as_ref().expect("there is one");
    for attribute in &block.attributes {
        assert!(
            attribute.required || attribute.optional || attribute.computed,
            "{attribute:?}"
        );
        assert!(!attribute.description.is_empty(), "{attribute:?}");
        assert_ne!(
            attribute.r#type.is_empty(),
            attribute.nested_type.is_none(),
            "{attribute:?}"
        );
    }
    let metadata = client
        .get_metadata(pb::get_metadata::Request {})
        .await
        .expect("it answers");
    assert_eq!(metadata.into_inner().functions[0].name, "join");
    let functions = client
        .get_functions(pb::get_functions::Request {})
        .await
        .expect("it answers");
    assert_eq!(functions.into_inner().functions.len(), 1);
    let identities = pb::get_resource_identity_schemas::Request {};
    let identities = client
        .get_resource_identity_schemas(identities)
        .await
        .expect("it answers");
    assert!(identities.into_inner().identity_schemas.is_empty());
}

/// Calls with a type name that nobody has.
macro_rules! refused {
    ($client:ident: $($call:ident $field:ident),* $(,)?) => {$(
        let request = pb::$call::Request { $field: "none".to_owned(), ..Default::default() };
        let status = $client.$call(request).await.expect_err(stringify!($call));
        assert_eq!(status.code(), Code::InvalidArgument, stringify!($call));
        assert!(status.message().contains("\"none\""), "{status}");
    )*};
}

#[tokio::test]
async fn unknown_names_are_refused_by_every_call() {
    let hosted = Hosted::start(Mode::Hosted);
    let mut client = hosted.client().await;
    refused!(client:
        validate_resource_config type_name,
        upgrade_resource_state type_name,
        read_resource type_name,
        plan_resource_change type_name,
        apply_resource_change type_name,
        import_resource_state type_name,
        move_resource_state target_type_name,
        validate_data_resource_config type_name,
        read_data_source type_name,
        call_function name,
    );
}

#[tokio::test]
async fn what_nothing_declares_is_unimplemented() {
    let hosted = Hosted::start(Mode::Hosted);
    let mut client = hosted.client().await;
    macro_rules! unimplemented_calls {
        ($($call:ident),* $(,)?) => {$(
            let status = client.$call(pb::$call::Request::default()).await.expect_err(stringify!($call));
            assert_eq!(status.code(), Code::Unimplemented, stringify!($call));
        )*};
    }
    unimplemented_calls!(
        close_ephemeral_resource,
        generate_resource_config,
        get_states,
        invoke_action,
        list_resource,
        lock_state,
        open_ephemeral_resource,
        plan_action,
        read_state_bytes,
        upgrade_resource_identity,
        validate_action_config,
        validate_list_resource_config,
    );
    let foreign = pb::move_resource_state::Request {
        target_type_name: "thing_thing".to_owned(),
        ..pb::move_resource_state::Request::default()
    };
    let answer = client
        .move_resource_state(foreign)
        .await
        .expect("it answers")
        .into_inner();
    assert!(failed(&answer.diagnostics) && answer.target_state.is_none());
}

#[tokio::test]
async fn malformed_values_are_refused_with_their_place() {
    let hosted = Hosted::start(Mode::Hosted);
    let mut client = hosted.client().await;
    for (bytes, place) in [
        (&b"\x81\xa4name\x91\x01"[..], "name"),
        (b"\xdf\xff\xff\xff\xff", "config"),
        (b"\xc1", "config"),
    ] {
        let config = Some(pb::DynamicValue {
            msgpack: bytes.to_vec(),
            json: Vec::new(),
        });
        let type_name = "thing_thing".to_owned();
        let request = pb::validate_resource_config::Request {
            type_name,
            config,
            client_capabilities: None,
        };
        let status = client
            .validate_resource_config(request)
            .await
            .expect_err("malformed");
        assert_eq!(status.code(), Code::InvalidArgument);
        assert!(status.message().contains(place), "{status}");
    }
}

#[tokio::test]
async fn large_messages_are_taken_and_larger_ones_refused() {
    let hosted = Hosted::start(Mode::Hosted);
    let mut client = hosted.client().await;
    let validate = |bytes: usize| {
        let text = "x".repeat(bytes);
        let config = thing(Value::object([("name", "n".into()), ("text", text.into())]));
        let type_name = "thing_thing".to_owned();
        pb::validate_resource_config::Request {
            type_name,
            config,
            client_capabilities: None,
        }
    };
    client
        .validate_resource_config(validate(100_000_000))
        .await
        .expect("100 MB are taken");
    let mut larger = validate(10);
    larger.config = Some(pb::DynamicValue {
        msgpack: vec![0; 300_000_000],
        json: Vec::new(),
    });
    let status = client
        .validate_resource_config(larger)
        .await
        .expect_err("too large");
    assert!(
        matches!(status.code(), Code::ResourceExhausted | Code::OutOfRange),
        "{status}"
    );
    client
        .validate_resource_config(validate(10))
        .await
        .expect("it is still there");
}

#[tokio::test]
async fn calls_before_configuration_say_so() {
    let hosted = Hosted::start(Mode::Hosted);
    let mut client = hosted.client().await;
    let state = || thing(Value::object([("name", "n".into()), ("id", "x".into())]));
    let type_name = || "thing_thing".to_owned();
    let read = pb::read_resource::Request {
        type_name: type_name(),
        current_state: state(),
        private: b"kept".to_vec(),
        ..pb::read_resource::Request::default()
    };
    let answer = client
        .read_resource(read.clone())
        .await
        .expect("it answers")
        .into_inner();
    assert!(answer.diagnostics[0].summary.contains("not configured"));
    assert_eq!(
        (answer.new_state, answer.private),
        (state(), b"kept".to_vec())
    );
    let apply = pb::apply_resource_change::Request {
        type_name: type_name(),
        planned_state: state(),
        ..pb::apply_resource_change::Request::default()
    };
    let answer = client
        .apply_resource_change(apply)
        .await
        .expect("it answers")
        .into_inner();
    assert!(failed(&answer.diagnostics));
    let import = pb::import_resource_state::Request {
        type_name: type_name(),
        id: "x".to_owned(),
        ..pb::import_resource_state::Request::default()
    };
    let answer = client
        .import_resource_state(import)
        .await
        .expect("it answers")
        .into_inner();
    assert!(failed(&answer.diagnostics));
    // Unknown at first, which is no fault until somebody needs it.
    assert!(configure(&mut client, Value::unknown()).await.is_empty());
    let answer = client
        .read_resource(read.clone())
        .await
        .expect("it answers")
        .into_inner();
    assert!(answer.diagnostics[0].detail.contains("not known yet"));
    assert!(configure(&mut client, "http://one".into()).await.is_empty());
    assert!(configure(&mut client, "http://two".into()).await.is_empty());
    let answer = client
        .read_resource(read)
        .await
        .expect("it answers")
        .into_inner();
    assert!(answer.diagnostics.is_empty());
    assert_eq!(world(&hosted.world).endpoints, ["http://one", "http://two"]);
}

async fn join(hosted: &Hosted, arguments: &[Value]) -> pb::call_function::Response {
    let arguments = arguments
        .iter()
        .filter_map(|value| wire(value, &Type::String))
        .collect();
    let request = pb::call_function::Request {
        name: "join".to_owned(),
        arguments,
    };
    let mut client = hosted.client().await;
    client
        .call_function(request)
        .await
        .expect("it answers")
        .into_inner()
}

#[tokio::test]
async fn functions_work_unconfigured_and_name_the_wrong_argument() {
    let hosted = Hosted::start(Mode::Hosted);
    let result = join(&hosted, &["-".into(), "a".into(), "b".into()])
        .await
        .result;
    assert_eq!(result, wire(&"a-b".into(), &Type::String));
    let unknown = join(&hosted, &["-".into(), Value::unknown()]).await.result;
    assert_eq!(unknown, wire(&Value::unknown(), &Type::String));
    let argument =
        |answer: pb::call_function::Response| answer.error.expect("there is one").function_argument;
    assert_eq!(
        argument(join(&hosted, &["-".into(), "a".into(), Value::Null]).await),
        Some(2)
    );
    assert_eq!(
        argument(join(&hosted, &["-".into(), "".into()]).await),
        Some(1)
    );
    assert_eq!(argument(join(&hosted, &[]).await), None);
}

#[tokio::test]
async fn states_are_upgraded_or_refused() {
    let hosted = Hosted::start(Mode::Hosted);
    let mut client = hosted.client().await;
    let mut upgrade = async |version: i64, text: &str| {
        let raw_state = Some(pb::RawState {
            json: text.into(),
            flatmap: std::collections::BTreeMap::new(),
        });
        let request = pb::upgrade_resource_state::Request {
            type_name: "thing_thing".into(),
            version,
            raw_state,
        };
        client
            .upgrade_resource_state(request)
            .await
            .expect("it answers")
            .into_inner()
    };
    let expected = |text: &str| thing(Value::object([("name", "n".into()), ("text", text.into())]));
    let answer = upgrade(2, r#"{"name":"n","text":"t","gone":1}"#).await;
    assert_eq!(
        (answer.upgraded_state, answer.diagnostics),
        (expected("t"), Vec::new())
    );
    let answer = upgrade(1, r#"{"name":"n","words":"w"}"#).await;
    assert_eq!(answer.upgraded_state, expected("w"));
    for (version, text, message) in [
        (3, "{}", "Version 3 of its schema"),
        (0, "{}", "never released"),
        (2, "[]", "does not fit the schema"),
        (2, "{", "not JSON"),
        (1, r#"{"name":1}"#, "name: not a"),
    ] {
        let answer = upgrade(version, text).await;
        assert!(
            answer.diagnostics[0].detail.contains(message),
            "{:?}",
            answer.diagnostics
        );
        assert_eq!(answer.upgraded_state, None);
    }
    let nothing = json::to_json(&Value::Null, &thing_type())
        .expect("null")
        .to_string();
    assert_eq!(
        upgrade(2, &nothing).await.upgraded_state,
        wire(&Value::Null, &thing_type())
    );
}

#[tokio::test]
async fn a_diagnostic_points_at_its_attribute() {
    use pb::attribute_path::step::Selector;
    let hosted = Hosted::start(Mode::Hosted);
    let mut client = hosted.client().await;
    let part = Value::object([("weight", (-1).into())]);
    let parts = Value::object([("front", part)]);
    let config = thing(Value::object([
        ("part", parts),
        ("text", "bad".into()),
        ("id", "1".into()),
    ]));
    let type_name = "thing_thing".to_owned();
    let request = pb::validate_resource_config::Request {
        type_name,
        config,
        client_capabilities: None,
    };
    let answer = client
        .validate_resource_config(request)
        .await
        .expect("it answers")
        .into_inner();
    let path = |diagnostic: &pb::Diagnostic| {
        let steps = diagnostic
            .attribute
            .clone()
            .unwrap_or_default()
            .steps
            .into_iter();
        steps.filter_map(|step| step.selector).collect::<Vec<_>>()
    };
    let name = |name: &str| Selector::AttributeName(name.to_owned());
    let found: Vec<_> = answer.diagnostics.iter().map(path).collect();
    let weight = vec![
        name("part"),
        Selector::ElementKeyString("front".into()),
        name("weight"),
    ];
    assert_eq!(
        found,
        [
            vec![name("name")],
            vec![name("id")],
            vec![name("text")],
            weight
        ]
    );
}

/// Hosts open the broker's stream once and go on without it.
#[tokio::test]
async fn the_broker_is_not_served_and_not_missed() {
    let hosted = Hosted::start(Mode::Hosted);
    let mut raw = tonic::client::Grpc::new(hosted.channel().await);
    raw.ready().await.expect("it is there");
    let codec = tonic_prost::ProstCodec::<plugin_pb::Empty, plugin_pb::Empty>::default();
    let path = "/plugin.GRPCBroker/StartStream".parse().expect("a path");
    let request = tonic::Request::new(tokio_stream::pending());
    let status = raw
        .streaming(request, path, codec)
        .await
        .map(drop)
        .expect_err("no such service");
    assert_eq!(status.code(), Code::Unimplemented);
    let mut client = hosted.client().await;
    client
        .get_metadata(pb::get_metadata::Request {})
        .await
        .expect("the connection still serves");
}

#[tokio::test]
async fn the_hosts_library_finds_its_services() {
    let hosted = Hosted::start(Mode::Hosted);
    let channel = hosted.channel().await;
    let mut health = HealthClient::new(channel.clone());
    let check = |service: &str| HealthCheckRequest {
        service: service.to_owned(),
    };
    let answer = health
        .check(check("plugin"))
        .await
        .expect("it answers")
        .into_inner();
    assert_eq!(answer.status, tonic_health::ServingStatus::Serving as i32);
    let status = health
        .check(check("nothing"))
        .await
        .expect_err("there is no such service");
    assert_eq!(status.code(), Code::NotFound);

    let mut stdio = GrpcStdioClient::new(channel.clone());
    let mut stream = stdio.stream_stdio(()).await.expect("it opens").into_inner();
    let mut second = hosted.client().await;
    second
        .get_metadata(pb::get_metadata::Request {})
        .await
        .expect("two connections at once");

    GrpcControllerClient::new(channel)
        .shutdown(plugin_pb::Empty {})
        .await
        .expect("it answers");
    assert!(
        matches!(stream.message().await, Ok(None) | Err(_)),
        "it stays open until the end"
    );
    let mut hosted = hosted;
    (&mut hosted.running).await.expect("it ends by itself");
    assert!(!hosted.socket.exists());
}

#[tokio::test]
async fn each_connection_of_a_reattached_provider_has_its_own() {
    let hosted = Hosted::start(Mode::Reattach);
    let (mut first, mut second) = (hosted.client().await, hosted.client().await);
    assert!(configure(&mut first, "http://one".into()).await.is_empty());
    let read = pb::read_resource::Request {
        type_name: "thing_thing".to_owned(),
        current_state: thing(Value::object([("id", "x".into())])),
        ..pb::read_resource::Request::default()
    };
    let answer = first
        .read_resource(read.clone())
        .await
        .expect("it answers")
        .into_inner();
    assert!(answer.diagnostics.is_empty());
    let answer = second
        .read_resource(read)
        .await
        .expect("it answers")
        .into_inner();
    assert!(
        failed(&answer.diagnostics),
        "the second connection was not configured"
    );
}
