//! One test binary: it links once.

mod engine;
mod generated;
mod protocol_terraform;
mod reconcile;
mod support;
