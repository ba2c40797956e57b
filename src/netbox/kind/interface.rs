//! An interface of a device, from a template, a module, or made by itself.

use serde::Deserialize;

use super::{Choice, CustomFields, Kind, Related, row};

pub const INTERFACE: Kind = Kind {
    name: "interface",
    plural: "interfaces",
    path: "dcim/interfaces",
    natural_key: &["device", "name"],
    write_max: 100,
    delete_max: 100,
};

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct InterfaceRow {
    pub id: u64,
    pub name: String,
    pub device: Related,
    pub module: Option<Related>,
    #[serde(rename = "type")]
    pub interface_type: Choice,
    pub enabled: bool,
    pub cable: Option<Related>,
    /// `A` or `B` where there is a cable.
    pub cable_end: Option<String>,
    pub custom_fields: CustomFields,
    pub created: Option<String>,
    pub last_updated: Option<String>,
}

row!(
    InterfaceRow,
    INTERFACE,
    "id,name,device,module,type,enabled,cable,cable_end,custom_fields,created,last_updated",
    versioned
);
