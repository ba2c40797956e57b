//! A device type. Its slug is unique only per manufacturer.

use serde::Deserialize;

use super::{CustomFields, Kind, Slugged, row};

pub const DEVICE_TYPE: Kind = Kind {
    name: "device type",
    plural: "device types",
    path: "dcim/device-types",
    natural_key: &["manufacturer", "slug"],
    write_max: 50,
    delete_max: 50,
};

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct DeviceTypeRow {
    pub id: u64,
    pub manufacturer: Slugged,
    pub model: String,
    pub slug: String,
    pub part_number: String,
    pub u_height: serde_json::Number,
    pub is_full_depth: bool,
    pub description: String,
    pub custom_fields: CustomFields,
    pub created: Option<String>,
    pub last_updated: Option<String>,
    /// How many devices are of it, whether the token sees them or not.
    pub device_count: Option<u64>,
}

row!(
    DeviceTypeRow,
    DEVICE_TYPE,
    "id,manufacturer,model,slug,part_number,u_height,is_full_depth,description,custom_fields,created,last_updated,device_count",
    versioned
);
