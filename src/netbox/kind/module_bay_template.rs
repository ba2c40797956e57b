//! A module bay that every new device of a type gets.

use serde::Deserialize;

use super::{Kind, Related, row};

pub const MODULE_BAY_TEMPLATE: Kind = Kind {
    name: "module bay template",
    plural: "module bay templates",
    path: "dcim/module-bay-templates",
    natural_key: &["device_type or module_type", "name"],
    write_max: 100,
    delete_max: 100,
};

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ModuleBayTemplateRow {
    pub id: u64,
    pub device_type: Option<Related>,
    pub module_type: Option<Related>,
    pub name: String,
    pub label: String,
    pub position: String,
}

row!(
    ModuleBayTemplateRow,
    MODULE_BAY_TEMPLATE,
    "id,device_type,module_type,name,label,position"
);
