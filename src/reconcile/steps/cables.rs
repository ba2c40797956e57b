//! Cables. One that moves is the same one on other ports, with what others have noted of it.
//!
//! First ends are freed that others need or that go, and last all are given: whatever comes in between finds no
//! cable in its way, and swaps and cycles are nothing special. A run that ends in between leaves cables without
//! ends, which the next one knows by their keys. Most cables move to ports that are free, in one write.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::netbox::kind::cable::{CABLE, CableRow};
use crate::reconcile::diff::{
    ChangeSet, Changes, Difference, Field, Move, Update, gone, gone_ports,
};
use crate::reconcile::lower::{DesiredCable, PartKey};
use crate::reconcile::observed::{Observed, key_of};
use crate::reconcile::payload;
use crate::reconcile::receipt::Verb;
use crate::reconcile::waves::batches;

use super::delete::doomed;
use super::{Done, Work, bodies, make};

impl Work<'_> {
    pub(in crate::reconcile) async fn delete_cables(
        &mut self,
        changes: &Changes<DesiredCable>,
    ) -> Done {
        let ends = self.observed.ends();
        let doomed = doomed(&changes.delete, &self.observed.cables, |row| {
            let (a, b) = ends.get(&row.id).copied().unwrap_or_default();
            [a, b].into_iter().flatten().collect()
        });
        self.delete(doomed, Observed::forget_cable).await
    }

    /// Frees the ends of cables that cannot move in one write. One that has none was left by a run before this
    /// one.
    pub(super) async fn detach_cables(&mut self, changes: &ChangeSet) -> Done {
        let ends = self.observed.ends();
        let waiting = self.waiting(changes);
        let plugged = changes.moves.iter().map(|cable| &cable.update);
        let plugged =
            plugged.filter(|update| ends.contains_key(&update.id) && waiting.contains(&update.id));
        let updates: Vec<Update> = plugged
            .map(|update| replugged(update.clone(), None))
            .collect();
        let parents = |_: &Self, id| {
            let (a, b) = ends.get(&id).copied().unwrap_or_default();
            [a, b].into_iter().flatten().collect()
        };
        self.write(
            Verb::Detached,
            &updates,
            parents,
            cables,
            |observed, row| {
                observed.detach_cable(row.id);
                observed.cables.insert(row.id, row);
            },
        )
        .await
    }

    pub(super) async fn attach_cables(&mut self, moves: &[Move]) -> Done {
        let ports = self.ports_by_part();
        let ends = moves.iter().filter_map(|cable| {
            let ends = plugs(&cable.wish, &ports)?;
            Some((cable.update.id, ends))
        });
        let ends: BTreeMap<u64, (u64, u64)> = ends.collect();
        let updates = moves.iter().filter_map(|cable| {
            let ends = *ends.get(&cable.update.id)?;
            Some(replugged(cable.update.clone(), Some(ends)))
        });
        let updates: Vec<Update> = updates.collect();
        let all = ends.values().flat_map(|(a, b)| [*a, *b]).collect();
        self.vouch(all, |observed| &observed.interfaces).await?;
        let parents = |_: &Self, id| {
            let ends = ends.get(&id);
            ends.map(|(a, b)| vec![*a, *b]).unwrap_or_default()
        };
        self.write(
            Verb::Attached,
            &updates,
            parents,
            cables,
            |observed, row: CableRow| {
                if let Some((a, b)) = ends.get(&row.id) {
                    observed.detach_cable(row.id);
                    observed.remember_cable(row, *a, *b);
                }
            },
        )
        .await
    }

    pub(super) async fn create_cables(&mut self, wishes: &[DesiredCable]) -> Done {
        let Some(tag) = self.observed.tag.as_ref().map(|tag| tag.id) else {
            return Ok(());
        };
        let ports = self.ports_by_part();
        let mut ends = BTreeSet::new();
        let items = wishes.iter().filter_map(|wish| {
            let (a, b) = plugs(wish, &ports)?;
            ends.extend([a, b]);
            // Two cables never share an interface, and writing them does not touch the devices'
            // rows: batches of cables may run side by side.
            let body = payload::cable(wish, a, b, self.desired, self.resolved, tag);
            let far = self.desired.called(&wish.b.0, Some(&wish.b.1));
            let part = format!("{} -- {far}", wish.a.1);
            let made = self.made(&wish.a.0, Some(&part), body);
            Some((vec![a, b], (a, b, made)))
        });
        let items = items.collect();
        self.vouch(ends, |observed| &observed.interfaces).await?;
        let client = self.pen.client.clone();
        let items = batches(items, client.batch_max(CABLE.write_max));
        let observed = &mut *self.observed;
        self.pen
            .pour(
                (Verb::Created, &CABLE),
                items,
                |items| {
                    make::<CableRow>(
                        client.clone(),
                        bodies(items.iter().map(|(_, _, made)| made)),
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

    /// Cables whose ports go, or are wanted by others, and those whose new ports are not free yet.
    fn waiting(&self, changes: &ChangeSet) -> BTreeSet<u64> {
        let ports = self.ports_by_part();
        let ends = self.observed.ends();
        let going = gone_with(changes, self.observed);
        let moved = changes.moves.iter().map(|cable| &cable.wish);
        let wishes = moved.chain(&changes.cables.create);
        let wanted = wishes.filter_map(|wish| Some((wish.key.as_str(), plugs(wish, &ports)?)));
        let mut wanted_by: BTreeMap<u64, &str> = BTreeMap::new();
        for (key, (a, b)) in wanted {
            wanted_by.extend([(a, key), (b, key)]);
        }
        let holder = |port: u64| {
            let row = self.observed.interfaces.get(&port);
            row.and_then(|row| Some(row.cable.as_ref()?.id))
        };
        let is_direct = |cable: &&Move| {
            let (id, key) = (cable.update.id, cable.wish.key.as_str());
            let (a, b) = ends.get(&id).copied().unwrap_or_default();
            let kept = |port: u64| {
                let wanted = wanted_by.get(&port).is_some_and(|by| *by != key);
                !wanted && !going.contains(&port)
            };
            let free = |port: u64| holder(port).is_none_or(|by| by == id) && !going.contains(&port);
            let new = plugs(&cable.wish, &ports);
            [a, b].into_iter().flatten().all(kept) && new.is_some_and(|(a, b)| free(a) && free(b))
        };
        let waiting = changes.moves.iter().filter(|cable| !is_direct(cable));
        waiting.map(|cable| cable.update.id).collect()
    }

    fn ports_by_part(&self) -> BTreeMap<PartKey, u64> {
        let rows = self.observed.interfaces.values();
        let named = rows.filter_map(|row| {
            let key = key_of(&self.observed.devices.get(&row.device.id)?.custom_fields)?;
            Some(((key.to_owned(), row.name.clone()), row.id))
        });
        named.collect()
    }
}

fn cables(observed: &mut Observed) -> &mut BTreeMap<u64, CableRow> {
    &mut observed.cables
}

/// Ports that go: by themselves, with their card or with their device.
fn gone_with(changes: &ChangeSet, observed: &Observed) -> BTreeSet<u64> {
    let devices = gone(changes);
    let of_devices = observed.interfaces.values();
    let of_devices = of_devices.filter(|row| devices.contains_key(&row.device.id));
    let alone = gone_ports(changes, observed).into_keys();
    alone.chain(of_devices.map(|row| row.id)).collect()
}

/// Interfaces of a cable's ends. A cable to one that does not exist is a 500 that loses the whole batch.
fn plugs(wish: &DesiredCable, ports: &BTreeMap<PartKey, u64>) -> Option<(u64, u64)> {
    Some((*ports.get(&wish.a)?, *ports.get(&wish.b)?))
}

/// The ends besides what else differs. The plan's tag is among it where somebody took it off: a cable without ends
/// is found by that alone.
fn replugged(mut update: Update, ends: Option<(u64, u64)>) -> Update {
    update.differences.push(Difference {
        field: Field::named("ends"),
        found: Value::Null,
        wish: ends.map_or(Value::Null, |(a, b)| json!([a, b])),
    });
    update.fields.extend(payload::plugged(ends));
    update
}
