//! A location in a site. Its slug is unique only per site and parent.

use serde::Deserialize;

use super::{Kind, Slugged, row};

pub const LOCATION: Kind = Kind {
    name: "location",
    plural: "locations",
    path: "dcim/locations",
    natural_key: &["site", "parent", "slug"],
    write_max: 50,
    delete_max: 50,
};

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct LocationRow {
    pub id: u64,
    pub slug: String,
    pub site: Slugged,
}

row!(LocationRow, LOCATION, "id,slug,site");
