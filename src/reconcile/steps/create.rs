//! Creating: devices with what comes with them, and interfaces.

use std::collections::BTreeSet;

use crate::fabric::blueprint::Origin;
use crate::netbox::kind::device::{DEVICE, DeviceRow};
use crate::netbox::kind::interface::{INTERFACE, InterfaceRow};

use crate::reconcile::bay::Bay;
use crate::reconcile::lower::{DesiredDevice, DesiredInterface};
use crate::reconcile::observe::read_components;
use crate::reconcile::payload;
use crate::reconcile::receipt::Verb;
use crate::reconcile::waves::batches;

use super::{Done, Work, bodies, make};

impl Work<'_> {
    /// Devices, and then what came with them.
    pub(super) async fn create_devices(&mut self, wishes: Vec<DesiredDevice>) -> Done {
        let Some(tag) = self.observed.tag.as_ref().map(|tag| tag.id) else {
            return Ok(());
        };
        let items = wishes.into_iter().filter_map(|wish| {
            let body = payload::device(&wish, self.desired, self.resolved, tag)?;
            let device_type = body["device_type"].as_u64()?;
            Some((vec![device_type], self.made(&wish.key, None, body)))
        });
        let client = self.pen.client.clone();
        let mut created: Vec<DeviceRow> = Vec::new();
        let outcome = self
            .pen
            .pour(
                (Verb::Created, &DEVICE),
                batches(items.collect(), client.batch_max(DEVICE.write_max)),
                |made| make::<DeviceRow>(client.clone(), bodies(made)),
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

    pub(super) async fn create_interfaces(&mut self, wishes: Vec<DesiredInterface>) -> Done {
        let devices = self.devices_by_key();
        let modules = self.observed.modules_by_place();
        let mut cards = BTreeSet::new();
        let items = wishes.iter().filter_map(|wish| {
            let device = *devices.get(&wish.device)?;
            let module = match &wish.origin {
                Origin::Module { bay } => modules.get(&(device, Bay::top(bay))).copied(),
                Origin::Template | Origin::Breakout { .. } => None,
            };
            let body = payload::interface(wish, device, module, self.desired, self.resolved);
            cards.extend(module);
            let made = self.made(&wish.device, Some(&wish.name), body);
            Some((vec![device], made))
        });
        let items = items.collect();
        self.vouch(cards, |observed| &observed.modules).await?;
        let client = self.pen.client.clone();
        let items = batches(items, client.batch_max(INTERFACE.write_max));
        let observed = &mut *self.observed;
        self.pen
            .pour(
                (Verb::Created, &INTERFACE),
                items,
                |made| make::<InterfaceRow>(client.clone(), bodies(made)),
                |_, rows| {
                    observed
                        .interfaces
                        .extend(rows.into_iter().map(|row| (row.id, row)));
                },
            )
            .await
    }
}
