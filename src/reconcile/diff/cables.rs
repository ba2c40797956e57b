//! Cables by their ends. One that is left and has the key of one that is missing is moved.

use std::collections::{BTreeMap, BTreeSet};

use crate::fabric::name::cage_of;
use crate::netbox::kind::cable::CableRow;
use crate::netbox::kind::interface::InterfaceRow;
use crate::reconcile::draft::Draft;
use crate::reconcile::fields;
use crate::reconcile::lower::{DesiredCable, PartKey};
use crate::reconcile::observed::key_of;

use super::{Conflict, Delete, Differ, Move};

impl Differ<'_> {
    pub(super) fn cables(&mut self) {
        let names: BTreeMap<u64, &PartKey> = self
            .interfaces
            .iter()
            .map(|(part, row)| (row.id, part))
            .collect();
        let by_ends: BTreeMap<(&PartKey, &PartKey), &DesiredCable> = self
            .desired
            .cables
            .values()
            .map(|cable| ((&cable.a, &cable.b), cable))
            .collect();
        let ends = self.observed.ends();
        let mut found: BTreeSet<&str> = BTreeSet::new();
        let mut left = Vec::new();
        for row in self.observed.cables.values() {
            let (a, b) = ends.get(&row.id).copied().unwrap_or_default();
            let part = |end: Option<u64>| end.and_then(|id| names.get(&id).copied());
            let wish = part(a).zip(part(b)).and_then(|pair| by_ends.get(&pair));
            let label = format!(
                "cable {} ({})",
                row.id,
                key_of(&row.custom_fields).unwrap_or("no key")
            );
            let Some(wish) = wish.filter(|wish| found.insert(&wish.key)) else {
                left.push((row, label));
                continue;
            };
            let mut update = Draft::new(row.id, label);
            self.cable_fields(wish, row, &mut update);
            update.finish(&mut self.changes.cables);
        }
        let wishes = self.desired.cables.values();
        let missing = wishes.filter(|wish| !found.contains(wish.key.as_str()));
        let missing = missing.map(|wish| (wish.key.as_str(), wish)).collect();
        self.moves(left, missing);
    }

    /// Cables whose ends are not wanted, and wishes without a cable.
    fn moves(
        &mut self,
        left: Vec<(&CableRow, String)>,
        mut missing: BTreeMap<&str, &DesiredCable>,
    ) {
        for (row, label) in left {
            let wish = key_of(&row.custom_fields).and_then(|key| missing.remove(key));
            let Some(wish) = wish else {
                let delete = Delete { id: row.id, label };
                self.changes.cables.delete.push(delete);
                continue;
            };
            let mut update = Draft::new(row.id, label);
            self.cable_fields(wish, row, &mut update);
            self.changes.moves.push(Move {
                update: update.into_update(),
                wish: wish.clone(),
            });
        }
        let missing = missing.into_values().cloned();
        self.changes.cables.create.extend(missing);
    }

    fn cable_fields(&self, wish: &DesiredCable, row: &CableRow, update: &mut Draft) {
        let target = &self.desired.target;
        if target.write_status {
            update.text(
                "status",
                row.status.as_ref().map(|s| s.value.as_str()),
                target.status.cable_word(),
            );
        }
        update.tags(
            row.tags.iter().map(|tag| tag.slug.as_str()),
            self.wanted_tags(),
            &self.desired.target.released.tags,
        );
        update.custom_fields(&row.custom_fields, &wish.custom_fields);
    }

    /// Cages of switches that carry cables, each with a port in it that does.
    fn cages(&self) -> BTreeMap<(&str, &str), &PartKey> {
        let ends = self.desired.cables.values();
        let ends = ends.flat_map(|cable| [&cable.a, &cable.b]);
        let of_switches = ends.filter(|end| {
            let wish = self.desired.interfaces.get(*end);
            wish.is_some_and(|wish| wish.custom_fields.contains_key(fields::PHYSICAL_PORT))
        });
        of_switches.map(|end| (cage(end), end)).collect()
    }

    /// Cables of others on ports that we need, or that we would delete under them.
    pub(super) fn foreign_cables(&mut self) {
        let moved = self.changes.moves.iter().map(|cable| &cable.wish);
        let wanted: BTreeSet<&PartKey> = self
            .changes
            .cables
            .create
            .iter()
            .chain(moved)
            .flat_map(|cable| [&cable.a, &cable.b])
            .collect();
        let mut conflicts = Vec::new();
        let foreign = |row: &InterfaceRow| {
            row.cable
                .as_ref()
                .map(|cable| cable.id)
                .filter(|id| !self.observed.cables.contains_key(id))
        };
        let cages = self.cages();
        for (part, row) in &self.interfaces {
            let Some(cable) = foreign(row) else { continue };
            let taken = self.observed.interface_label(row.id);
            if wanted.contains(part) {
                conflicts.push(Conflict::CableOnPort { port: taken, cable });
            } else if let Some(port) = cages.get(&cage(part)).filter(|end| excludes(end, part)) {
                let port = self.desired.called(&port.0, Some(&port.1));
                conflicts.push(Conflict::CableInCage { port, taken, cable });
            }
        }
        for id in &self.gone_interfaces {
            if let Some(cable) = self.observed.interfaces.get(id).and_then(foreign) {
                conflicts.push(Conflict::CableOnRemovedPort {
                    port: self.observed.interface_label(*id),
                    cable,
                });
            }
        }
        self.changes.conflicts.extend(conflicts);
    }
}

/// Device and cage of a switch's port: `E1/4` of `E1/4`, and of `E1/4/1`.
fn cage(part: &PartKey) -> (&str, &str) {
    (&part.0, cage_of(&part.1))
}

/// Whether two ports of one cage cannot be at once: one is the cage as a whole, and one a lane of it. Two lanes
/// can.
fn excludes(one: &PartKey, other: &PartKey) -> bool {
    let is_whole = |part: &PartKey| cage(part).1 == part.1;
    is_whole(one) != is_whole(other)
}
