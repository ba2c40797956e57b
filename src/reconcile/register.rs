//! Makes sure that custom fields, device roles and further tags are there before their first use.
//!
//! Only what is missing is created, so a second run writes nothing; somebody else who creates the
//! same at the same moment is no error. Nothing of it is ever deleted.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::fabric::blueprint::Blueprint;
use crate::netbox::clock::if_match;
use crate::netbox::kind::custom_field::{CUSTOM_FIELD, CustomFieldRow};
use crate::netbox::kind::device_role::{DEVICE_ROLE, DeviceRoleRow};
use crate::netbox::kind::tag::{TAG, TagRow};
use crate::netbox::permission::Permission;
use crate::netbox::{Client, NetboxError, Patience, Query};

use super::error::ReconcileError;
use super::fields::{DEFINITIONS, Definition, OWNER_DEFINITION};
use super::references::role_slugs;
use super::resolve::Resolved;
use super::scope::Target;

const MESSAGE: &str = "Needed by Terraform's hedgehog provider";
const ROLE_COLOR: &str = "9e9e9e";

/// What is not there.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Missing {
    pub(super) fields: Vec<Definition>,
    /// Fields that are there but not on all kinds of objects.
    widen: Vec<Widen>,
    pub(super) roles: Vec<String>,
    pub(super) tags: Vec<String>,
    /// Tags that are there, by slug.
    known_tags: BTreeMap<String, u64>,
    wrong_types: Vec<WrongType>,
}

/// A field as it is, and the object types that it has to have.
#[derive(Debug, Clone, PartialEq)]
struct Widen {
    id: u64,
    version: Option<String>,
    definition: Definition,
    object_types: Vec<String>,
}

/// A field that is there with another type than ours.
#[derive(Debug, Clone, PartialEq, Eq)]
struct WrongType {
    name: String,
    found: String,
    expected: &'static str,
}

impl Missing {
    /// Why fields, roles and tags cannot be used or created: a field has another type, creating is not
    /// wished, or these permissions are lacking.
    pub(super) fn refusals(&self, target: &Target, lacking: &[Permission]) -> Vec<ReconcileError> {
        let needed = self.permissions();
        let lacking = lacking.iter().filter(|p| needed.contains(p)).cloned();
        let lacking: Vec<_> = lacking.collect();
        let wrong = self
            .wrong_types
            .iter()
            .map(|wrong| ReconcileError::FieldType {
                name: wrong.name.clone(),
                found: wrong.found.clone(),
                expected: wrong.expected,
            });
        let mut refusals: Vec<_> = wrong.collect();
        if !self.is_empty() && (!target.register || !lacking.is_empty()) {
            refusals.push(self.not_registered(lacking));
        }
        refusals
    }

    fn not_registered(&self, lacking: Vec<Permission>) -> ReconcileError {
        let widened = self.widen.iter().map(|widen| widen.definition);
        ReconcileError::NotRegistered {
            missing: self.fields.iter().copied().chain(widened).collect(),
            roles: self.roles.clone(),
            tags: self.tags.clone(),
            lacking,
        }
    }

    /// What it takes to create it.
    fn permissions(&self) -> Vec<Permission> {
        let all = [
            (&CUSTOM_FIELD, "add", self.fields.is_empty()),
            (&CUSTOM_FIELD, "change", self.widen.is_empty()),
            (&DEVICE_ROLE, "add", self.roles.is_empty()),
            (&TAG, "add", self.tags.is_empty()),
        ];
        let needed = all.into_iter().filter(|(_, _, nothing)| !nothing);
        needed
            .map(|(kind, action, _)| Permission::new(kind, action))
            .collect()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.fields.is_empty()
            && self.widen.is_empty()
            && self.roles.is_empty()
            && self.tags.is_empty()
    }
}

/// What would have to be created. Reads only.
pub(super) async fn missing(
    client: &Client,
    resolved: &Resolved,
    blueprint: &Blueprint,
    target: &Target,
) -> Result<Missing, NetboxError> {
    let mut missing = Missing::default();
    let names: Vec<String> = DEFINITIONS
        .iter()
        .map(|definition| definition.name.to_owned())
        .collect();
    let rows = client
        .on_main()
        .list_by::<CustomFieldRow>("name", &names, &Query::new())
        .await?;
    for definition in DEFINITIONS {
        let Some(row) = rows.iter().find(|row| row.name == definition.name) else {
            missing.fields.push(*definition);
            continue;
        };
        if row.value_type.value != definition.value_type {
            missing.wrong_types.push(WrongType {
                name: row.name.clone(),
                found: row.value_type.value.clone(),
                expected: definition.value_type,
            });
        }
        let mut types = row.object_types.clone();
        types.extend(
            definition
                .object_types
                .iter()
                .filter(|t| !row.object_types.iter().any(|o| o == *t))
                .map(|t| (*t).to_owned()),
        );
        if types.len() > row.object_types.len() {
            missing.widen.push(Widen {
                id: row.id,
                version: row.version().map(str::to_owned),
                definition: *definition,
                object_types: types,
            });
        }
    }
    missing.roles = role_slugs(blueprint)
        .into_iter()
        .filter(|slug| !resolved.roles.contains_key(slug))
        .collect();
    let tags = client
        .list_by::<TagRow>("slug", &target.tags, &Query::new())
        .await?;
    missing.known_tags = tags.into_iter().map(|row| (row.slug, row.id)).collect();
    missing.tags = target
        .tags
        .iter()
        .filter(|slug| !missing.known_tags.contains_key(*slug))
        .cloned()
        .collect();
    Ok(missing)
}

/// Creates what is missing and adds the ids to `resolved`.
pub(super) async fn register(
    client: &Client,
    resolved: &mut Resolved,
    blueprint: &Blueprint,
    target: &Target,
) -> Result<(), ReconcileError> {
    let mut patience = Patience::new(client);
    loop {
        let missing = missing(client, resolved, blueprint, target).await?;
        if let Some(refusal) = missing.refusals(target, &[]).into_iter().next() {
            return Err(refusal);
        }
        resolved.tags.extend(missing.known_tags.clone());
        if missing.is_empty() {
            return Ok(());
        }
        let error = match create(client, resolved, &missing).await {
            Ok(()) => return Ok(()),
            Err(error) => error,
        };
        if error.is_forbidden() {
            return Err(missing.not_registered(error.lacking().into_iter().collect()));
        }
        // Somebody else was faster, or an answer was lost: what is missing then is created.
        if !error.is_passing() || !patience.lasts(Some(&error)).await {
            return Err(error.into());
        }
        let roles = client
            .list_by::<DeviceRoleRow>("slug", &missing.roles, &Query::new())
            .await?;
        let roles = roles.into_iter().map(|row| (row.slug, row.id));
        resolved.roles.extend(roles);
    }
}

/// The field that marks types, where it is to be created. Reads only; an error where it cannot be used.
async fn missing_owner_field(client: &Client) -> Result<Option<Missing>, ReconcileError> {
    let definition = OWNER_DEFINITION;
    let name = definition.name.to_owned();
    let rows = client
        .on_main()
        .list_by::<CustomFieldRow>("name", std::slice::from_ref(&name), &Query::new())
        .await?;
    if let Some(row) = rows.iter().find(|row| row.name == name) {
        let has = |kind: &str| row.object_types.iter().any(|known| known == kind);
        let everywhere = definition.object_types.iter().copied().all(has);
        if row.value_type.value == definition.value_type && everywhere {
            return Ok(None);
        }
        return Err(ReconcileError::FieldType {
            name,
            found: format!(
                "{} on {}",
                row.value_type.value,
                row.object_types.join(", ")
            ),
            expected: "text on dcim.devicetype, dcim.manufacturer, dcim.moduletype",
        });
    }
    Ok(Some(Missing {
        fields: vec![definition],
        ..Missing::default()
    }))
}

/// Whether types could be marked, as far as reading tells.
pub(in crate::reconcile) async fn check_owner_field(
    client: &Client,
    register: bool,
) -> Result<(), ReconcileError> {
    let Some(missing) = missing_owner_field(client).await? else {
        return Ok(());
    };
    let lacking = if register {
        let needed = missing.permissions().into_iter().collect();
        client.lacking(&needed).await?.unwrap_or_default()
    } else {
        BTreeSet::new()
    };
    if register && lacking.is_empty() {
        Ok(())
    } else {
        Err(missing.not_registered(lacking.into_iter().collect()))
    }
}

/// Makes sure that types can be marked; creates the field only if it may.
pub(in crate::reconcile) async fn owner_field(
    client: &Client,
    register: bool,
) -> Result<(), ReconcileError> {
    let Some(missing) = missing_owner_field(client).await? else {
        return Ok(());
    };
    if !register {
        return Err(missing.not_registered(Vec::new()));
    }
    let bodies = missing.fields.iter().map(field_body).collect();
    match client.on_main().create::<CustomFieldRow>(bodies).await {
        Ok(_) => Ok(()),
        Err(error) if error.is_forbidden() => {
            Err(missing.not_registered(error.lacking().into_iter().collect()))
        }
        Err(error) => Err(error.into()),
    }
}

async fn create(
    client: &Client,
    resolved: &mut Resolved,
    missing: &Missing,
) -> Result<(), NetboxError> {
    let main = client.on_main();
    if !missing.fields.is_empty() {
        main.create::<CustomFieldRow>(missing.fields.iter().map(field_body).collect())
            .await?;
    }
    for widen in &missing.widen {
        let Widen {
            id, object_types, ..
        } = widen;
        let body = json!({"id": id, "object_types": object_types, "changelog_message": MESSAGE});
        // Somebody may widen it meanwhile, too.
        let if_match = if_match(widen.version.as_deref());
        main.update::<CustomFieldRow>(vec![body], if_match).await?;
    }
    if !missing.roles.is_empty() {
        let rows = client
            .create::<DeviceRoleRow>(missing.roles.iter().map(|slug| role_body(slug)).collect())
            .await?;
        resolved
            .roles
            .extend(rows.into_iter().map(|row| (row.slug, row.id)));
    }
    if !missing.tags.is_empty() {
        let body =
            |slug: &String| json!({"name": slug, "slug": slug, "changelog_message": MESSAGE});
        let rows = client
            .create::<TagRow>(missing.tags.iter().map(body).collect())
            .await?;
        resolved
            .tags
            .extend(rows.into_iter().map(|row| (row.slug, row.id)));
    }
    Ok(())
}

fn field_body(definition: &Definition) -> Value {
    let Definition {
        name,
        label,
        value_type,
        object_types,
    } = definition;
    json!({
        "name": name,
        "label": label,
        "type": value_type,
        "object_types": object_types,
        "group_name": "Hedgehog",
        "description": "Set by Terraform's hedgehog provider",
        "filter_logic": "exact",
        // A copy of a device made by hand is not the plan's.
        "is_cloneable": false,
        "changelog_message": MESSAGE,
    })
}

/// The name is the slug in title case, as DIET does it.
fn role_body(slug: &str) -> Value {
    let words: Vec<String> = slug
        .split(['-', '_'])
        .filter(|word| !word.is_empty())
        .map(|word| {
            let (first, rest) = word.split_at(word.chars().next().map_or(0, char::len_utf8));
            format!("{}{rest}", first.to_uppercase())
        })
        .collect();
    json!({"name": words.join(" "), "slug": slug, "color": ROLE_COLOR, "changelog_message": MESSAGE})
}
