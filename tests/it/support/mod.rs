//! What several test modules use.

pub mod client;
pub mod designs;
pub mod proto;
pub mod thing;
