//! A tag. Its description is 200 characters at most.

use serde::Deserialize;

use super::{Kind, row};

pub const TAG: Kind = Kind {
    name: "tag",
    plural: "tags",
    path: "extras/tags",
    natural_key: &["slug"],
    write_max: 50,
    delete_max: 50,
};

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TagRow {
    pub id: u64,
    pub name: String,
    pub slug: String,
    pub description: String,
    pub created: Option<String>,
    pub last_updated: Option<String>,
}

row!(
    TagRow,
    TAG,
    "id,name,slug,description,created,last_updated",
    versioned
);
