//! Writing rows that are known, batch by batch, as long as nobody changed what is known of them.
//!
//! The `ETag`s of a batch prove that its rows are as they were read, so that nothing is read before a
//! batch whose versions are known. Where one is not, or `NetBox` says that it has changed, the rows of the
//! batch, and no others, are read again: an edit of others is passed over, one of an owned field stops.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::netbox::clock::etag;
use crate::netbox::kind::interface::InterfaceRow;
use crate::netbox::kind::module::ModuleRow;
use crate::netbox::kind::module_bay::ModuleBayRow;
use crate::netbox::{Client, NetboxError};

use crate::reconcile::diff::{Conflict, Difference};
use crate::reconcile::error::ReconcileError;
use crate::reconcile::foreign_cables::foreign_cables;
use crate::reconcile::observe::query;
use crate::reconcile::overtaken::{Overtaken, changed_row};
use crate::reconcile::owned::{Owned, Takes};
use crate::reconcile::scope::Target;

/// How often one batch may be overtaken before the whole plan is looked at again.
const LOOKS_MAX: u32 = 5;

/// One row as it is known, and what is about to become of it.
#[derive(Debug, Clone)]
pub(super) struct Known<R> {
    pub(super) row: R,
    pub(super) label: String,
    /// What an update changes; empty for a deletion.
    pub(super) differences: Vec<Difference>,
}

/// One batch of rows.
#[derive(Debug)]
pub(super) struct Guard<'a, R> {
    client: Client,
    target: &'a Target,
    rows: BTreeMap<u64, Known<R>>,
    removing: bool,
    looks: u32,
}

impl<'a, R: Owned> Guard<'a, R> {
    pub(super) fn new(
        client: Client,
        target: &'a Target,
        rows: impl Iterator<Item = Known<R>>,
    ) -> Self {
        Self {
            client,
            target,
            rows: rows.map(|known| (known.row.id(), known)).collect(),
            removing: false,
            looks: 0,
        }
    }

    /// Changes the rows.
    pub(super) async fn update(mut self, bodies: Vec<Value>) -> Result<Vec<R>, ReconcileError> {
        loop {
            let etags = self.etags().await?;
            match self.client.update(bodies.clone(), etags).await {
                Err(NetboxError::Changed { .. }) if self.looks < LOOKS_MAX => self.look().await?,
                answer => return Ok(answer?),
            }
        }
    }

    /// Deletes the rows, unless something of others hangs on them.
    pub(super) async fn delete(mut self, message: String) -> Result<(), ReconcileError> {
        self.removing = true;
        let ids: Vec<u64> = self.rows.keys().copied().collect();
        self.refuse_harm(&ids).await?;
        loop {
            let etags = self.etags().await?;
            match self.client.delete(R::KIND, &ids, &message, etags).await {
                Err(NetboxError::Changed { .. }) if self.looks < LOOKS_MAX => self.look().await?,
                answer => return Ok(answer?),
            }
        }
    }

    /// All or none: `NetBox` refuses the batch if one object's `ETag` is not among them.
    async fn etags(&mut self) -> Result<Vec<String>, ReconcileError> {
        let mut rows = self.rows.values();
        if rows.any(|known| known.row.version().is_none()) {
            self.look().await?;
        }
        let rows = self.rows.values();
        let etags = rows.map(|known| Some(etag(known.row.version()?)));
        // What is gone by now has none: without it nothing is sent.
        etags.collect::<Option<_>>().ok_or_else(changed::<R>)
    }

    /// Reads the rows again. One that is gone is left as it is.
    async fn look(&mut self) -> Result<(), ReconcileError> {
        self.looks += 1;
        let ids: Vec<u64> = self.rows.keys().copied().collect();
        let mut overtaken: Vec<Overtaken> = Vec::new();
        for fresh in self.client.list_by_ids::<R>("id", &ids).await? {
            let Some(known) = self.rows.get_mut(&fresh.id()) else {
                continue;
            };
            let Known {
                row,
                label,
                differences,
            } = known;
            // What is being taken over is not known as it is there.
            let is_unknown = differences.is_empty() && !self.removing;
            if is_unknown || row.home() != fresh.home() {
                return Err(changed::<R>());
            }
            if let Some(cable) = fresh.cable().filter(|_| self.removing) {
                return Err(conflict(label.clone(), cable));
            }
            overtaken.extend(changed_row(label, row, &fresh, differences, self.target));
            *row = fresh;
        }
        if overtaken.is_empty() {
            return Ok(());
        }
        Err(ReconcileError::Stale {
            overtaken,
            wrote: true,
        })
    }

    /// `NetBox` takes ports along with what they are on, and leaves half a cable behind. Ours are gone by
    /// now, so that any cable is of somebody else.
    async fn refuse_harm(&self, ids: &[u64]) -> Result<(), ReconcileError> {
        let labels = self.rows.iter();
        let labels = labels.map(|(id, known)| (*id, known.label.clone()));
        let foreign = match R::TAKES {
            Takes::Nothing => Vec::new(),
            Takes::Module => {
                let labels = labels.collect();
                self.modules_in(&labels).await?
            }
            Takes::Card => {
                let mut foreign = self.cabled_ports(ids).await?;
                let bays = self.bays_of(ids).await?;
                foreign.extend(self.modules_in(&bays).await?);
                foreign
            }
            Takes::Ports => foreign_cables(&self.client, &labels.collect(), None).await?,
        };
        ReconcileError::in_the_way(foreign)
    }

    /// Of others, in bays by their labels.
    async fn modules_in(
        &self,
        bays: &BTreeMap<u64, String>,
    ) -> Result<Vec<Conflict>, ReconcileError> {
        let ids: Vec<u64> = bays.keys().copied().collect();
        let modules: Vec<ModuleRow> = self.client.list_by_ids("module_bay_id", &ids).await?;
        let plan_id = &self.target.scope.plan_id;
        let foreign = modules
            .iter()
            .filter(|row| !plan_id.marks(&row.custom_fields));
        let conflicts = foreign.filter_map(|row| {
            let bay = bays.get(&row.module_bay.id)?.clone();
            let module = row.id;
            Some(Conflict::ModuleInRemovedBay { bay, module })
        });
        Ok(conflicts.collect())
    }

    /// Of cards: their labels.
    async fn bays_of(&self, cards: &[u64]) -> Result<BTreeMap<u64, String>, ReconcileError> {
        let rows: Vec<ModuleBayRow> = self.client.list_by_ids("module_id", cards).await?;
        let bays = rows.iter().filter_map(|row| {
            let card = &self.rows.get(&row.module.as_ref()?.id)?.label;
            Some((row.id, format!("bay {} of {card}", row.name)))
        });
        Ok(bays.collect())
    }

    /// Of cards.
    async fn cabled_ports(&self, ids: &[u64]) -> Result<Vec<Conflict>, ReconcileError> {
        let values: Vec<String> = ids.iter().map(u64::to_string).collect();
        let cabled = query(&[("cabled", "true")]);
        let ports: Vec<InterfaceRow> = self.client.list_by("module_id", &values, &cabled).await?;
        let conflicts = ports.iter().filter_map(|port| {
            let label = &self.rows.get(&port.module.as_ref()?.id)?.label;
            let cable = port.cable.as_ref()?.id;
            let port = format!("{label}:{}", port.name);
            Some(Conflict::CableOnRemovedPort { port, cable })
        });
        Ok(conflicts.collect())
    }
}

pub(super) fn changed<R: Owned>() -> ReconcileError {
    let path = R::KIND.path.to_owned();
    NetboxError::Changed { path }.into()
}

fn conflict(port: String, cable: u64) -> ReconcileError {
    ReconcileError::Conflicts(vec![Conflict::CableOnRemovedPort { port, cable }])
}
