//! The steps of an apply, one function each: compute the batches, send them, remember the answers.
//!
//! Cables leave before what they end on goes, because `NetBox` leaves half a cable otherwise, and come last,
//! when all ports are free: so swaps and cycles work. Names are freed before they are taken.

mod adopt;
mod cables;
mod create;
mod delete;
mod guard;
mod modules;
mod update;
mod vouch;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::netbox::{Client, NetboxError};
use crate::reconcile::diff::diff;

use crate::reconcile::error::ReconcileError;
use crate::reconcile::fields;
use crate::reconcile::lower::Desired;
use crate::reconcile::observed::{Observed, key_of};
use crate::reconcile::owned::Owned;
use crate::reconcile::payload;
use crate::reconcile::pour::Pen;
use crate::reconcile::resolve::Resolved;
use crate::reconcile::waves::Made;

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
        let mut changes = diff(self.desired, self.observed);
        ReconcileError::in_the_way(std::mem::take(&mut changes.conflicts))?;
        self.delete_cables(&changes.cables).await?;
        self.detach_cables(&changes).await?;
        self.delete_interfaces(&changes.interfaces.delete).await?;
        // NetBox takes a bay's module and its ports along: those are deleted first, under their guard.
        self.delete_modules(&changes.modules.delete).await?;
        self.delete_bays(&changes.bays.delete).await?;
        self.delete_devices(&changes.devices.delete).await?;
        self.park_names(&changes.devices.update).await?;
        self.update_devices(&changes.devices.update).await?;
        self.create_devices(changes.devices.create).await?;

        let changes = diff(self.desired, self.observed);
        self.vouch_for_devices(&changes).await?;
        self.create_modules(changes.bays.create, changes.modules.create)
            .await?;
        self.create_interfaces(changes.interfaces.create).await?;
        self.update_interfaces(&changes.interfaces.update).await?;
        self.update_cables(&changes.cables.update).await?;
        self.attach_cables(&changes.moves).await?;
        self.create_cables(&changes.cables.create).await
    }

    fn devices_by_key(&self) -> BTreeMap<String, u64> {
        let rows = self.observed.devices.values();
        rows.filter_map(|row| Some((key_of(&row.custom_fields)?.to_owned(), row.id)))
            .collect()
    }

    /// To be created, called by the name of its device and its own, if it has one.
    fn made(&self, device: &str, part: Option<&str>, body: Value) -> Made {
        Made {
            body: payload::with_message(body, &self.pen.message),
            label: self.desired.called(device, part),
        }
    }

    /// Devices of these interfaces.
    fn device_ids(&self, interfaces: impl IntoIterator<Item = u64>) -> Vec<u64> {
        interfaces
            .into_iter()
            .filter_map(|id| Some(self.observed.interfaces.get(&id)?.device.id))
            .collect()
    }
}

/// Creates objects. The rows are in the order of the bodies, and carry our marker and their keys.
async fn make<R: Owned>(client: Client, bodies: Vec<Value>) -> Result<Vec<R>, ReconcileError> {
    let rows: Vec<R> = client.create(bodies.clone()).await?;
    let is_of = |(row, body): (&R, &Value)| {
        let fields = [fields::PLAN_ID, fields::KEY].into_iter();
        let mut sent = fields.filter_map(|name| Some((name, body["custom_fields"].get(name)?)));
        sent.all(|(name, value)| row.custom_fields().get(name) == Some(value))
    };
    if rows.iter().zip(&bodies).all(is_of) {
        return Ok(rows);
    }
    let path = R::KIND.path.to_owned();
    let cause = "other objects came back than were sent".to_owned();
    Err(NetboxError::Unreadable { path, cause }.into())
}

fn bodies<'a>(made: impl IntoIterator<Item = &'a Made>) -> Vec<Value> {
    made.into_iter().map(|made| made.body.clone()).collect()
}
