//! A module in a bay of a device: a network card, or an optic.

use serde::Deserialize;

use super::{Choice, CustomFields, Kind, Named, Related, Slugged, row};

pub const MODULE: Kind = Kind {
    name: "module",
    plural: "modules",
    path: "dcim/modules",
    natural_key: &["module_bay"],
    write_max: 100,
    delete_max: 50,
};

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ModuleRow {
    pub id: u64,
    pub device: Related,
    pub module_bay: Named,
    pub module_type: ModuleTypeBrief,
    pub status: Option<Choice>,
    pub custom_fields: CustomFields,
    pub created: Option<String>,
    pub last_updated: Option<String>,
}

/// A module type as it shows in its modules.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ModuleTypeBrief {
    pub id: u64,
    pub model: String,
    pub manufacturer: Slugged,
}

row!(
    ModuleRow,
    MODULE,
    "id,device,module_bay,module_type,status,custom_fields,created,last_updated",
    versioned
);
