//! A module type. It has no slug: manufacturer and model name it.

use serde::Deserialize;

use super::{CustomFields, Kind, Slugged, row};

pub const MODULE_TYPE: Kind = Kind {
    name: "module type",
    plural: "module types",
    path: "dcim/module-types",
    natural_key: &["manufacturer", "model"],
    write_max: 50,
    delete_max: 50,
};

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ModuleTypeRow {
    pub id: u64,
    pub manufacturer: Slugged,
    pub model: String,
    pub part_number: String,
    pub description: String,
    pub custom_fields: CustomFields,
    pub created: Option<String>,
    pub last_updated: Option<String>,
    /// How many modules are of it, whether the token sees them or not.
    pub module_count: Option<u64>,
}

row!(
    ModuleTypeRow,
    MODULE_TYPE,
    "id,manufacturer,model,part_number,description,custom_fields,created,last_updated,module_count",
    versioned
);
