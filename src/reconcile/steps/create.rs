//! Creating: devices with what comes with them, modules in their bays, interfaces, cables.

use std::collections::{BTreeMap, BTreeSet};

use crate::fabric::blueprint::Origin;
use crate::netbox::kind::cable::{CABLE, CableRow};
use crate::netbox::kind::device::{DEVICE, DeviceRow};
use crate::netbox::kind::interface::{INTERFACE, InterfaceRow};
use crate::netbox::kind::module::{MODULE, ModuleRow};
use crate::netbox::kind::module_bay::{MODULE_BAY, ModuleBayRow};

use crate::reconcile::lower::{
    DesiredCable, DesiredDevice, DesiredInterface, DesiredModule, PartKey,
};
use crate::reconcile::observe::read_components;
use crate::reconcile::observed::key_of;
use crate::reconcile::payload;
use crate::reconcile::receipt::Verb;
use crate::reconcile::waves::batches;

use super::{Done, Work, make};

impl Work<'_> {
    /// Devices, and then what came with them.
    pub(super) async fn create_devices(&mut self, wishes: Vec<DesiredDevice>) -> Done {
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
                batches(items.collect(), client.batch_max(DEVICE.write_max)),
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
    pub(super) async fn create_modules(&mut self, wishes: Vec<DesiredModule>) -> Done {
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
        let missing = batches(missing.collect(), client.batch_max(MODULE_BAY.write_max));
        self.pen
            .pour(
                (Verb::Created, &MODULE_BAY),
                missing,
                |bodies| make::<ModuleBayRow>(client.clone(), bodies.to_vec()),
                |_, rows| {
                    bays.extend(
                        rows.into_iter()
                            .map(|row| ((row.device.id, row.name), row.id)),
                    );
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
        let items = batches(items.collect(), client.batch_max(MODULE.write_max));
        let observed = &mut *self.observed;
        self.pen
            .pour(
                (Verb::Created, &MODULE),
                items,
                |bodies| make::<ModuleRow>(client.clone(), bodies.to_vec()),
                |_, rows| {
                    observed
                        .modules
                        .extend(rows.into_iter().map(|row| (row.id, row)));
                },
            )
            .await
    }

    pub(super) async fn create_interfaces(&mut self, wishes: Vec<DesiredInterface>) -> Done {
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
        let client = self.pen.client.clone();
        let items = batches(items.collect(), client.batch_max(INTERFACE.write_max));
        let observed = &mut *self.observed;
        self.pen
            .pour(
                (Verb::Created, &INTERFACE),
                items,
                |bodies| make::<InterfaceRow>(client.clone(), bodies.to_vec()),
                |_, rows| {
                    observed
                        .interfaces
                        .extend(rows.into_iter().map(|row| (row.id, row)));
                },
            )
            .await
    }

    pub(super) async fn create_cables(&mut self, wishes: Vec<DesiredCable>) -> Done {
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
        let client = self.pen.client.clone();
        let items = batches(items.collect(), client.batch_max(CABLE.write_max));
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
}
