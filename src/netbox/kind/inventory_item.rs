//! A part of a device that others keep account of. Only read: to say what goes with a device.

use serde::Deserialize;

use super::{Kind, Related, row};

pub const INVENTORY_ITEM: Kind = Kind {
    name: "inventory item",
    plural: "inventory items",
    path: "dcim/inventory-items",
    natural_key: &["device", "parent", "name"],
    write_max: 50,
    delete_max: 50,
};

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct InventoryItemRow {
    pub id: u64,
    pub device: Related,
    pub name: String,
}

row!(InventoryItemRow, INVENTORY_ITEM, "id,device,name");
