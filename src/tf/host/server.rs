//! The server: listening since it exists, serving while it runs.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::CertificateDer;
use tokio::net::UnixListener;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tonic_health::ServingStatus;

use super::connection::accept;
use super::environment::HostEnvironment;
use super::plugin::{Controller, Stdio};
use super::socket::Socket;
use super::{ServeError, handshake, tls};
use crate::tf::Session;
use crate::tf::proto::plugin::grpc_controller_server::GrpcControllerServer;
use crate::tf::proto::plugin::grpc_stdio_server::GrpcStdioServer;
use crate::tf::proto::tfplugin6::provider_server::ProviderServer;
use crate::tf::resource::Provider;
use crate::tf::server::Service;

const MIB: u32 = 1 << 20;
/// What other providers take. A state of a few megabytes passes the library's default of 4 MiB.
const MESSAGE_BYTES_MAX: usize = 256 << 20;
/// From the wish to end until calls in flight are left behind. A host waits two seconds.
const GRACE: Duration = Duration::from_millis(500);
/// The name under which hosts ask for our health.
const HEALTH_SERVICE: &str = "plugin";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// One host starts us, connects and ends us.
    Hosted,
    /// Started by hand: any number of hosts come and go, and each connection has its own provider.
    Reattach,
}

/// Calls it to get a provider.
pub type Factory = Box<dyn Fn() -> Arc<dyn Provider> + Send + Sync>;

pub struct Server {
    listener: UnixListener,
    socket: Socket,
    tls: Option<(TlsAcceptor, CertificateDer<'static>)>,
    mode: Mode,
    factory: Factory,
    shutdown: CancellationToken,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server")
            .field("socket", &self.socket)
            .finish_non_exhaustive()
    }
}

impl Server {
    /// Listens from now on. The certificate is looked at first: with a bad one nothing ever listens.
    pub fn bind(host: &HostEnvironment, mode: Mode, factory: Factory) -> Result<Self, ServeError> {
        let tls = match &host.client_certificate {
            Some(pem) if mode == Mode::Hosted => {
                let (config, certificate) = tls::configure(pem)?;
                Some((TlsAcceptor::from(config), certificate))
            }
            Some(_) | None => None,
        };
        let (listener, socket) = Socket::bind(host).map_err(ServeError::Socket)?;
        let shutdown = CancellationToken::new();
        Ok(Self {
            listener,
            socket,
            tls,
            mode,
            factory,
            shutdown,
        })
    }

    /// The line for the host, with its newline.
    pub fn handshake_line(&self, host: &HostEnvironment) -> String {
        let certificate = self.tls.as_ref().map(|(_, certificate)| &**certificate);
        handshake::line(self.socket.path(), certificate, host)
    }

    /// The value of `TF_REATTACH_PROVIDERS`, for each address under which the provider is known.
    pub fn reattach(&self, addresses: &[&str]) -> String {
        handshake::reattach(self.socket.path(), addresses)
    }

    pub fn socket(&self) -> &Path {
        self.socket.path()
    }

    /// Fire it to end the server; it fires when the host ends it.
    pub fn shutdown(&self) -> &CancellationToken {
        &self.shutdown
    }

    /// Until shut down; the socket is gone then.
    pub async fn run(self) -> Result<(), ServeError> {
        let Self {
            listener,
            socket,
            tls,
            mode,
            factory,
            shutdown,
        } = self;
        let sessions = sessions(mode, factory, shutdown.clone());
        let tls = tls.map(|(acceptor, _)| acceptor);
        let incoming = accept(listener, tls, sessions, shutdown.clone());
        let (health, health_service) = tonic_health::server::health_reporter();
        health
            .set_service_status(HEALTH_SERVICE, ServingStatus::Serving)
            .await;
        let provider = ProviderServer::new(Service)
            .max_decoding_message_size(MESSAGE_BYTES_MAX)
            .max_encoding_message_size(usize::MAX);
        let serving = tonic::transport::Server::builder()
            .initial_stream_window_size(16 * MIB)
            .initial_connection_window_size(32 * MIB)
            .max_frame_size(MIB)
            .add_service(provider)
            .add_service(GrpcControllerServer::new(Controller(shutdown.clone())))
            .add_service(GrpcStdioServer::new(Stdio(shutdown.clone())))
            .add_service(health_service)
            .serve_with_incoming_shutdown(incoming, shutdown.clone().cancelled_owned());
        let late = async {
            shutdown.cancelled().await;
            tokio::time::sleep(GRACE).await;
        };
        let result = tokio::select! {
            result = serving => result,
            () = late => Ok(()),
        };
        drop(socket);
        Ok(result?)
    }
}

/// What a new connection gets. A host may connect again after a break: it has configured its
/// provider, so it finds the same one.
fn sessions(
    mode: Mode,
    factory: Factory,
    shutdown: CancellationToken,
) -> impl Fn() -> Arc<Session> + Send + 'static {
    let shared = std::sync::OnceLock::new();
    move || match mode {
        Mode::Hosted => shared
            .get_or_init(|| Arc::new(Session::new(factory(), &shutdown)))
            .clone(),
        Mode::Reattach => Arc::new(Session::new(factory(), &shutdown)),
    }
}
