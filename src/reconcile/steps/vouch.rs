//! What new objects are put on is read once more, by its id, before they are.
//!
//! `If-Match` guards what is changed or removed, and nothing guards a parent: an id that is wrong in one
//! answer would put our modules, ports or cables on something of others.

use std::collections::{BTreeMap, BTreeSet};

use crate::netbox::kind::device::DeviceRow;
use crate::reconcile::diff::ChangeSet;
use crate::reconcile::observed::Observed;
use crate::reconcile::owned::Owned;

use super::guard::changed;
use super::{Done, Work};

impl Work<'_> {
    /// For the devices below which something is to be made or changed.
    pub(super) async fn vouch_for_devices(&mut self, changes: &ChangeSet) -> Done {
        let bays = changes.bays.create.iter().map(|wish| &wish.device);
        let modules = changes.modules.create.iter().map(|wish| &wish.device);
        let ports = changes.interfaces.create.iter().map(|wish| &wish.device);
        let moved = changes.moves.iter().map(|cable| &cable.wish);
        let cables = changes.cables.create.iter().chain(moved);
        let ends = cables.flat_map(|wish| [&wish.a.0, &wish.b.0]);
        let ids = self.devices_by_key();
        let parents = bays.chain(modules).chain(ports).chain(ends);
        let parents = parents.filter_map(|key| ids.get(key).copied());
        let updates = changes.interfaces.update.iter().map(|update| update.id);
        let ids: BTreeSet<u64> = parents.chain(self.device_ids(updates)).collect();
        self.vouch::<DeviceRow>(ids, |observed| &observed.devices)
            .await
    }

    /// Nothing is done unless each of these objects is, once more, said to be what we know.
    pub(super) async fn vouch<R: Owned>(
        &self,
        ids: BTreeSet<u64>,
        table: impl Fn(&Observed) -> &BTreeMap<u64, R>,
    ) -> Done {
        let mut known = table(self.observed).clone();
        known.retain(|id, _| ids.contains(id));
        let ids: Vec<u64> = ids.into_iter().collect();
        let fresh: Vec<R> = self.pen.client.list_by_ids("id", &ids).await?;
        let fresh: BTreeMap<u64, R> = fresh.into_iter().map(|row| (row.id(), row)).collect();
        let is_same = |id: &u64| {
            let both = known.get(id).zip(fresh.get(id));
            both.is_some_and(|(known, fresh)| known.is_same_as(fresh))
        };
        if ids.iter().all(is_same) {
            Ok(())
        } else {
            Err(changed::<R>())
        }
    }
}
