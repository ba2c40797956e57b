//! A cable between two interfaces. Its ends are read from the interfaces: listing them through the
//! cables costs the server four queries each.

use serde::Deserialize;

use super::ip_address::Port;
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

/// What only others write on a cable. Only read: to say what goes with it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct CableNotesRow {
    pub id: u64,
    #[serde(rename = "type")]
    pub cable_type: Option<Choice>,
    #[serde(default)]
    pub color: String,
    #[serde(default)]
    pub length: serde_json::Value,
    pub length_unit: Option<Choice>,
    #[serde(default)]
    pub description: String,
    #[serde(default)]
    pub comments: String,
}

row!(
    CableNotesRow,
    CABLE,
    "id,type,color,length,length_unit,description,comments"
);

/// A cable with its ends, on ports of whatever kind.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CableEndsRow {
    pub id: u64,
    pub a_terminations: Vec<End>,
    pub b_terminations: Vec<End>,
    pub custom_fields: CustomFields,
}

/// One end; `None` for what is on no device, or not shown.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct End {
    #[serde(default)]
    pub object: Option<Port>,
}

row!(
    CableEndsRow,
    CABLE,
    "id,a_terminations,b_terminations,custom_fields"
);

row!(
    CableRow,
    CABLE,
    "id,status,tags,custom_fields,created,last_updated",
    versioned
);
