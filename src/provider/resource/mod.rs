//! One file, or one folder, for each resource.

mod class_resource;
pub mod device_type;
pub mod module_type;
pub mod server_class;
pub mod switch_class;
pub mod topology_plan;
mod type_resource;
