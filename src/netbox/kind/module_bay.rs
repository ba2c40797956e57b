//! A bay that takes a module, of a device or of a module in it.

use serde::Deserialize;

use super::{CustomFields, Kind, Related, row};

pub const MODULE_BAY: Kind = Kind {
    name: "module bay",
    plural: "module bays",
    path: "dcim/module-bays",
    natural_key: &["device", "module", "name"],
    write_max: 100,
    delete_max: 50,
};

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ModuleBayRow {
    pub id: u64,
    pub device: Related,
    /// The module that has the bay; none: the device itself. `NetBox` keeps names apart within a
    /// module only: a device may have two bays of one name.
    pub module: Option<Related>,
    pub name: String,
    pub custom_fields: CustomFields,
    pub created: Option<String>,
    pub last_updated: Option<String>,
}

row!(
    ModuleBayRow,
    MODULE_BAY,
    "id,device,module,name,custom_fields,created,last_updated",
    versioned
);
