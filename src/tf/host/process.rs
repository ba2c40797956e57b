//! When to end although nobody called `Shutdown`.

use std::io;
use std::os::unix::process::parent_id;
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

const PARENT_INTERVAL: Duration = Duration::from_secs(1);

/// Ctrl-C in a terminal reaches us too, but what to do about it is the host's decision: it calls
/// `StopProvider`. Started by hand there is no host to decide.
#[derive(Debug)]
pub(super) struct Signals {
    interrupt: Signal,
    terminate: Signal,
    interrupt_ends: bool,
}

impl Signals {
    /// In effect when it returns.
    pub(super) fn listen(interrupt_ends: bool) -> io::Result<Self> {
        let interrupt = signal(SignalKind::interrupt())?;
        let terminate = signal(SignalKind::terminate())?;
        Ok(Self {
            interrupt,
            terminate,
            interrupt_ends,
        })
    }

    pub(super) async fn fire(mut self, shutdown: CancellationToken) {
        loop {
            tokio::select! {
                _ = self.terminate.recv() => break,
                _ = self.interrupt.recv() => if self.interrupt_ends { break },
                () = shutdown.cancelled() => break,
            }
        }
        shutdown.cancel();
    }
}

/// Fires when the host has died without a word: else an apply would go on with nobody to record it.
///
/// Asked again and again, since the signal that a system offers for this is about the thread that
/// started us, and hosts have many.
///
/// `host` is who was the parent at the start. It has to be asked before the handshake line is printed:
/// a host may die right after it.
pub(super) async fn watch_parent(host: u32, shutdown: CancellationToken) {
    while parent_id() == host {
        tokio::select! {
            () = tokio::time::sleep(PARENT_INTERVAL) => {}
            () = shutdown.cancelled() => return,
        }
    }
    shutdown.cancel();
}
