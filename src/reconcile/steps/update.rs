//! Changing fields that we own, with the `ETag` of what we saw.

use std::collections::BTreeMap;

use serde_json::json;

use crate::reconcile::diff::Update;
use crate::reconcile::observed::Observed;
use crate::reconcile::receipt::Verb;
use crate::reconcile::waves::{batches, parking};

use super::{Done, Stamped, Work, change, etags};

impl Work<'_> {
    pub(super) async fn park_names(&mut self, updates: &[Update]) -> Done {
        let parked: Vec<Update> = parking(updates, self.observed)
            .into_iter()
            .map(|(id, name)| Update {
                id,
                label: name.clone(),
                fields: [("name".to_owned(), json!(name))].into_iter().collect(),
                differences: Vec::new(),
            })
            .collect();
        self.update_devices(&parked).await
    }

    pub(super) async fn update_devices(&mut self, updates: &[Update]) -> Done {
        self.update(updates, |_, id| vec![id], |observed| &mut observed.devices)
            .await
    }

    pub(super) async fn update_interfaces(&mut self, updates: &[Update]) -> Done {
        let ids: Vec<u64> = updates.iter().map(|update| update.id).collect();
        self.refresh_interfaces(&ids).await?;
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
    async fn update<R: Stamped>(
        &mut self,
        updates: &[Update],
        parents: impl Fn(&Self, u64) -> Vec<u64>,
        table: impl Fn(&mut Observed) -> &mut BTreeMap<u64, R>,
    ) -> Done {
        let items = updates
            .iter()
            .map(|update| (parents(self, update.id), update.clone()));
        let items = items.collect();
        let tags = etags(table(self.observed).values());
        let (client, message) = (self.pen.client.clone(), self.pen.message.clone());
        let observed = &mut *self.observed;
        self.pen
            .pour(
                (Verb::Updated, R::KIND),
                batches(items, client.batch_max(R::KIND.write_max)),
                |updates| change::<R>(client.clone(), updates, &message, &tags),
                |_, rows| table(observed).extend(rows.into_iter().map(|row| (row.id(), row))),
            )
            .await
    }
}
