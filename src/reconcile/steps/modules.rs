//! Bays and what sits in them: made from the device inwards, a card before the bays in it; removed
//! from the outside, because `NetBox` removes with a bay its module, and with a card its bays.

use std::collections::{BTreeMap, BTreeSet};

use crate::netbox::kind::module::{MODULE, ModuleRow};
use crate::netbox::kind::module_bay::{MODULE_BAY, ModuleBayRow};

use crate::reconcile::diff::Delete;
use crate::reconcile::lower::{DesiredBay, DesiredModule};
use crate::reconcile::observed::Observed;
use crate::reconcile::payload;
use crate::reconcile::receipt::Verb;
use crate::reconcile::waves::batches;

use super::delete::doomed;
use super::{Done, Work, bodies, make};

impl Work<'_> {
    pub(super) async fn create_modules(
        &mut self,
        bays: Vec<DesiredBay>,
        modules: Vec<DesiredModule>,
    ) -> Done {
        let mut levels: BTreeMap<usize, (Vec<DesiredBay>, Vec<DesiredModule>)> = BTreeMap::new();
        for bay in bays {
            levels.entry(bay.bay.depth()).or_default().0.push(bay);
        }
        for module in modules {
            let level = levels.entry(module.bay.depth()).or_default();
            level.1.push(module);
        }
        for (bays, modules) in levels.into_values() {
            self.make_bays(&bays).await?;
            self.make_modules(&modules).await?;
        }
        Ok(())
    }

    /// Bays of one depth; the modules around them are there.
    async fn make_bays(&mut self, wishes: &[DesiredBay]) -> Done {
        if wishes.is_empty() {
            return Ok(());
        }
        let devices = self.devices_by_key();
        let cards = self.observed.modules_by_place();
        let mut parents = BTreeSet::new();
        let items = wishes.iter().filter_map(|wish| {
            let device = *devices.get(&wish.device)?;
            let card = match wish.bay.outer() {
                Some(outer) => Some(*cards.get(&(device, outer))?),
                None => None,
            };
            let body = payload::bay(wish, device, card, &self.observed.plan_id);
            parents.extend(card);
            let made = self.made(&wish.device, Some(wish.bay.name()), body);
            Some((vec![device], made))
        });
        let items = items.collect();
        self.vouch(parents, |observed| &observed.modules).await?;
        let client = self.pen.client.clone();
        let items = batches(items, client.batch_max(MODULE_BAY.write_max));
        let bays = &mut self.observed.bays;
        self.pen
            .pour(
                (Verb::Created, &MODULE_BAY),
                items,
                |made| make::<ModuleBayRow>(client.clone(), bodies(made)),
                |_, rows| bays.extend(rows.into_iter().map(|row| (row.id, row))),
            )
            .await
    }

    /// Modules of one depth; their bays are there.
    async fn make_modules(&mut self, wishes: &[DesiredModule]) -> Done {
        if wishes.is_empty() {
            return Ok(());
        }
        let devices = self.devices_by_key();
        let bays = self.observed.bays_by_place();
        let mut around = BTreeSet::new();
        let items = wishes.iter().filter_map(|wish| {
            let device = *devices.get(&wish.device)?;
            let bay = *bays.get(&(device, wish.bay.clone()))?.first()?;
            let reference = payload::known(&wish.module_type)?;
            let module_type = *self.resolved.module_types.get(reference)?;
            let body = payload::module(device, bay, module_type, &self.observed.plan_id);
            around.insert(bay);
            // NetBox counts modules on their type.
            let parents = vec![device, module_type];
            let made = self.made(&wish.device, Some(wish.bay.name()), body);
            Some((parents, made))
        });
        let items = items.collect();
        self.vouch(around, |observed| &observed.bays).await?;
        let client = self.pen.client.clone();
        let items = batches(items, client.batch_max(MODULE.write_max));
        let modules = &mut self.observed.modules;
        self.pen
            .pour(
                (Verb::Created, &MODULE),
                items,
                |made| make::<ModuleRow>(client.clone(), bodies(made)),
                |_, rows| modules.extend(rows.into_iter().map(|row| (row.id, row))),
            )
            .await
    }

    pub(super) async fn delete_bays(&mut self, deletes: &[Delete]) -> Done {
        let doomed = doomed(deletes, &self.observed.bays, |row| vec![row.device.id]);
        self.delete(doomed, Observed::forget_bay).await
    }

    /// Those that did not go with their bay.
    pub(super) async fn delete_modules(&mut self, deletes: &[Delete]) -> Done {
        let mut doomed = doomed(deletes, &self.observed.modules, |row| vec![row.device.id]);
        for (_, known) in &mut doomed {
            // Deleting interfaces of a module may write its row: what we know of its version is stale.
            known.row.forget_version();
        }
        self.delete(doomed, Observed::forget_module).await
    }
}
