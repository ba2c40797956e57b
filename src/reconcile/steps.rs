//! The steps of an apply, one function each: compute the batches, send them, remember the answers.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::fabric::blueprint::Origin;
use crate::netbox::clock::etag;
use crate::netbox::kind::cable::{CABLE, CableRow};
use crate::netbox::kind::device::{DEVICE, DeviceRow};
use crate::netbox::kind::interface::{INTERFACE, InterfaceRow};
use crate::netbox::kind::module::{MODULE, ModuleRow};
use crate::netbox::kind::module_bay::{MODULE_BAY, ModuleBayRow};
use crate::netbox::{Client, NetboxError};

use super::diff::{Changes, Delete, Update, diff};
use super::error::ReconcileError;
use super::lower::{
    Desired, DesiredCable, DesiredDevice, DesiredInterface, DesiredModule, PartKey,
};
use super::observe::read_components;
use super::observed::{Observed, key_of};
use super::payload;
use super::pour::Pen;
use super::receipt::Verb;
use super::resolve::Resolved;
use super::waves::{batches, parking};

/// One apply at work.
#[derive(Debug)]
pub(super) struct Work<'a> {
    pub(super) desired: &'a Desired,
    pub(super) resolved: &'a Resolved,
    pub(super) observed: &'a mut Observed,
    pub(super) pen: &'a mut Pen,
}

type Done = Result<(), ReconcileError>;

impl Work<'_> {
    /// Everything that [`diff`] finds, in the order of [`super::waves::Step`].
    ///
    /// The difference is computed again when devices are there, because their types bring
    /// interfaces along.
    pub(super) async fn all(&mut self) -> Done {
        let changes = diff(self.desired, self.observed);
        if !changes.conflicts.is_empty() {
            return Err(ReconcileError::Conflicts(changes.conflicts));
        }
        self.delete_cables(&changes.cables).await?;
        self.delete_interfaces(&changes.interfaces.delete).await?;
        self.delete_modules(&changes.modules.delete).await?;
        self.delete_devices(&changes.devices.delete).await?;
        self.park_names(&changes.devices.update).await?;
        self.update_devices(&changes.devices.update).await?;
        self.create_devices(changes.devices.create).await?;

        let changes = diff(self.desired, self.observed);
        self.create_modules(changes.modules.create).await?;
        self.create_interfaces(changes.interfaces.create).await?;
        self.update_interfaces(&changes.interfaces.update).await?;
        self.update_cables(&changes.cables.update).await?;
        self.create_cables(changes.cables.create).await
    }

    pub(super) async fn delete_cables(&mut self, changes: &Changes<DesiredCable>) -> Done {
        let ends = self.observed.ends();
        let items: Vec<(Vec<u64>, u64)> = changes
            .delete
            .iter()
            .map(|delete| {
                let (a, b) = ends.get(&delete.id).copied().unwrap_or_default();
                ([a, b].into_iter().flatten().collect(), delete.id)
            })
            .collect();
        let tags = etags(
            self.observed
                .cables
                .values()
                .map(|row| (row.id, row.last_updated.as_ref())),
        );
        let (client, message) = (self.pen.client.clone(), self.pen.message.clone());
        let observed = &mut *self.observed;
        self.pen
            .pour(
                (Verb::Deleted, &CABLE),
                batches(items, CABLE.delete_max),
                |ids| remove(client.clone(), &CABLE, ids, &message, &tags),
                |ids, ()| ids.into_iter().for_each(|id| observed.forget_cable(id)),
            )
            .await
    }

    async fn delete_interfaces(&mut self, deletes: &[Delete]) -> Done {
        let ids: Vec<u64> = deletes.iter().map(|delete| delete.id).collect();
        self.refresh_interfaces(&ids).await?;
        let items = ids.iter().map(|id| (self.device_ids([*id]), *id)).collect();
        let tags = etags(
            self.observed
                .interfaces
                .values()
                .map(|row| (row.id, row.last_updated.as_ref())),
        );
        let (client, message) = (self.pen.client.clone(), self.pen.message.clone());
        let observed = &mut *self.observed;
        self.pen
            .pour(
                (Verb::Deleted, &INTERFACE),
                batches(items, INTERFACE.delete_max),
                |ids| remove(client.clone(), &INTERFACE, ids, &message, &tags),
                |ids, ()| {
                    for id in ids {
                        observed.interfaces.remove(&id);
                    }
                },
            )
            .await
    }

    /// A bay that is ours goes with its module and the module's interfaces; otherwise the module.
    async fn delete_modules(&mut self, deletes: &[Delete]) -> Done {
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
        let tags = etags(
            modules
                .iter()
                .map(|row| (row.id, row.last_updated.as_ref()))
                .chain(bays.iter().map(|row| (row.id, row.last_updated.as_ref()))),
        );
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
                    batches(items.collect(), kind.delete_max),
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
                        items
                            .into_iter()
                            .for_each(|(_, module)| observed.forget_module(module))
                    },
                )
                .await?;
        }
        Ok(())
    }

    pub(super) async fn delete_devices(&mut self, deletes: &[Delete]) -> Done {
        let items: Vec<(Vec<u64>, u64)> = deletes
            .iter()
            .filter_map(|delete| {
                let row = self.observed.devices.get(&delete.id)?;
                Some((vec![row.device_type.id, row.id], row.id))
            })
            .collect();
        let tags = etags(
            self.observed
                .devices
                .values()
                .map(|row| (row.id, row.last_updated.as_ref())),
        );
        let (client, message) = (self.pen.client.clone(), self.pen.message.clone());
        let observed = &mut *self.observed;
        self.pen
            .pour(
                (Verb::Deleted, &DEVICE),
                batches(items, DEVICE.delete_max),
                |ids| remove(client.clone(), &DEVICE, ids, &message, &tags),
                |ids, ()| ids.into_iter().for_each(|id| observed.forget_device(id)),
            )
            .await
    }

    async fn park_names(&mut self, updates: &[Update]) -> Done {
        let parked: Vec<Update> = parking(updates, self.observed)
            .into_iter()
            .map(|(id, name)| Update {
                id,
                label: name.clone(),
                fields: [("name".to_owned(), json!(name))].into_iter().collect(),
                reasons: Vec::new(),
            })
            .collect();
        self.update_devices(&parked).await
    }

    async fn update_devices(&mut self, updates: &[Update]) -> Done {
        let tags = etags(
            self.observed
                .devices
                .values()
                .map(|row| (row.id, row.last_updated.as_ref())),
        );
        let items = updates
            .iter()
            .map(|update| (vec![update.id], update.clone()))
            .collect();
        let (client, message) = (self.pen.client.clone(), self.pen.message.clone());
        let observed = &mut *self.observed;
        self.pen
            .pour(
                (Verb::Updated, &DEVICE),
                batches(items, DEVICE.write_max),
                |updates| change::<DeviceRow>(client.clone(), updates, &message, &tags),
                |_, rows| {
                    observed
                        .devices
                        .extend(rows.into_iter().map(|row| (row.id, row)))
                },
            )
            .await
    }

    /// Devices, and then what came with them.
    async fn create_devices(&mut self, wishes: Vec<DesiredDevice>) -> Done {
        let Some(tag) = self.observed.tag.as_ref().map(|tag| tag.id) else {
            return Ok(());
        };
        let items = wishes.into_iter().filter_map(|wish| {
            let body = payload::device(&wish, self.desired, self.resolved, tag)?;
            let device_type = body["device_type"].as_u64()?;
            Some((
                vec![device_type],
                payload::with_message(body, &self.pen.message),
            ))
        });
        let client = self.pen.client.clone();
        let mut created: Vec<DeviceRow> = Vec::new();
        let outcome = self
            .pen
            .pour(
                (Verb::Created, &DEVICE),
                batches(items.collect(), DEVICE.write_max),
                |bodies| make::<DeviceRow>(client.clone(), bodies.to_vec()),
                |_, rows| created.extend(rows),
            )
            .await;
        let ids: Vec<u64> = created.iter().map(|row| row.id).collect();
        self.observed
            .devices
            .extend(created.into_iter().map(|row| (row.id, row)));
        outcome?;
        Ok(read_components(&self.pen.client, self.observed, &ids).await?)
    }

    /// Bays where they are missing, then the modules in them.
    async fn create_modules(&mut self, wishes: Vec<DesiredModule>) -> Done {
        if wishes.is_empty() {
            return Ok(());
        }
        let devices = self.devices_by_key();
        let wanted: BTreeMap<(u64, String), DesiredModule> = wishes
            .into_iter()
            .filter_map(|wish| Some(((*devices.get(&wish.device)?, wish.bay.clone()), wish)))
            .collect();
        let ids: BTreeSet<u64> = wanted.keys().map(|(device, _)| *device).collect();
        let ids: Vec<u64> = ids.into_iter().collect();
        let rows: Vec<ModuleBayRow> = self.pen.client.list_by_ids("device_id", &ids).await?;
        let mut bays: BTreeMap<(u64, String), u64> = rows
            .into_iter()
            .map(|row| ((row.device.id, row.name), row.id))
            .collect();
        let plan_id = self.observed.plan_id.clone();
        let missing = wanted
            .keys()
            .filter(|key| !bays.contains_key(*key))
            .map(|(device, name)| {
                (
                    vec![*device],
                    payload::with_message(payload::bay(*device, name, &plan_id), &self.pen.message),
                )
            });
        let client = self.pen.client.clone();
        let missing = batches(missing.collect(), MODULE_BAY.write_max);
        self.pen
            .pour(
                (Verb::Created, &MODULE_BAY),
                missing,
                |bodies| make::<ModuleBayRow>(client.clone(), bodies.to_vec()),
                |_, rows| {
                    bays.extend(
                        rows.into_iter()
                            .map(|row| ((row.device.id, row.name), row.id)),
                    )
                },
            )
            .await?;
        let items = wanted.iter().filter_map(|(key, wish)| {
            let module_type = *self
                .resolved
                .module_types
                .get(payload::known(&wish.module_type)?)?;
            let body = payload::module(key.0, *bays.get(key)?, module_type, &plan_id);
            // NetBox counts modules on their type.
            Some((
                vec![key.0, module_type],
                payload::with_message(body, &self.pen.message),
            ))
        });
        let items = batches(items.collect(), MODULE.write_max);
        let observed = &mut *self.observed;
        self.pen
            .pour(
                (Verb::Created, &MODULE),
                items,
                |bodies| make::<ModuleRow>(client.clone(), bodies.to_vec()),
                |_, rows| {
                    observed
                        .modules
                        .extend(rows.into_iter().map(|row| (row.id, row)))
                },
            )
            .await
    }

    async fn create_interfaces(&mut self, wishes: Vec<DesiredInterface>) -> Done {
        let devices = self.devices_by_key();
        let modules: BTreeMap<(u64, &str), u64> = self
            .observed
            .modules
            .values()
            .map(|row| ((row.device.id, row.module_bay.name.as_str()), row.id))
            .collect();
        let items = wishes.iter().filter_map(|wish| {
            let device = *devices.get(&wish.device)?;
            let module = match &wish.origin {
                Origin::Module { bay } => modules.get(&(device, bay.as_str())).copied(),
                Origin::Template | Origin::Breakout { .. } => None,
            };
            let body = payload::interface(wish, device, module, &self.observed.plan_id);
            Some((vec![device], payload::with_message(body, &self.pen.message)))
        });
        let items = batches(items.collect(), INTERFACE.write_max);
        let client = self.pen.client.clone();
        let observed = &mut *self.observed;
        self.pen
            .pour(
                (Verb::Created, &INTERFACE),
                items,
                |bodies| make::<InterfaceRow>(client.clone(), bodies.to_vec()),
                |_, rows| {
                    observed
                        .interfaces
                        .extend(rows.into_iter().map(|row| (row.id, row)))
                },
            )
            .await
    }

    async fn update_interfaces(&mut self, updates: &[Update]) -> Done {
        self.refresh_interfaces(&updates.iter().map(|update| update.id).collect::<Vec<_>>())
            .await?;
        let items = updates
            .iter()
            .map(|update| (self.device_ids([update.id]), update.clone()))
            .collect();
        let tags = etags(
            self.observed
                .interfaces
                .values()
                .map(|row| (row.id, row.last_updated.as_ref())),
        );
        let (client, message) = (self.pen.client.clone(), self.pen.message.clone());
        let observed = &mut *self.observed;
        self.pen
            .pour(
                (Verb::Updated, &INTERFACE),
                batches(items, INTERFACE.write_max),
                |updates| change::<InterfaceRow>(client.clone(), updates, &message, &tags),
                |_, rows| {
                    observed
                        .interfaces
                        .extend(rows.into_iter().map(|row| (row.id, row)))
                },
            )
            .await
    }

    async fn update_cables(&mut self, updates: &[Update]) -> Done {
        let tags = etags(
            self.observed
                .cables
                .values()
                .map(|row| (row.id, row.last_updated.as_ref())),
        );
        let items = updates
            .iter()
            .map(|update| (vec![update.id], update.clone()))
            .collect();
        let (client, message) = (self.pen.client.clone(), self.pen.message.clone());
        let observed = &mut *self.observed;
        self.pen
            .pour(
                (Verb::Updated, &CABLE),
                batches(items, CABLE.write_max),
                |updates| change::<CableRow>(client.clone(), updates, &message, &tags),
                |_, rows| {
                    observed
                        .cables
                        .extend(rows.into_iter().map(|row| (row.id, row)))
                },
            )
            .await
    }

    async fn create_cables(&mut self, wishes: Vec<DesiredCable>) -> Done {
        let Some(tag) = self.observed.tag.as_ref().map(|tag| tag.id) else {
            return Ok(());
        };
        let names: BTreeMap<PartKey, u64> = self
            .observed
            .interfaces
            .values()
            .filter_map(|row| {
                let key = key_of(&self.observed.devices.get(&row.device.id)?.custom_fields)?;
                Some(((key.to_owned(), row.name.clone()), row.id))
            })
            .collect();
        // A cable to an interface that does not exist is a 500 that loses the whole batch.
        let items = wishes.iter().filter_map(|wish| {
            let (a, b) = (*names.get(&wish.a)?, *names.get(&wish.b)?);
            // Two cables never share an interface, and writing them does not touch the devices'
            // rows: batches of cables may run side by side.
            let body = payload::cable(wish, a, b, self.desired, self.resolved, tag);
            Some((
                vec![a, b],
                (a, b, payload::with_message(body, &self.pen.message)),
            ))
        });
        let items = batches(items.collect(), CABLE.write_max);
        let client = self.pen.client.clone();
        let observed = &mut *self.observed;
        self.pen
            .pour(
                (Verb::Created, &CABLE),
                items,
                |items| {
                    make::<CableRow>(
                        client.clone(),
                        items.iter().map(|(_, _, body)| body.clone()).collect(),
                    )
                },
                |items, rows| {
                    for ((a, b, _), row) in items.into_iter().zip(rows) {
                        observed.remember_cable(row, a, b);
                    }
                },
            )
            .await
    }

    /// Reads interfaces again whose version we do not know: NetBox wrote them with their cable.
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

/// `ETag`s of rows whose version is known.
fn etags<'r>(rows: impl Iterator<Item = (u64, Option<&'r String>)>) -> Etags {
    rows.filter_map(|(id, updated)| Some((id, etag(updated?))))
        .collect()
}

/// Only complete: NetBox refuses the batch if one object's `ETag` is not among them.
fn matching(ids: impl Iterator<Item = u64>, tags: &Etags) -> Vec<String> {
    ids.map(|id| tags.get(&id).cloned())
        .collect::<Option<Vec<String>>>()
        .unwrap_or_default()
}

fn make<R: crate::netbox::kind::Row>(
    client: Client,
    bodies: Vec<Value>,
) -> impl Future<Output = Result<Vec<R>, NetboxError>> {
    async move { client.create(bodies).await }
}

fn change<R: crate::netbox::kind::Row>(
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
    kind: &'static crate::netbox::kind::Kind,
    ids: &[u64],
    message: &str,
    tags: &Etags,
) -> impl Future<Output = Result<(), NetboxError>> + use<> {
    let if_match = matching(ids.iter().copied(), tags);
    let (ids, message) = (ids.to_vec(), message.to_owned());
    async move { client.delete(kind, &ids, &message, if_match).await }
}
