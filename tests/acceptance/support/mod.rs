//! A Terraform workspace and a look into `NetBox`.

pub mod cables;
pub mod fronts;
pub mod loopback;
pub mod netbox;
pub mod proxy;
pub mod tiny;
pub mod victim;
pub mod workspace;

pub use netbox::NetBox;
pub use workspace::Workspace;
