//! Finding a type and reading its templates.

use std::collections::{BTreeMap, BTreeSet};

use crate::netbox::kind::CustomFields;
use crate::netbox::kind::device_type::DeviceTypeRow;
use crate::netbox::kind::interface_template::InterfaceTemplateRow;
use crate::netbox::kind::module_type::ModuleTypeRow;
use crate::netbox::{Client, NetboxError};
use crate::reconcile::observe::query;

use super::bays;
use super::owner::Owner;
use super::spec::{Difference, Template, TypeKind, TypeSpec};

/// A type that `NetBox` has.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundType {
    pub id: u64,
    /// What is not ours is never changed or deleted.
    pub owner: Owner,
    /// Devices or modules are of it.
    pub(super) used: bool,
    /// When it was written last.
    pub(super) version: Option<String>,
    /// How its templates differ from the wish.
    pub differences: Vec<Difference>,
    /// The owned fields differ from the wish.
    pub fields_differ: bool,
    /// Bays for optics that are wished and not there.
    pub missing_bays: BTreeSet<String>,
    /// There are bays that are not wished.
    pub(super) spare_bays: bool,
    pub(super) templates: BTreeMap<String, (u64, Template)>,
    pub(super) bays: BTreeMap<String, u64>,
    owned: Owned,
}

impl FoundType {
    /// A type with these templates of interfaces and of bays, each with its id, against the wish.
    pub(super) fn of(
        spec: &TypeSpec,
        word: &str,
        row: TypeRow,
        templates: BTreeMap<String, (u64, Template)>,
        bays: BTreeMap<String, u64>,
    ) -> Self {
        let plain = templates
            .iter()
            .map(|(name, (_, template))| (name.clone(), template.clone()));
        let wished = spec.fields();
        Self {
            id: row.id,
            owner: Owner::of(&row.custom_fields, word),
            used: row.used,
            version: row.version,
            differences: spec.differences(&plain.collect()),
            fields_differ: wished
                .iter()
                .any(|(name, value)| row.owned.get(name) != Some(value)),
            templates,
            missing_bays: bays::missing(spec, &bays),
            spare_bays: bays.keys().any(|name| !spec.bays.contains(name)),
            bays,
            owned: row.owned,
        }
    }

    /// Differences that matter for a type that is not ours, in words: it may have more than we use.
    pub fn lacking(&self) -> Vec<String> {
        let lacking = |difference: &&Difference| !matches!(difference, Difference::Extra { .. });
        let interfaces = self.differences.iter().filter(lacking);
        let bays = self
            .missing_bays
            .iter()
            .map(|name| format!("module bay {name}: missing"));
        interfaces.map(ToString::to_string).chain(bays).collect()
    }

    /// Another state made it just as wished, and nothing uses it: so it looks where a provider died before it
    /// could say that it had created the type.
    pub fn is_left_behind(&self) -> bool {
        self.owner == Owner::AnotherState && !self.used && self.is_as_wished()
    }

    /// A field that the wish may name, as `NetBox` has it.
    pub fn field(&self, name: &str) -> Option<&serde_json::Value> {
        self.owned.get(name)
    }

    /// Making sure of it writes; `new`: for a new resource.
    pub fn is_written(&self, new: bool) -> bool {
        self.owner.is_ours() && !self.is_as_wished() || new && self.is_left_behind()
    }

    /// Whole, with all that is wished and nothing else.
    pub fn is_as_wished(&self) -> bool {
        let bays = self.missing_bays.is_empty() && !self.spare_bays;
        self.owner.is_finished() && !self.fields_differ && self.differences.is_empty() && bays
    }
}

/// The type of that manufacturer and slug, or model; `None` if `NetBox` has none. `word` is that of the
/// state that asks.
pub async fn find_type(
    client: &Client,
    spec: &TypeSpec,
    word: &str,
) -> Result<Option<FoundType>, NetboxError> {
    let Some(row) = find(client, spec).await? else {
        return Ok(None);
    };
    let templates = templates(client, &spec.kind, row.id).await?;
    let bays = bays::find(client, &spec.kind, row.id).await?;
    Ok(Some(FoundType::of(spec, word, row, templates, bays)))
}

type Owned = serde_json::Map<String, serde_json::Value>;

/// What device types and module types have in common.
pub(super) struct TypeRow {
    pub(super) id: u64,
    pub(super) custom_fields: CustomFields,
    used: bool,
    version: Option<String>,
    pub(super) owned: Owned,
}

impl From<DeviceTypeRow> for TypeRow {
    fn from(row: DeviceTypeRow) -> Self {
        let version = row.version().map(str::to_owned);
        let height = row.u_height.as_f64().map(whole);
        Self {
            id: row.id,
            used: row.device_count != Some(0),
            custom_fields: row.custom_fields,
            version,
            owned: owned_fields([
                ("model", row.model.into()),
                ("slug", row.slug.into()),
                ("part_number", row.part_number.into()),
                ("u_height", height.unwrap_or_default()),
                ("is_full_depth", row.is_full_depth.into()),
            ]),
        }
    }
}

impl From<ModuleTypeRow> for TypeRow {
    fn from(row: ModuleTypeRow) -> Self {
        let version = row.version().map(str::to_owned);
        Self {
            id: row.id,
            used: row.module_count != Some(0),
            custom_fields: row.custom_fields,
            version,
            owned: owned_fields([
                ("model", row.model.into()),
                ("part_number", row.part_number.into()),
            ]),
        }
    }
}

/// Each row is checked: `NetBox` ignores filters that it does not know.
pub(super) async fn find(client: &Client, spec: &TypeSpec) -> Result<Option<TypeRow>, NetboxError> {
    let manufacturer = spec.manufacturer_slug();
    match &spec.kind {
        TypeKind::Device { slug, .. } => {
            let rows = client
                .list::<DeviceTypeRow>(&query(&[("slug", slug)]))
                .await?;
            let row = rows
                .into_iter()
                .find(|row| row.slug == *slug && row.manufacturer.slug == manufacturer);
            Ok(row.map(TypeRow::from))
        }
        TypeKind::Module => {
            let rows = client
                .list::<ModuleTypeRow>(&query(&[("model", &spec.model)]))
                .await?;
            let row = rows
                .into_iter()
                .find(|row| row.model == spec.model && row.manufacturer.slug == manufacturer);
            Ok(row.map(TypeRow::from))
        }
    }
}

fn owned_fields<const N: usize>(fields: [(&str, serde_json::Value); N]) -> Owned {
    fields
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// `NetBox` writes heights as `2.0`, and we as `2`.
fn whole(height: f64) -> serde_json::Value {
    let text = height.to_string();
    text.parse::<u64>().map_or_else(|_| text.into(), Into::into)
}

pub(super) async fn templates(
    client: &Client,
    kind: &TypeKind,
    id: u64,
) -> Result<BTreeMap<String, (u64, Template)>, NetboxError> {
    let filter = format!("{}_id", kind.parent());
    let rows = client
        .list_by_ids::<InterfaceTemplateRow>(&filter, &[id])
        .await?;
    let ours = rows
        .into_iter()
        .filter(|row| kind.owns(id, row.device_type.as_ref(), row.module_type.as_ref()));
    let named = ours.map(|row| {
        let template = Template {
            interface_type: row.interface_type.value,
            mgmt_only: row.mgmt_only,
        };
        (row.name, (row.id, template))
    });
    Ok(named.collect())
}
