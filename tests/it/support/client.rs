//! The host's side: a server in this process, and a client of it.

use std::path::PathBuf;

use hedgehog::tf::host::{Factory, HostEnvironment, Mode, Server};
use hedgehog::tf::msgpack;
use hedgehog::tf::proto::tfplugin6 as pb;
use hedgehog::tf::resource::Provider as _;
use hedgehog::tf::value::Value;
use hyper_util::rt::TokioIo;
use tokio::net::UnixStream;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tonic::transport::{Channel, Endpoint};

use super::proto::tfplugin6::provider_client::ProviderClient;
use super::thing::{self, Shared};

/// A running server of things; ends when dropped.
pub struct Hosted {
    pub world: Shared,
    pub socket: PathBuf,
    pub reattach: String,
    pub shutdown: CancellationToken,
    pub running: JoinHandle<()>,
}

impl Drop for Hosted {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}

impl Hosted {
    pub fn start(mode: Mode) -> Self {
        let world = Shared::default();
        let factory = thing::factory(&world);
        Self::start_with(mode, factory, world)
    }

    pub fn start_with(mode: Mode, factory: Factory, world: Shared) -> Self {
        let host = HostEnvironment::default();
        let server = Server::bind(&host, mode, factory).expect("it binds");
        let socket = server.socket().to_owned();
        let reattach = server.reattach(&["registry.terraform.io/test/thing"]);
        let shutdown = server.shutdown().clone();
        let running = tokio::spawn(async move { server.run().await.expect("it serves") });
        Self {
            world,
            socket,
            reattach,
            shutdown,
            running,
        }
    }

    pub async fn channel(&self) -> Channel {
        channel(self.socket.clone()).await
    }

    pub async fn client(&self) -> ProviderClient<Channel> {
        ProviderClient::new(self.channel().await)
            .max_decoding_message_size(usize::MAX)
            .max_encoding_message_size(usize::MAX)
    }
}

/// Configures the provider of things.
pub async fn configure(
    client: &mut ProviderClient<Channel>,
    endpoint: Value,
) -> Vec<pb::Diagnostic> {
    let schema = thing::ThingProvider::default().schema();
    let config = Value::object([("endpoint", endpoint), ("token", Value::Null)]);
    let msgpack = msgpack::encode(&config, &schema.ty()).expect("it fits");
    let request = pb::configure_provider::Request {
        terraform_version: "1.11.4".to_owned(),
        config: Some(pb::DynamicValue {
            msgpack,
            json: Vec::new(),
        }),
        client_capabilities: None,
    };
    client
        .configure_provider(request)
        .await
        .expect("it answers")
        .into_inner()
        .diagnostics
}

pub async fn channel(socket: PathBuf) -> Channel {
    let connect = tower::service_fn(move |_: tonic::transport::Uri| {
        let socket = socket.clone();
        async move { UnixStream::connect(socket).await.map(TokioIo::new) }
    });
    let endpoint = Endpoint::from_static("http://localhost");
    endpoint
        .connect_with_connector(connect)
        .await
        .expect("the server answers")
}
