//! A Terraform workspace and a look into `NetBox`.

pub mod cables;
pub mod netbox;
pub mod workspace;

pub use netbox::NetBox;
pub use workspace::Workspace;
