//! The steps of an apply, one function each: compute the batches, send them, remember the answers.
//!
//! Cables go before what they end on, because `NetBox` leaves half a cable otherwise, and come last,
//! when all ports are free: so swaps and cycles work. Names are freed before they are taken.

mod adopt;
mod create;
mod delete;
mod modules;
mod update;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::netbox::clock::etag;
use crate::netbox::kind::cable::CableRow;
use crate::netbox::kind::device::DeviceRow;
use crate::netbox::kind::interface::InterfaceRow;
use crate::netbox::kind::module::ModuleRow;
use crate::netbox::kind::module_bay::ModuleBayRow;
use crate::netbox::kind::{Kind, Row};
use crate::netbox::{Client, NetboxError};

use crate::reconcile::diff::{Update, diff};
use crate::reconcile::error::ReconcileError;
use crate::reconcile::lower::Desired;
use crate::reconcile::observed::{Observed, key_of};
use crate::reconcile::payload;
use crate::reconcile::pour::Pen;
use crate::reconcile::resolve::Resolved;

/// One apply at work.
#[derive(Debug)]
pub(in crate::reconcile) struct Work<'a> {
    pub(in crate::reconcile) desired: &'a Desired,
    pub(in crate::reconcile) resolved: &'a Resolved,
    pub(in crate::reconcile) observed: &'a mut Observed,
    pub(in crate::reconcile) pen: &'a mut Pen,
}

type Done = Result<(), ReconcileError>;

impl Work<'_> {
    /// Everything that [`diff`] finds, in an order that always works.
    ///
    /// The difference is computed again when devices are there, because their types bring
    /// interfaces and bays along.
    pub(in crate::reconcile) async fn all(&mut self) -> Done {
        let changes = diff(self.desired, self.observed);
        if !changes.conflicts.is_empty() {
            return Err(ReconcileError::Conflicts(changes.conflicts));
        }
        self.delete_cables(&changes.cables).await?;
        self.delete_interfaces(&changes.interfaces.delete).await?;
        self.delete_bays(&changes.bays.delete).await?;
        self.delete_modules(&changes.modules.delete).await?;
        self.delete_devices(&changes.devices.delete).await?;
        self.park_names(&changes.devices.update).await?;
        self.update_devices(&changes.devices.update).await?;
        self.create_devices(changes.devices.create).await?;

        let changes = diff(self.desired, self.observed);
        self.create_modules(changes.bays.create, changes.modules.create)
            .await?;
        self.create_interfaces(changes.interfaces.create).await?;
        self.update_interfaces(&changes.interfaces.update).await?;
        self.update_cables(&changes.cables.update).await?;
        self.create_cables(changes.cables.create).await
    }

    /// Reads interfaces again whose version we do not know: `NetBox` wrote them with their cable.
    async fn refresh_interfaces(&mut self, ids: &[u64]) -> Done {
        let stale: Vec<u64> = ids
            .iter()
            .copied()
            .filter(|id| {
                self.observed
                    .interfaces
                    .get(id)
                    .is_some_and(|row| row.last_updated.is_none())
            })
            .collect();
        for row in self
            .pen
            .client
            .list_by_ids::<InterfaceRow>("id", &stale)
            .await?
        {
            if self.observed.interfaces.contains_key(&row.id) {
                self.observed.interfaces.insert(row.id, row);
            }
        }
        Ok(())
    }

    fn devices_by_key(&self) -> BTreeMap<String, u64> {
        let rows = self.observed.devices.values();
        rows.filter_map(|row| Some((key_of(&row.custom_fields)?.to_owned(), row.id)))
            .collect()
    }

    /// Devices of these interfaces.
    fn device_ids(&self, interfaces: impl IntoIterator<Item = u64>) -> Vec<u64> {
        interfaces
            .into_iter()
            .filter_map(|id| Some(self.observed.interfaces.get(&id)?.device.id))
            .collect()
    }
}

type Etags = BTreeMap<u64, String>;
static NO_ETAGS: Etags = Etags::new();

/// Rows whose version tells whether somebody else changed them.
trait Stamped: Row {
    fn stamp(&self) -> Option<&String>;
}

macro_rules! stamped {
    ($($row:ty),*) => {$(
        impl Stamped for $row {
            fn stamp(&self) -> Option<&String> {
                self.last_updated.as_ref()
            }
        }
    )*};
}
stamped!(CableRow, DeviceRow, InterfaceRow, ModuleBayRow, ModuleRow);

/// `ETag`s of rows whose version is known.
fn etags<'r, R: Stamped + 'r>(rows: impl IntoIterator<Item = &'r R>) -> Etags {
    rows.into_iter()
        .filter_map(|row| Some((row.id(), etag(row.stamp()?))))
        .collect()
}

/// Only complete: `NetBox` refuses the batch if one object's `ETag` is not among them.
fn matching(ids: impl Iterator<Item = u64>, tags: &Etags) -> Vec<String> {
    ids.map(|id| tags.get(&id).cloned())
        .collect::<Option<Vec<String>>>()
        .unwrap_or_default()
}

async fn make<R: Row>(client: Client, bodies: Vec<Value>) -> Result<Vec<R>, NetboxError> {
    client.create(bodies).await
}

fn change<R: Row>(
    client: Client,
    updates: &[Update],
    message: &str,
    tags: &Etags,
) -> impl Future<Output = Result<Vec<R>, NetboxError>> + use<R> {
    let if_match = matching(updates.iter().map(|update| update.id), tags);
    let bodies = updates
        .iter()
        .map(|update| {
            let mut body = Value::Object(update.fields.clone());
            body["id"] = json!(update.id);
            payload::with_message(body, message)
        })
        .collect();
    async move { client.update(bodies, if_match).await }
}

fn remove(
    client: Client,
    kind: &'static Kind,
    ids: &[u64],
    message: &str,
    tags: &Etags,
) -> impl Future<Output = Result<(), NetboxError>> + use<> {
    let if_match = matching(ids.iter().copied(), tags);
    let (ids, message) = (ids.to_vec(), message.to_owned());
    async move { client.delete(kind, &ids, &message, if_match).await }
}
