//! From start to end of a provider's process.

use std::io::{self, Write as _};

use super::environment::HostEnvironment;
use super::process::{Signals, watch_parent};
use super::server::{Factory, Mode, Server};
use super::{ServeError, handshake};

#[derive(Debug, Clone, Copy)]
pub struct Options {
    pub mode: Mode,
    /// With host names: `registry.terraform.io/NAMESPACE/NAME`. Printed for [`Mode::Reattach`].
    pub addresses: &'static [&'static str],
}

/// Serves until told to end. The caller exits the process then, without waiting for threads: a call
/// may still be running on one.
pub async fn serve(
    options: Options,
    host: HostEnvironment,
    factory: Factory,
) -> Result<(), ServeError> {
    let Options { mode, addresses } = options;
    let parent = std::os::unix::process::parent_id();
    if mode == Mode::Hosted && !host.started_by_host {
        return Err(ServeError::StartedByHand);
    }
    if !handshake::is_offered(&host) {
        tracing::warn!(
            "the host offers only {:?} of the protocol",
            host.protocol_versions
        );
    }
    let signals = Signals::listen(mode == Mode::Reattach).map_err(ServeError::Socket)?;
    let server = Server::bind(&host, mode, factory)?;
    tokio::spawn(signals.fire(server.shutdown().clone()));
    let announcement = match mode {
        Mode::Hosted => {
            tokio::spawn(watch_parent(parent, server.shutdown().clone()));
            server.handshake_line(&host)
        }
        Mode::Reattach => format!("TF_REATTACH_PROVIDERS='{}'\n", server.reattach(addresses)),
    };
    announce(&announcement).map_err(ServeError::Announce)?;
    server.run().await
}

/// The only thing that is ever printed on standard output.
fn announce(line: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(line.as_bytes())?;
    out.flush()
}
