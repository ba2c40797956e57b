//! Deleting, always with the `ETag` of what we saw: a row that somebody changed since stays.

use crate::netbox::kind::Kind;
use crate::netbox::kind::cable::CABLE;
use crate::netbox::kind::device::DEVICE;
use crate::netbox::kind::interface::INTERFACE;

use crate::reconcile::diff::{Changes, Delete};
use crate::reconcile::lower::DesiredCable;
use crate::reconcile::observed::Observed;
use crate::reconcile::receipt::Verb;
use crate::reconcile::waves::batches;

use super::{Done, Etags, Work, etags, remove};

impl Work<'_> {
    pub(in crate::reconcile) async fn delete_cables(
        &mut self,
        changes: &Changes<DesiredCable>,
    ) -> Done {
        let ends = self.observed.ends();
        let items: Vec<(Vec<u64>, u64)> = changes
            .delete
            .iter()
            .map(|delete| {
                let (a, b) = ends.get(&delete.id).copied().unwrap_or_default();
                ([a, b].into_iter().flatten().collect(), delete.id)
            })
            .collect();
        let tags = etags(self.observed.cables.values());
        self.delete(&CABLE, items, &tags, Observed::forget_cable)
            .await
    }

    pub(in crate::reconcile) async fn delete_interfaces(&mut self, deletes: &[Delete]) -> Done {
        let ids: Vec<u64> = deletes.iter().map(|delete| delete.id).collect();
        self.refresh_interfaces(&ids).await?;
        let items = ids.iter().map(|id| (self.device_ids([*id]), *id)).collect();
        let tags = etags(self.observed.interfaces.values());
        let forget = |observed: &mut Observed, id| drop(observed.interfaces.remove(&id));
        self.delete(&INTERFACE, items, &tags, forget).await
    }

    pub(in crate::reconcile) async fn delete_devices(&mut self, deletes: &[Delete]) -> Done {
        let items: Vec<(Vec<u64>, u64)> = deletes
            .iter()
            .filter_map(|delete| {
                let row = self.observed.devices.get(&delete.id)?;
                Some((vec![row.device_type.id, row.id], row.id))
            })
            .collect();
        let tags = etags(self.observed.devices.values());
        self.delete(&DEVICE, items, &tags, Observed::forget_device)
            .await
    }

    /// `items` are ids with what two requests in flight must not share.
    pub(super) async fn delete(
        &mut self,
        kind: &'static Kind,
        items: Vec<(Vec<u64>, u64)>,
        tags: &Etags,
        forget: impl Fn(&mut Observed, u64),
    ) -> Done {
        let (client, message) = (self.pen.client.clone(), self.pen.message.clone());
        let observed = &mut *self.observed;
        self.pen
            .pour(
                (Verb::Deleted, kind),
                batches(items, client.batch_max(kind.delete_max)),
                |ids| remove(client.clone(), kind, ids, &message, tags),
                |ids, ()| ids.into_iter().for_each(|id| forget(observed, id)),
            )
            .await
    }
}
