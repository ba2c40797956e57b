//! What several tests share.

pub mod blueprints;
pub mod server;
