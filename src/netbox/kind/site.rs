//! A site.

use serde::Deserialize;

use super::{Kind, row};

pub const SITE: Kind = Kind {
    name: "site",
    plural: "sites",
    path: "dcim/sites",
    natural_key: &["slug"],
    write_max: 50,
    delete_max: 50,
};

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SiteRow {
    pub id: u64,
    pub slug: String,
}

row!(SiteRow, SITE, "id,slug");
