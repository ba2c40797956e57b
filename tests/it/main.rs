//! One test binary: it links once.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so")]

mod engine;
mod generated;
mod netbox_http;
mod protocol_calls;
mod protocol_lifecycle;
mod protocol_log;
mod protocol_private;
mod protocol_terraform;
mod protocol_values;
mod reconcile;
mod support;
