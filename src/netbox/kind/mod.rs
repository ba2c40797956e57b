//! One file per object kind: where it lives, which fields we read, how many go into one request.
//!
//! To add one: a file with a `Kind` and a row, a line in the modules and one in [`KINDS`], both in
//! alphabetical order.

pub mod cable;
pub mod cable_termination;
pub mod custom_field;
pub mod device;
pub mod device_role;
pub mod device_type;
pub mod interface;
pub mod interface_template;
pub mod inventory_item;
pub mod ip_address;
pub mod location;
pub mod manufacturer;
pub mod module;
pub mod module_bay;
pub mod module_bay_template;
pub mod module_type;
pub mod site;
pub mod tag;
pub mod tenant;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// All kinds that we touch.
pub const KINDS: &[&Kind] = &[
    &cable::CABLE,
    &cable_termination::CABLE_TERMINATION,
    &custom_field::CUSTOM_FIELD,
    &device::DEVICE,
    &device_role::DEVICE_ROLE,
    &device_type::DEVICE_TYPE,
    &interface::INTERFACE,
    &interface_template::INTERFACE_TEMPLATE,
    &inventory_item::INVENTORY_ITEM,
    &ip_address::IP_ADDRESS,
    &location::LOCATION,
    &manufacturer::MANUFACTURER,
    &module::MODULE,
    &module_bay::MODULE_BAY,
    &module_bay_template::MODULE_BAY_TEMPLATE,
    &module_type::MODULE_TYPE,
    &site::SITE,
    &tag::TAG,
    &tenant::TENANT,
];

/// What is special about a kind of object.
#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    pub name: &'static str,
    pub plural: &'static str,
    /// Below `api/`.
    pub path: &'static str,
    /// The fields that `NetBox` keeps unique, so that an object can be found without its id.
    pub natural_key: &'static [&'static str],
    /// Objects in one create or update. The server's cost is linear from about 50 on, and a longer
    /// transaction only holds its locks longer.
    pub write_max: usize,
    /// Objects in one delete: devices take their components along, which costs seconds each.
    pub delete_max: usize,
}

/// One object as read, with the fields that we ask for.
pub trait Row: DeserializeOwned + Send {
    const KIND: &'static Kind;
    /// For `fields=`. Never sent with a write: there it would filter the input.
    const FIELDS: &'static str;
    fn id(&self) -> u64;
}

/// Custom fields of an object, ours and others.
pub type CustomFields = BTreeMap<String, Value>;

/// A related object of which only the id matters.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Related {
    pub id: u64,
}

/// A related object with a slug.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Slugged {
    pub id: u64,
    pub slug: String,
}

/// A related object with a name.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Named {
    pub id: u64,
    pub name: String,
}

/// A choice: read as an object, written as its value.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Choice {
    pub value: String,
}

/// Gives a row its kind and fields.
macro_rules! row {
    ($row:ty, $kind:ident, $fields:literal) => {
        impl $crate::netbox::kind::Row for $row {
            const KIND: &'static $crate::netbox::kind::Kind = &$kind;
            const FIELDS: &'static str = $fields;
            fn id(&self) -> u64 {
                self.id
            }
        }
    };
    ($row:ty, $kind:ident, $fields:literal, versioned) => {
        row!($row, $kind, $fields);

        impl $row {
            /// When it was written last, as its `ETag` says. What NetBox Branching merges has no time of
            /// a change: NetBox then takes that of the creation. `None`: not known any more.
            pub fn version(&self) -> Option<&str> {
                self.last_updated.as_deref().or(self.created.as_deref())
            }

            /// The row was written, and nobody said when.
            pub fn forget_version(&mut self) {
                (self.created, self.last_updated) = (None, None);
            }
        }
    };
}
use row;
