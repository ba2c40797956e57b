//! A bay of a device that takes a module.

use serde::Deserialize;

use super::{CustomFields, Kind, Related, row};

pub const MODULE_BAY: Kind = Kind {
    name: "module bay",
    plural: "module bays",
    path: "dcim/module-bays",
    natural_key: &["device", "name"],
    write_max: 100,
    delete_max: 50,
};

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ModuleBayRow {
    pub id: u64,
    pub device: Related,
    pub name: String,
    pub installed_module: Option<Related>,
    pub custom_fields: CustomFields,
    pub last_updated: Option<String>,
}

row!(
    ModuleBayRow,
    MODULE_BAY,
    "id,device,name,installed_module,custom_fields,last_updated"
);
