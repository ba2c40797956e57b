//! Modules by their device and bay.

use std::collections::{BTreeMap, BTreeSet};

use crate::fabric::design::Reference;
use crate::netbox::kind::module::ModuleRow;

use super::{Conflict, Delete, Differ};

impl Differ<'_> {
    pub(super) fn modules(&mut self) {
        let keys: BTreeMap<u64, &str> = self
            .devices
            .iter()
            .map(|(key, row)| (row.id, *key))
            .collect();
        let mut found = BTreeSet::new();
        for row in self.observed.modules.values() {
            let Some(key) = keys.get(&row.device.id) else {
                continue;
            };
            let part = ((*key).to_owned(), row.module_bay.name.clone());
            let ours = self.observed.plan_id.marks(&row.custom_fields);
            let label = format!(
                "module {} of {}",
                part.1,
                self.observed.device_label(row.device.id)
            );
            match (self.desired.modules.get(&part), ours) {
                (Some(wish), true) if module_type_is(&wish.module_type, row) => {
                    found.insert(part);
                    self.changes.modules.unchanged += 1;
                }
                (_, true) => {
                    self.gone_modules.insert(row.id);
                    self.changes
                        .modules
                        .delete
                        .push(Delete { id: row.id, label });
                }
                (Some(_), false) => {
                    self.changes.conflicts.push(Conflict::ModuleInBay {
                        device: self.observed.device_label(row.device.id),
                        bay: part.1.clone(),
                        module: row.id,
                    });
                    found.insert(part);
                }
                (None, false) => {}
            }
        }
        let missing = self
            .desired
            .modules
            .iter()
            .filter(|(part, _)| !found.contains(*part));
        self.changes
            .modules
            .create
            .extend(missing.map(|(_, wish)| wish.clone()));
    }
}

fn module_type_is(reference: &Reference, row: &ModuleRow) -> bool {
    match reference {
        Reference::Unknown => true,
        // A model may hold slashes itself.
        Reference::Known(text) => {
            row.module_type.model == *text
                || text
                    .strip_prefix(&row.module_type.manufacturer.slug)
                    .and_then(|rest| rest.strip_prefix('/'))
                    == Some(row.module_type.model.as_str())
        }
    }
}
