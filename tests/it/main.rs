//! One test binary: it links once.

mod engine;
mod generated;
mod netbox_http;
mod protocol_terraform;
mod reconcile;
mod support;
