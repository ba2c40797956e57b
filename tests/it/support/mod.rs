//! What tests share.

pub mod client;
pub mod core;
pub mod core_contract;
pub mod proto;
pub mod thing;
