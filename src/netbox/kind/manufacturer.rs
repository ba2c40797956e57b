//! A manufacturer.

use serde::Deserialize;

use super::{CustomFields, Kind, row};

pub const MANUFACTURER: Kind = Kind {
    name: "manufacturer",
    plural: "manufacturers",
    path: "dcim/manufacturers",
    natural_key: &["slug"],
    write_max: 50,
    delete_max: 50,
};

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ManufacturerRow {
    pub id: u64,
    pub name: String,
    pub slug: String,
    pub custom_fields: CustomFields,
}

row!(ManufacturerRow, MANUFACTURER, "id,name,slug,custom_fields");
