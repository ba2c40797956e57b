//! A cable between two interfaces. Its ends are read from the interfaces: listing them through the
//! cables costs the server four queries each.

use serde::Deserialize;

use super::{Choice, CustomFields, Kind, Slugged, row};

pub const CABLE: Kind = Kind {
    name: "cable",
    plural: "cables",
    path: "dcim/cables",
    natural_key: &["a_terminations", "b_terminations"],
    write_max: 50,
    delete_max: 50,
};

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CableRow {
    pub id: u64,
    pub status: Option<Choice>,
    pub tags: Vec<Slugged>,
    pub custom_fields: CustomFields,
    pub created: Option<String>,
    pub last_updated: Option<String>,
}

row!(
    CableRow,
    CABLE,
    "id,status,tags,custom_fields,created,last_updated",
    versioned
);
