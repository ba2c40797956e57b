//! Deleting: a row that somebody changed since, or on which something of others hangs, stays.

use std::collections::BTreeMap;

use crate::reconcile::diff::Delete;
use crate::reconcile::observed::Observed;
use crate::reconcile::owned::Owned;
use crate::reconcile::receipt::Verb;
use crate::reconcile::waves::batches;

use super::guard::{Guard, Known};
use super::{Done, Work};

/// What two requests in flight must not share, and what is deleted.
pub(super) type Doomed<R> = (Vec<u64>, Known<R>);

impl Work<'_> {
    pub(in crate::reconcile) async fn delete_interfaces(&mut self, deletes: &[Delete]) -> Done {
        let doomed = doomed(deletes, &self.observed.interfaces, |row| {
            vec![row.device.id]
        });
        let forget = |observed: &mut Observed, id| drop(observed.interfaces.remove(&id));
        self.delete(doomed, forget).await
    }

    pub(in crate::reconcile) async fn delete_devices(&mut self, deletes: &[Delete]) -> Done {
        let doomed = doomed(deletes, &self.observed.devices, |row| {
            vec![row.device_type.id, row.id]
        });
        self.delete(doomed, Observed::forget_device).await
    }

    pub(super) async fn delete<R: Owned>(
        &mut self,
        doomed: Vec<Doomed<R>>,
        forget: impl Fn(&mut Observed, u64),
    ) -> Done {
        let items = doomed.iter();
        let items = items.map(|(parents, known)| {
            let (id, label) = (known.row.id(), known.label.clone());
            (parents.clone(), Delete { id, label })
        });
        let items: Vec<(Vec<u64>, Delete)> = items.collect();
        let known = doomed.into_iter().map(|(_, known)| (known.row.id(), known));
        let known: BTreeMap<u64, Known<R>> = known.collect();
        let (client, message) = (self.pen.client.clone(), self.pen.message.clone());
        let (target, observed) = (&self.desired.target, &mut *self.observed);
        self.pen
            .pour(
                (Verb::Deleted, R::KIND),
                batches(items, client.batch_max(R::KIND.delete_max)),
                |gone| {
                    let rows = gone.iter().filter_map(|gone| known.get(&gone.id)).cloned();
                    Guard::new(client.clone(), target, rows).delete(message.clone())
                },
                |gone, ()| gone.iter().for_each(|gone| forget(observed, gone.id)),
            )
            .await
    }
}

/// The rows of deletions; those that went along with something else are not there any more.
pub(super) fn doomed<R: Owned>(
    deletes: &[Delete],
    rows: &BTreeMap<u64, R>,
    parents: impl Fn(&R) -> Vec<u64>,
) -> Vec<Doomed<R>> {
    let doomed = deletes.iter().filter_map(|delete| {
        let row = rows.get(&delete.id)?.clone();
        let known = Known {
            label: delete.label.clone(),
            differences: Vec::new(),
            row,
        };
        Some((parents(&known.row), known))
    });
    doomed.collect()
}
