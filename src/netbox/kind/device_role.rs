//! A device role.

use serde::Deserialize;

use super::{Kind, row};

pub const DEVICE_ROLE: Kind = Kind {
    name: "device role",
    plural: "device roles",
    path: "dcim/device-roles",
    natural_key: &["slug"],
    write_max: 50,
    delete_max: 50,
};

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct DeviceRoleRow {
    pub id: u64,
    pub name: String,
    pub slug: String,
}

row!(DeviceRoleRow, DEVICE_ROLE, "id,name,slug");
