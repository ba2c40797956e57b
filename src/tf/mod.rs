//! A small plugin framework for Terraform's protocol 6. Knows no fabric and no `NetBox`.

pub mod data_source;
pub mod function;
pub mod host;
pub mod json;
pub mod log;
pub mod msgpack;
pub mod number;
pub mod plan;
pub mod private;
pub mod proto;
pub mod resource;
pub mod schema;
mod schema_check;
pub mod secrets;
mod server;
mod trail;
pub mod types;
pub mod value;

pub use server::Session;
pub use trail::ValueError;
