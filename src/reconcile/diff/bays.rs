//! Bays by their device and place: those that a type brings or somebody else made are used, ours come
//! and go.

use std::collections::{BTreeMap, BTreeSet};

use super::{Delete, Differ};

impl Differ<'_> {
    /// After the modules: a bay that holds something that stays, stays.
    pub(super) fn bays(&mut self) {
        let observed = self.observed;
        let keys = self.keys();
        let modules = observed.modules.values();
        let holds: BTreeMap<u64, u64> = modules.map(|row| (row.module_bay.id, row.id)).collect();
        let mut found = BTreeSet::new();
        for ((device, place), ids) in observed.bays_by_place() {
            let Some(key) = keys.get(&device) else {
                continue;
            };
            let part = ((*key).to_owned(), place);
            for id in ids {
                let row = &observed.bays[&id];
                let gone = |module: u64| self.gone_modules.contains(&module);
                if row.module.as_ref().is_some_and(|module| gone(module.id)) {
                    // It goes with its card.
                    continue;
                }
                if self.desired.bays.contains_key(&part) && !found.contains(&part) {
                    found.insert(part.clone());
                    self.changes.bays.unchanged += 1;
                    continue;
                }
                let stays = holds.get(&id).is_some_and(|module| !gone(*module));
                if observed.plan_id.marks(&row.custom_fields) && !stays {
                    let device = observed.device_label(device);
                    let label = format!("module bay {} of {device}", part.1);
                    self.changes.bays.delete.push(Delete { id, label });
                }
            }
        }
        let missing = self.desired.bays.iter().filter(|(part, wish)| {
            self.devices.contains_key(wish.device.as_str()) && !found.contains(*part)
        });
        let missing = missing.map(|(_, wish)| wish.clone());
        self.changes.bays.create.extend(missing);
    }
}
