//! A type as somebody would have to wish it, so that it is as it is.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::netbox::{Client, NetboxError};

use super::bays;
use super::look::{find, templates};
use super::owner::maker;
use super::spec::{Template, TypeKind, TypeSpec};
use super::write::find_manufacturer;

/// A type that was made by a state, whichever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub id: u64,
    /// The wish; what is as `NetBox` has it by default is left open.
    pub spec: TypeSpec,
    /// The word of the state that made it; `None`: people did, or another program.
    pub owner: Option<String>,
}

/// The type of that manufacturer's slug, and slug or model; `None` if `NetBox` has none.
pub async fn known(
    client: &Client,
    kind: TypeKind,
    manufacturer: &str,
    name: &str,
) -> Result<Option<Known>, NetboxError> {
    let mut spec = TypeSpec {
        kind,
        manufacturer: manufacturer.to_owned(),
        model: name.to_owned(),
        part_number: None,
        interfaces: BTreeMap::new(),
        bays: BTreeSet::new(),
    };
    let (row, maker_row) = (
        find(client, &spec).await?,
        find_manufacturer(client, &spec).await?,
    );
    let (Some(row), Some(maker_row)) = (row, maker_row) else {
        return Ok(None);
    };
    let plain = |(name, (_, template)): (String, (u64, Template))| (name, template);
    let ports = templates(client, &spec.kind, row.id).await?;
    spec.interfaces = ports.into_iter().map(plain).collect();
    let bays = bays::find(client, &spec.kind, row.id).await?;
    spec.bays = bays.into_keys().collect();
    spec.manufacturer = maker_row.name;
    let text = |name: &str| row.owned.get(name).and_then(Value::as_str);
    if let Some(model) = text("model") {
        model.clone_into(&mut spec.model);
    }
    let part_number = text("part_number").filter(|text| !text.is_empty());
    spec.part_number = part_number.map(str::to_owned);
    if let TypeKind::Device {
        u_height,
        is_full_depth,
        ..
    } = &mut spec.kind
    {
        let height = row.owned.get("u_height").and_then(Value::as_u64);
        *u_height = height
            .and_then(|height| u32::try_from(height).ok())
            .filter(|height| *height != 1);
        let full = row.owned.get("is_full_depth").and_then(Value::as_bool);
        *is_full_depth = full.filter(|full| !full);
    }
    Ok(Some(Known {
        id: row.id,
        owner: maker(&row.custom_fields).map(str::to_owned),
        spec,
    }))
}
