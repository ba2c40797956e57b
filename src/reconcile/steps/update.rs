//! Changing fields that we own.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::reconcile::diff::{Difference, Field, Update};
use crate::reconcile::observed::Observed;
use crate::reconcile::owned::Owned;
use crate::reconcile::payload;
use crate::reconcile::receipt::Verb;
use crate::reconcile::waves::{batches, parking};

use super::guard::{Guard, Known};
use super::{Done, Work};

impl Work<'_> {
    pub(super) async fn park_names(&mut self, updates: &[Update]) -> Done {
        let parked = parking(updates, self.observed).into_iter();
        let parked = parked.map(|(id, name)| {
            let held = self.observed.devices.get(&id);
            let held = held.and_then(|row| row.name.clone());
            Update {
                id,
                label: self.observed.device_label(id),
                fields: [("name".to_owned(), json!(name))].into_iter().collect(),
                differences: vec![Difference {
                    field: Field::named("name"),
                    found: json!(held),
                    wish: json!(name),
                }],
            }
        });
        let parked: Vec<Update> = parked.collect();
        self.update_devices(&parked).await
    }

    pub(super) async fn update_devices(&mut self, updates: &[Update]) -> Done {
        self.update(updates, |_, id| vec![id], |observed| &mut observed.devices)
            .await
    }

    pub(super) async fn update_interfaces(&mut self, updates: &[Update]) -> Done {
        let parents = |work: &Self, id| work.device_ids([id]);
        self.update(updates, parents, |observed| &mut observed.interfaces)
            .await
    }

    pub(super) async fn update_modules(&mut self, updates: &[Update]) -> Done {
        let parents = |work: &Self, id| {
            let row = work.observed.modules.get(&id);
            row.map(|row| row.device.id).into_iter().collect()
        };
        self.update(updates, parents, |observed| &mut observed.modules)
            .await
    }

    pub(super) async fn update_cables(&mut self, updates: &[Update]) -> Done {
        self.update(updates, |_, id| vec![id], |observed| &mut observed.cables)
            .await
    }

    /// `parents` are what two requests in flight must not share; `table` is where rows are kept.
    async fn update<R: Owned>(
        &mut self,
        updates: &[Update],
        parents: impl Fn(&Self, u64) -> Vec<u64>,
        table: impl Fn(&mut Observed) -> &mut BTreeMap<u64, R>,
    ) -> Done {
        let record = |observed: &mut Observed, row: R| {
            table(observed).insert(row.id(), row);
        };
        self.write(Verb::Updated, updates, parents, &table, record)
            .await
    }

    /// As [`Self::update`], where an answer means more than its row.
    pub(super) async fn write<R: Owned>(
        &mut self,
        verb: Verb,
        updates: &[Update],
        parents: impl Fn(&Self, u64) -> Vec<u64>,
        table: impl Fn(&mut Observed) -> &mut BTreeMap<u64, R>,
        record: impl Fn(&mut Observed, R),
    ) -> Done {
        let items = updates
            .iter()
            .map(|update| (parents(self, update.id), update.clone()));
        let items = items.collect();
        let rows = table(self.observed);
        let known = updates.iter().filter_map(|update| {
            let known = Known {
                row: rows.get(&update.id)?.clone(),
                label: update.label.clone(),
                differences: update.differences.clone(),
            };
            Some((update.id, known))
        });
        let known: BTreeMap<u64, Known<R>> = known.collect();
        let (client, message) = (self.pen.client.clone(), self.pen.message.clone());
        let (target, observed) = (&self.desired.target, &mut *self.observed);
        self.pen
            .pour(
                (verb, R::KIND),
                batches(items, client.batch_max(R::KIND.write_max)),
                |updates| {
                    let rows = updates.iter().filter_map(|update| known.get(&update.id));
                    let bodies = updates.iter().map(|update| body(update, &message));
                    Guard::new(client.clone(), target, rows.cloned()).update(bodies.collect())
                },
                |_, rows: Vec<R>| rows.into_iter().for_each(|row| record(observed, row)),
            )
            .await
    }
}

fn body(update: &Update, message: &str) -> Value {
    let mut body = Value::Object(update.fields.clone());
    body["id"] = json!(update.id);
    payload::with_message(body, message)
}
