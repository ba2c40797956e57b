//! A custom field's definition.

use serde::Deserialize;

use super::{Choice, Kind, row};

pub const CUSTOM_FIELD: Kind = Kind {
    name: "custom field",
    plural: "custom fields",
    path: "extras/custom-fields",
    natural_key: &["name"],
    write_max: 50,
    delete_max: 50,
};

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CustomFieldRow {
    pub id: u64,
    pub name: String,
    #[serde(rename = "type")]
    pub value_type: Choice,
    /// For example `dcim.device`.
    pub object_types: Vec<String>,
    pub created: Option<String>,
    pub last_updated: Option<String>,
}

row!(
    CustomFieldRow,
    CUSTOM_FIELD,
    "id,name,type,object_types,created,last_updated",
    versioned
);
