//! Bays for optics: templates of module bays, which have a name and nothing else that we own.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use crate::netbox::kind::module_bay_template::{MODULE_BAY_TEMPLATE, ModuleBayTemplateRow};
use crate::netbox::{Client, NetboxError};

use super::look::FoundType;
use super::spec::{TypeKind, TypeSpec};
use super::write::MESSAGE;

/// Ids of the bays of a type, by name.
pub(super) async fn find(
    client: &Client,
    kind: &TypeKind,
    id: u64,
) -> Result<BTreeMap<String, u64>, NetboxError> {
    let filter = format!("{}_id", kind.parent());
    let rows = client
        .list_by_ids::<ModuleBayTemplateRow>(&filter, &[id])
        .await?;
    let ours = rows
        .into_iter()
        .filter(|row| kind.owns(id, row.device_type.as_ref(), row.module_type.as_ref()));
    Ok(ours.map(|row| (row.name, row.id)).collect())
}

/// Bays that are wished and not there.
pub(super) fn missing(spec: &TypeSpec, found: &BTreeMap<String, u64>) -> BTreeSet<String> {
    let wished = spec.bays.iter();
    wished
        .filter(|name| !found.contains_key(*name))
        .cloned()
        .collect()
}

/// Creates what is missing on a type of ours, and removes what is not wished.
pub(super) async fn change(
    client: &Client,
    spec: &TypeSpec,
    found: &FoundType,
) -> Result<(), NetboxError> {
    let unwished = found
        .bays
        .iter()
        .filter(|(name, _)| !spec.bays.contains(*name));
    let unwished: Vec<u64> = unwished.map(|(_, id)| *id).collect();
    for ids in unwished.chunks(client.batch_max(MODULE_BAY_TEMPLATE.delete_max)) {
        client
            .delete(&MODULE_BAY_TEMPLATE, ids, MESSAGE, vec![])
            .await?;
    }
    let body = |name: &String| {
        json!({
            spec.kind.parent(): found.id,
            "name": name,
            "changelog_message": MESSAGE,
        })
    };
    let bodies: Vec<_> = found.missing_bays.iter().map(body).collect();
    for bodies in bodies.chunks(client.batch_max(MODULE_BAY_TEMPLATE.write_max)) {
        client
            .create::<ModuleBayTemplateRow>(bodies.to_vec())
            .await?;
    }
    Ok(())
}
