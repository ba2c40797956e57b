//! One test binary: it links once.

mod architecture;
mod generated;
mod protocol_calls;
mod protocol_lifecycle;
mod protocol_log;
mod protocol_private;
mod protocol_process;
mod protocol_terraform;
mod protocol_tls;
mod protocol_values;
mod support;
