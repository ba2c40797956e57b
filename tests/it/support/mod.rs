//! What tests share.

pub mod client;
pub mod proto;
pub mod thing;
