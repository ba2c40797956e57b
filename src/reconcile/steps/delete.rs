//! Deleting, always with the `ETag` of what we saw: a row that somebody changed since stays.

use std::collections::BTreeSet;

use crate::netbox::kind::Kind;
use crate::netbox::kind::cable::CABLE;
use crate::netbox::kind::device::DEVICE;
use crate::netbox::kind::interface::INTERFACE;
use crate::netbox::kind::module::{MODULE, ModuleRow};
use crate::netbox::kind::module_bay::{MODULE_BAY, ModuleBayRow};

use crate::reconcile::diff::{Changes, Delete};
use crate::reconcile::lower::DesiredCable;
use crate::reconcile::observed::Observed;
use crate::reconcile::receipt::Verb;
use crate::reconcile::waves::batches;

use super::{Done, Etags, NO_ETAGS, Work, etags, remove};

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

    /// A bay that is ours goes with its module and the module's interfaces; otherwise the module.
    pub(in crate::reconcile) async fn delete_modules(&mut self, deletes: &[Delete]) -> Done {
        let modules: Vec<ModuleRow> = deletes
            .iter()
            .filter_map(|delete| self.observed.modules.get(&delete.id).cloned())
            .collect();
        let bay_ids: Vec<u64> = modules.iter().map(|row| row.module_bay.id).collect();
        let bays: Vec<ModuleBayRow> = self.pen.client.list_by_ids("id", &bay_ids).await?;
        let ours: BTreeSet<u64> = bays
            .iter()
            .filter(|bay| self.observed.plan_id.marks(&bay.custom_fields))
            .map(|bay| bay.id)
            .collect();
        let tags = etags(&bays);
        for (kind, with_bay) in [(&MODULE_BAY, true), (&MODULE, false)] {
            let rows = modules
                .iter()
                .filter(|row| ours.contains(&row.module_bay.id) == with_bay);
            let items = rows.map(|row| {
                let id = if with_bay { row.module_bay.id } else { row.id };
                (vec![row.device.id], (id, row.id))
            });
            let (client, message) = (self.pen.client.clone(), self.pen.message.clone());
            let observed = &mut *self.observed;
            self.pen
                .pour(
                    (Verb::Deleted, kind),
                    batches(items.collect(), client.batch_max(kind.delete_max)),
                    |items| {
                        let ids: Vec<u64> = items.iter().map(|(id, _)| *id).collect();
                        // Deleting interfaces of a module may write its row: no `ETag` of ours holds.
                        remove(
                            client.clone(),
                            kind,
                            &ids,
                            &message,
                            if with_bay { &tags } else { &NO_ETAGS },
                        )
                    },
                    |items, ()| {
                        for (_, module) in items {
                            observed.forget_module(module);
                        }
                    },
                )
                .await?;
        }
        Ok(())
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
    async fn delete(
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
