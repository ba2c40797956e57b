//! A device. Creating one creates the interfaces of its type's templates.

use serde::Deserialize;

use super::{Choice, CustomFields, Kind, Named, Slugged, row};

pub const DEVICE: Kind = Kind {
    name: "device",
    plural: "devices",
    path: "dcim/devices",
    natural_key: &["name", "site", "tenant"],
    write_max: 50,
    delete_max: 20,
};

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct DeviceRow {
    pub id: u64,
    pub name: Option<String>,
    pub device_type: DeviceTypeBrief,
    pub role: Slugged,
    pub site: Slugged,
    pub location: Option<Slugged>,
    pub tenant: Option<Slugged>,
    pub status: Option<Choice>,
    pub description: String,
    pub tags: Vec<Slugged>,
    pub custom_fields: CustomFields,
    pub created: Option<String>,
    pub last_updated: Option<String>,
}

/// A device type as it shows in its devices.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct DeviceTypeBrief {
    pub id: u64,
    pub slug: String,
    pub manufacturer: Slugged,
}

row!(
    DeviceRow,
    DEVICE,
    "id,name,device_type,role,site,location,tenant,status,description,tags,custom_fields,created,last_updated",
    versioned
);

/// What only others write on a device. Only read: to say what goes with it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct DeviceNotesRow {
    pub id: u64,
    pub rack: Option<Named>,
    /// In rack units from below; halves are possible.
    #[serde(default)]
    pub position: serde_json::Value,
    #[serde(default)]
    pub serial: String,
    pub asset_tag: Option<String>,
    #[serde(default)]
    pub comments: String,
}

row!(
    DeviceNotesRow,
    DEVICE,
    "id,rack,position,serial,asset_tag,comments"
);
