//! An interface that every new device or module of a type gets.

use serde::Deserialize;

use super::{Choice, Kind, Related, row};

pub const INTERFACE_TEMPLATE: Kind = Kind {
    name: "interface template",
    plural: "interface templates",
    path: "dcim/interface-templates",
    natural_key: &["device_type or module_type", "name"],
    write_max: 100,
    delete_max: 100,
};

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct InterfaceTemplateRow {
    pub id: u64,
    pub device_type: Option<Related>,
    pub module_type: Option<Related>,
    pub name: String,
    #[serde(rename = "type")]
    pub interface_type: Choice,
    pub mgmt_only: bool,
}

row!(
    InterfaceTemplateRow,
    INTERFACE_TEMPLATE,
    "id,device_type,module_type,name,type,mgmt_only"
);
