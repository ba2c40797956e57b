//! Changing fields that we own, with the `ETag` of what we saw.

use serde_json::json;

use crate::netbox::kind::cable::{CABLE, CableRow};
use crate::netbox::kind::device::{DEVICE, DeviceRow};
use crate::netbox::kind::interface::{INTERFACE, InterfaceRow};

use crate::reconcile::diff::Update;
use crate::reconcile::receipt::Verb;
use crate::reconcile::waves::{batches, parking};

use super::{Done, Work, change, etags};

impl Work<'_> {
    pub(super) async fn park_names(&mut self, updates: &[Update]) -> Done {
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

    pub(super) async fn update_devices(&mut self, updates: &[Update]) -> Done {
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
                        .extend(rows.into_iter().map(|row| (row.id, row)));
                },
            )
            .await
    }

    pub(super) async fn update_interfaces(&mut self, updates: &[Update]) -> Done {
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
                        .extend(rows.into_iter().map(|row| (row.id, row)));
                },
            )
            .await
    }

    pub(super) async fn update_cables(&mut self, updates: &[Update]) -> Done {
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
                        .extend(rows.into_iter().map(|row| (row.id, row)));
                },
            )
            .await
    }
}
