//! The host's side: a server in this process, and a client of it.

use std::path::PathBuf;

use hedgehog::tf::host::{HostEnvironment, Mode, Server};
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
        let host = HostEnvironment::default();
        let server = Server::bind(&host, mode, thing::factory(&world)).expect("it binds");
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
