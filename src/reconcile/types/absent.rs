//! Why a type is not found by its name any more, and what of it is left.

use std::slice;

use super::owner::{Owner, is_marked};
use super::spec::{TypeKind, TypeSpec};
use super::write::find_manufacturer;
use crate::netbox::kind::device_type::DeviceTypeRow;
use crate::netbox::kind::interface_template::InterfaceTemplateRow;
use crate::netbox::kind::module_type::ModuleTypeRow;
use crate::netbox::kind::{CustomFields, Slugged};
use crate::netbox::{Client, NetboxError};
use crate::reconcile::hidden::exists;
use crate::reconcile::observe::query;

/// What became of a type that was known by its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Absence {
    Gone,
    /// It is there, and the token does not see it.
    Hidden,
    /// It is there, and ours, under this name.
    Renamed {
        reference: String,
    },
}

/// Looks for a type by its id, which no rename changes. A filter by a type is checked against all of
/// them, seen or not.
pub async fn absence(
    client: &Client,
    kind: &TypeKind,
    id: u64,
    word: &str,
) -> Result<Absence, NetboxError> {
    if let Some((reference, custom_fields)) = by_id(client, kind, id).await? {
        // Another server may have another type of that id.
        return Ok(if Owner::of(&custom_fields, word).is_ours() {
            Absence::Renamed { reference }
        } else {
            Absence::Gone
        });
    }
    let filter = format!("{}_id", kind.parent());
    let filter = query(&[(&filter, &id.to_string())]);
    let templates = client.list::<InterfaceTemplateRow>(&filter).await;
    Ok(if exists(templates)? {
        Absence::Hidden
    } else {
        Absence::Gone
    })
}

/// Whether the manufacturer that was made for a type which is gone is still there, with no type: the provider
/// died between the two deletes.
pub async fn leaves_maker(client: &Client, spec: &TypeSpec) -> Result<bool, NetboxError> {
    let maker = find_manufacturer(client, spec).await?;
    let Some(maker) = maker.filter(|row| is_marked(&row.custom_fields)) else {
        return Ok(false);
    };
    let ids = slice::from_ref(&maker.id);
    let slug = |of: &Slugged| of.slug == maker.slug;
    let devices = client
        .list_by_ids::<DeviceTypeRow>("manufacturer_id", ids)
        .await?;
    let modules = client
        .list_by_ids::<ModuleTypeRow>("manufacturer_id", ids)
        .await?;
    let used = devices.iter().any(|row| slug(&row.manufacturer))
        || modules.iter().any(|row| slug(&row.manufacturer));
    Ok(!used)
}

/// What it is called now, and its mark.
async fn by_id(
    client: &Client,
    kind: &TypeKind,
    id: u64,
) -> Result<Option<(String, CustomFields)>, NetboxError> {
    let ids = slice::from_ref(&id);
    Ok(match kind {
        TypeKind::Device { .. } => {
            let rows = client.list_by_ids::<DeviceTypeRow>("id", ids).await?;
            let row = rows.into_iter().find(|row| row.id == id);
            row.map(|row| {
                let reference = format!("{}/{}", row.manufacturer.slug, row.slug);
                (reference, row.custom_fields)
            })
        }
        TypeKind::Module => {
            let rows = client.list_by_ids::<ModuleTypeRow>("id", ids).await?;
            let row = rows.into_iter().find(|row| row.id == id);
            row.map(|row| {
                let reference = format!("{}/{}", row.manufacturer.slug, row.model);
                (reference, row.custom_fields)
            })
        }
    })
}
