//! Devices by their key: a kept one may differ in its fields, one of another type is made anew.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::fabric::design::Reference;
use crate::netbox::kind::device::DeviceRow;
use crate::reconcile::draft::Draft;
use crate::reconcile::identity::heirs;
use crate::reconcile::lower::DesiredDevice;
use crate::reconcile::observed::device_name;
use crate::reconcile::resolve::means;

use super::{Delete, Differ};

impl Differ<'_> {
    pub(super) fn devices(&mut self) {
        for (wish, row) in heirs(self.desired, self.observed) {
            let kept = wish.filter(|wish| device_type_is(&wish.device_type, row));
            let Some(wish) = kept else {
                self.gone_devices.insert(row.id);
                self.changes.devices.delete.push(Delete {
                    id: row.id,
                    label: device_name(row),
                });
                continue;
            };
            self.devices.insert(&wish.key, row);
            let mut update = Draft::new(row.id, device_name(row));
            self.device_fields(wish, row, &mut update);
            update.finish(&mut self.changes.devices);
        }
        let missing = self
            .desired
            .devices
            .values()
            .filter(|wish| !self.devices.contains_key(wish.key.as_str()));
        self.changes.devices.create.extend(missing.cloned());
    }

    fn device_fields(&self, wish: &DesiredDevice, row: &DeviceRow, update: &mut Draft) {
        let target = &self.desired.target;
        update.text("name", row.name.as_deref(), &wish.name);
        if let Reference::Known(role) = &wish.role {
            update.slug("role", Some(&row.role.slug), role, json!({"slug": role}));
        }
        update.slug(
            "site",
            Some(&row.site.slug),
            &target.site,
            json!({"slug": target.site}),
        );
        let found = row.location.as_ref().map(|location| location.slug.as_str());
        update.release("location", found, &target.released.location, Value::Null);
        if let Some(location) = &target.location {
            let value = json!({"slug": location, "site": {"slug": target.site}});
            // Another site has another location of that name.
            if row.site.slug != target.site && found == Some(location) {
                update.again("location", value);
            } else {
                update.slug("location", found, location, value);
            }
        }
        let found = row.tenant.as_ref().map(|tenant| tenant.slug.as_str());
        update.release("tenant", found, &target.released.tenant, Value::Null);
        if let Some(tenant) = &target.tenant {
            update.slug("tenant", found, tenant, json!({"slug": tenant}));
        }
        let found = Some(row.description.as_str());
        update.release(
            "description",
            found,
            &target.released.description,
            json!(""),
        );
        if let Some(description) = &target.description {
            update.text("description", Some(&row.description), description);
        }
        if target.write_status {
            update.text(
                "status",
                row.status.as_ref().map(|s| s.value.as_str()),
                target.status.device_word(),
            );
        }
        update.tags(
            row.tags.iter().map(|tag| tag.slug.as_str()),
            self.wanted_tags(),
            &self.desired.target.released.tags,
        );
        update.custom_fields(&row.custom_fields, &wish.custom_fields);
    }

    /// Tags that devices and cables carry.
    pub(super) fn wanted_tags(&self) -> BTreeSet<String> {
        let target = &self.desired.target;
        target
            .tags
            .iter()
            .cloned()
            .chain([target.scope.tag_slug()])
            .collect()
    }
}

/// True where a reference means this device's type; an unknown one decides nothing.
fn device_type_is(reference: &Reference, row: &DeviceRow) -> bool {
    match reference {
        Reference::Unknown => true,
        Reference::Known(text) => {
            let of = &row.device_type;
            means(text, &of.manufacturer.slug, &of.slug)
        }
    }
}
