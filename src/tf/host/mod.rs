//! The process as its host sees it: started with variables, announced by a line, called over a
//! socket, and gone when told.

mod connection;
mod environment;
mod handshake;
mod plugin;
mod process;
mod serve;
mod server;
mod socket;
mod tls;

use std::io;

pub use environment::HostEnvironment;
pub use serve::{Options, serve};
pub use server::{Factory, Mode, Server};

/// Why the provider cannot serve.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    #[error(
        "This program is a plugin: Terraform or OpenTofu starts it and talks to it. It is not meant to be \
         started by hand, except with --help, --version or one of its subcommands."
    )]
    StartedByHand,
    #[error("The host's certificate in PLUGIN_CLIENT_CERT cannot be read: {0}")]
    ClientCertificate(String),
    #[error("The connection cannot be encrypted: {0}")]
    Tls(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("The provider cannot listen: {0}")]
    Socket(#[source] io::Error),
    #[error("The provider cannot announce itself: {0}")]
    Announce(#[source] io::Error),
    #[error("The provider stopped serving: {0}")]
    Transport(#[from] tonic::transport::Error),
}

impl ServeError {
    fn tls(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Tls(Box::new(error))
    }
}
