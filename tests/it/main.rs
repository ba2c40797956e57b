//! One test binary: it links once.

mod generated;
mod protocol_terraform;
mod support;
