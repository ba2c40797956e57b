//! Creating, completing and deleting types.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::diag::Diagnostic;
use crate::netbox::clock::if_match;
use crate::netbox::kind::device_type::{DEVICE_TYPE, DeviceTypeRow};
use crate::netbox::kind::interface_template::{INTERFACE_TEMPLATE, InterfaceTemplateRow};
use crate::netbox::kind::manufacturer::{MANUFACTURER, ManufacturerRow};
use crate::netbox::kind::module_type::{MODULE_TYPE, ModuleTypeRow};
use crate::netbox::kind::{Kind, Row};
use crate::netbox::{Client, NetboxError, Patience};
use crate::reconcile::error::ReconcileError;
use crate::reconcile::fields;
use crate::reconcile::observe::query;
use crate::reconcile::register::owner_field;

use super::bays;
use super::look::{FoundType, TypeRow, find_type};
use super::owner::{Owner, is_marked, unfinished};
use super::permits::Permits;
use super::spec::{Difference, Template, TypeKind, TypeSpec};

pub(super) const MESSAGE: &str = "Terraform's hedgehog provider";

/// Why a type is not as wished.
#[derive(Debug, thiserror::Error)]
pub enum TypeError {
    #[error(transparent)]
    Reconcile(#[from] ReconcileError),
    /// It is not ours, and lacks what is wished.
    #[error("the {kind} {reference} is not as wished")]
    Differs {
        kind: &'static str,
        reference: String,
        differences: Vec<String>,
        /// Another state made it; otherwise people or another program.
        another_state: bool,
    },
}

impl From<NetboxError> for TypeError {
    fn from(error: NetboxError) -> Self {
        Self::Reconcile(error.into())
    }
}

impl TypeError {
    /// The error of a type that is there, is not ours, and does not do.
    pub fn of(spec: &TypeSpec, found: &FoundType) -> Option<Self> {
        let lacking = found.lacking();
        let refused = !found.owner.is_ours() && !lacking.is_empty();
        refused.then(|| Self::Differs {
            kind: spec.kind.word(),
            reference: spec.reference(),
            differences: lacking,
            another_state: found.owner == Owner::AnotherState,
        })
    }

    /// What refers to the type keeps `NetBox` from deleting it.
    pub fn is_in_use(&self) -> bool {
        let protected = |error: &NetboxError| matches!(error, NetboxError::Protected { .. });
        matches!(self, Self::Reconcile(ReconcileError::Netbox(error)) if protected(error))
    }

    pub fn explain(&self) -> Vec<Diagnostic> {
        match self {
            Self::Reconcile(error) => error.explain(),
            Self::Differs {
                kind,
                reference,
                differences,
                another_state,
            } => {
                let (made_by, there) = if *another_state {
                    ("another Terraform state manages", "the resource there")
                } else {
                    ("this provider did not create", "them in NetBox")
                };
                let import = another_state
                    .then(|| import_advice(reference))
                    .unwrap_or_default();
                vec![Diagnostic::error(
                    format!("The {kind} in NetBox differs"),
                    format!(
                        "NetBox has a {kind} {reference} that {made_by}, and its \
                         templates are not as wished:\n{}\n\nChange {there}, change \
                         the wish, or refer to the type by its name without managing it here.{import}",
                        crate::reconcile::error::listed(differences)
                    ),
                )]
            }
        }
    }
}

/// What to do about a type whose state is lost.
pub fn import_advice(reference: &str) -> String {
    format!(
        " If no state has it any more, import it, and this one owns it: terraform import ADDRESS '{reference}'."
    )
}

/// Who wishes a type.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'a> {
    /// The state's own word.
    pub word: &'a str,
    /// A new resource, which takes over what was left behind.
    pub new: bool,
    /// The custom field that marks types may be created.
    pub register: bool,
}

/// Makes sure that `NetBox` has the type as wished: adopts what is there, creates what is not, changes
/// only what is ours.
pub async fn ensure_type(
    client: &Client,
    spec: &TypeSpec,
    claim: Claim<'_>,
    permits: &mut Permits,
) -> Result<FoundType, TypeError> {
    let mut patience = Patience::new(client);
    loop {
        let error = match once(client, spec, claim, permits).await {
            Ok(found) => return Ok(found),
            Err(error) => error,
        };
        let TypeError::Reconcile(ReconcileError::Netbox(failure)) = &error else {
            return Err(error);
        };
        // Somebody was faster, or an answer was lost: what is there now tells.
        if !failure.is_passing() || !patience.lasts(Some(failure)).await {
            return Err(error);
        }
    }
}

/// One attempt.
async fn once(
    client: &Client,
    spec: &TypeSpec,
    claim: Claim<'_>,
    permits: &mut Permits,
) -> Result<FoundType, TypeError> {
    let word = claim.word;
    let found = if let Some(found) = find_type(client, spec, word).await? {
        found
    } else {
        permits.ensure(client, &spec.kind).await?;
        create(client, spec, claim).await?
    };
    if let Some(refused) = TypeError::of(spec, &found) {
        return Err(refused);
    }
    if !found.is_written(claim.new) {
        return Ok(found);
    }
    permits.ensure(client, &spec.kind).await?;
    if found.is_left_behind() {
        let mut body = Map::new();
        mark(&mut body, word);
        write(client, spec, found.id, body, found.version).await?;
    } else {
        change(client, spec, &found, word).await?;
    }
    let changed = find_type(client, spec, word).await?;
    Ok(changed.ok_or_else(|| NetboxError::NotFound {
        path: spec.reference(),
    })?)
}

/// A type without ports, marked as unfinished.
async fn create(
    client: &Client,
    spec: &TypeSpec,
    claim: Claim<'_>,
) -> Result<FoundType, TypeError> {
    let word = claim.word;
    owner_field(client, claim.register).await?;
    let manufacturer = manufacturer(client, spec, word).await?;
    let mut body = spec.fields();
    body.insert("manufacturer".to_owned(), json!(manufacturer));
    mark(&mut body, &unfinished(word));
    let body = vec![Value::Object(body)];
    let row = match spec.kind {
        TypeKind::Device { .. } => made::<DeviceTypeRow>(client, body).await?,
        TypeKind::Module => made::<ModuleTypeRow>(client, body).await?,
    };
    let row = row.ok_or_else(|| NetboxError::NotFound {
        path: spec.reference(),
    })?;
    let (templates, bays) = (BTreeMap::new(), BTreeMap::new());
    Ok(FoundType::of(spec, word, row, templates, bays))
}

async fn made<R: Row + Into<TypeRow>>(
    client: &Client,
    body: Vec<Value>,
) -> Result<Option<TypeRow>, NetboxError> {
    let rows = client.create::<R>(body).await?;
    Ok(rows.into_iter().next().map(Into::into))
}

fn mark(body: &mut Map<String, Value>, mark: &str) {
    body.insert("custom_fields".to_owned(), json!({fields::OWNER: mark}));
    body.insert("changelog_message".to_owned(), json!(MESSAGE));
}

async fn manufacturer(client: &Client, spec: &TypeSpec, word: &str) -> Result<u64, NetboxError> {
    if let Some(row) = find_manufacturer(client, spec).await? {
        return Ok(row.id);
    }
    let mut body = Map::from_iter([
        ("name".to_owned(), json!(spec.manufacturer)),
        ("slug".to_owned(), json!(spec.manufacturer_slug())),
    ]);
    mark(&mut body, word);
    let rows = client
        .create::<ManufacturerRow>(vec![Value::Object(body)])
        .await?;
    let row = rows.first().ok_or_else(|| NetboxError::NotFound {
        path: spec.reference(),
    })?;
    Ok(row.id)
}

pub(super) async fn find_manufacturer(
    client: &Client,
    spec: &TypeSpec,
) -> Result<Option<ManufacturerRow>, NetboxError> {
    let slug = spec.manufacturer_slug();
    let rows = client
        .list::<ManufacturerRow>(&query(&[("slug", &slug)]))
        .await?;
    Ok(rows.into_iter().find(|row| row.slug == slug))
}

/// Brings a type of ours to the wish. What another one has begun is taken over first, so that two do not
/// work on it; and it is called finished in the end.
async fn change(
    client: &Client,
    spec: &TypeSpec,
    found: &FoundType,
    word: &str,
) -> Result<(), NetboxError> {
    let mut version = found.version.clone();
    let taken_over = found.owner == Owner::Unfinished { begun: false };
    if found.fields_differ || taken_over {
        let mut body = spec.fields();
        if taken_over {
            mark(&mut body, &unfinished(word));
        }
        version = write(client, spec, found.id, body, version).await?;
    }
    templates(client, spec, found).await?;
    bays::change(client, spec, found).await?;
    if !found.owner.is_finished() {
        let mut body = Map::new();
        mark(&mut body, word);
        write(client, spec, found.id, body, version).await?;
    }
    Ok(())
}

/// Changes fields of a type that has that version, and returns its next one.
async fn write(
    client: &Client,
    spec: &TypeSpec,
    id: u64,
    mut body: Map<String, Value>,
    version: Option<String>,
) -> Result<Option<String>, NetboxError> {
    let if_match = if_match(version.as_deref());
    body.insert("id".to_owned(), json!(id));
    body.insert("changelog_message".to_owned(), json!(MESSAGE));
    let body = vec![Value::Object(body)];
    let version = |version: Option<&str>| version.map(str::to_owned);
    Ok(match spec.kind {
        TypeKind::Device { .. } => {
            let rows = client.update::<DeviceTypeRow>(body, if_match).await?;
            rows.first().and_then(|row| version(row.version()))
        }
        TypeKind::Module => {
            let rows = client.update::<ModuleTypeRow>(body, if_match).await?;
            rows.first().and_then(|row| version(row.version()))
        }
    })
}

/// Templates that are not wished go first: their names may be needed.
async fn templates(client: &Client, spec: &TypeSpec, found: &FoundType) -> Result<(), NetboxError> {
    let (mut gone, mut updated, mut created) = (Vec::new(), Vec::new(), Vec::new());
    for difference in &found.differences {
        match difference {
            Difference::Extra { name } => gone.extend(found.templates.get(name).map(|t| t.0)),
            Difference::Other { name, wished, .. } => {
                if let Some((id, _)) = found.templates.get(name) {
                    updated.push(with_template(json!({"id": id}), wished));
                }
            }
            Difference::Missing { name, wished } => {
                let body = json!({spec.kind.parent(): found.id, "name": name});
                created.push(with_template(body, wished));
            }
        }
    }
    for ids in gone.chunks(client.batch_max(INTERFACE_TEMPLATE.delete_max)) {
        client
            .delete(&INTERFACE_TEMPLATE, ids, MESSAGE, vec![])
            .await?;
    }
    for bodies in updated.chunks(client.batch_max(INTERFACE_TEMPLATE.write_max)) {
        client
            .update::<InterfaceTemplateRow>(bodies.to_vec(), vec![])
            .await?;
    }
    for bodies in created.chunks(client.batch_max(INTERFACE_TEMPLATE.write_max)) {
        client
            .create::<InterfaceTemplateRow>(bodies.to_vec())
            .await?;
    }
    Ok(())
}

/// Leaves a type of ours to the resource with that word.
pub async fn hand_over(
    client: &Client,
    spec: &TypeSpec,
    word: &str,
    to: &str,
) -> Result<(), TypeError> {
    let mut patience = Patience::new(client);
    loop {
        let found = find_type(client, spec, word).await?;
        let Some(found) = found.filter(|found| found.owner.is_ours()) else {
            return Ok(());
        };
        let mut body = Map::new();
        mark(&mut body, to);
        match write(client, spec, found.id, body, found.version).await {
            Ok(_) => return Ok(()),
            Err(error) => {
                if !error.is_passing() || !patience.lasts(Some(&error)).await {
                    return Err(error.into());
                }
            }
        }
    }
}

fn with_template(mut body: Value, template: &Template) -> Value {
    body["type"] = json!(template.interface_type);
    body["mgmt_only"] = json!(template.mgmt_only);
    body["changelog_message"] = json!(MESSAGE);
    body
}

/// Deletes a type of ours, and its manufacturer if we created that too and nothing else needs it. One
/// that is gone or not ours is left alone.
pub async fn delete_type(client: &Client, spec: &TypeSpec, word: &str) -> Result<(), TypeError> {
    if let Some(found) = find_type(client, spec, word).await? {
        if !found.owner.is_ours() {
            return Ok(());
        }
        let kind: &Kind = match spec.kind {
            TypeKind::Device { .. } => &DEVICE_TYPE,
            TypeKind::Module => &MODULE_TYPE,
        };
        if let Err(error) = client.delete(kind, &[found.id], MESSAGE, vec![]).await {
            // A lost answer: it counts what is there now.
            if !error.is_uncertain() || find_type(client, spec, word).await?.is_some() {
                return Err(error.into());
            }
        }
    }
    // Also where the type is gone: a run that was refused may have left it.
    let Some(row) = find_manufacturer(client, spec).await? else {
        return Ok(());
    };
    if !is_marked(&row.custom_fields) {
        return Ok(());
    }
    // Whoever made it: nobody looks for it when the last type is gone.
    let mut patience = Patience::new(client);
    loop {
        match client
            .delete(&MANUFACTURER, &[row.id], MESSAGE, vec![])
            .await
        {
            // Others use it, or have removed it already.
            Ok(())
            | Err(
                NetboxError::Protected { .. }
                | NetboxError::NotFound { .. }
                | NetboxError::Rejected { .. },
            ) => return Ok(()),
            Err(error) if error.is_uncertain() && patience.lasts(Some(&error)).await => {}
            Err(error) => return Err(error.into()),
        }
    }
}
