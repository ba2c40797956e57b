//! Modules by their device and place: cards before the optics in them.

use std::collections::BTreeSet;

use crate::fabric::design::Reference;
use crate::netbox::kind::module::ModuleRow;
use crate::reconcile::bay::Bay;
use crate::reconcile::lower::BayKey;
use crate::reconcile::resolve::means;

use super::{Conflict, Delete, Differ};

impl<'a> Differ<'a> {
    pub(super) fn modules(&mut self) {
        let mut found = BTreeSet::new();
        for (part, row) in self.modules_in_order() {
            let ours = self.observed.plan_id.marks(&row.custom_fields);
            let device = self.observed.device_label(row.device.id);
            if self.is_in_gone_card(row) {
                self.gone_modules.insert(row.id);
                if !ours {
                    self.changes.conflicts.push(Conflict::ModuleInRemovedCard {
                        device,
                        bay: part.1.to_string(),
                        module: row.id,
                    });
                }
                continue;
            }
            match (self.desired.modules.get(&part), ours) {
                (Some(wish), true)
                    if module_type_is(&wish.module_type, row) && !found.contains(&part) =>
                {
                    found.insert(part);
                    self.changes.modules.unchanged += 1;
                }
                (_, true) => {
                    let label = format!("module {} of {device}", part.1);
                    self.gone_modules.insert(row.id);
                    let delete = Delete { id: row.id, label };
                    self.changes.modules.delete.push(delete);
                }
                (Some(_), false) => {
                    self.changes.conflicts.push(Conflict::ModuleInBay {
                        device,
                        bay: part.1.to_string(),
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

    /// Modules of kept devices, from the device inwards.
    fn modules_in_order(&self) -> Vec<(BayKey, &'a ModuleRow)> {
        let observed = self.observed;
        let keys = self.keys();
        let rows = observed.modules.values().filter_map(|row| {
            let key = (*keys.get(&row.device.id)?).to_owned();
            let place: Bay = observed.place_of(row.module_bay.id)?;
            Some(((key, place), row))
        });
        let mut rows: Vec<_> = rows.collect();
        rows.sort_by(|(a, _), (b, _)| a.cmp(b));
        rows
    }

    fn is_in_gone_card(&self, row: &ModuleRow) -> bool {
        let bay = self.observed.bays.get(&row.module_bay.id);
        let card = bay.and_then(|bay| bay.module.as_ref());
        card.is_some_and(|card| self.gone_modules.contains(&card.id))
    }
}

fn module_type_is(reference: &Reference, row: &ModuleRow) -> bool {
    match reference {
        Reference::Unknown => true,
        Reference::Known(text) => {
            let of = &row.module_type;
            means(text, &of.manufacturer.slug, &of.model)
        }
    }
}
