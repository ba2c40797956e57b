//! A small plugin framework for Terraform's protocol 6. Knows no fabric and no `NetBox`.

pub mod number;
pub mod resource;
pub mod schema;
pub mod types;
pub mod value;
