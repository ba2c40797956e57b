//! A tenant.

use serde::Deserialize;

use super::{Kind, row};

pub const TENANT: Kind = Kind {
    name: "tenant",
    plural: "tenants",
    path: "tenancy/tenants",
    natural_key: &["slug"],
    write_max: 50,
    delete_max: 50,
};

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TenantRow {
    pub id: u64,
    pub slug: String,
}

row!(TenantRow, TENANT, "id,slug");
