//! Interfaces by their device and name: those of templates are dressed and undressed, those that we
//! made come and go. One that somebody renamed is known by its place on the switch.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::fabric::blueprint::Origin;
use crate::netbox::kind::interface::InterfaceRow;
use crate::reconcile::bay::Bay;
use crate::reconcile::draft::Draft;
use crate::reconcile::fields;
use crate::reconcile::lower::{DesiredInterface, PartKey};

use super::{Delete, Differ};

impl Differ<'_> {
    pub(super) fn interfaces(&mut self) {
        let keys = self.keys();
        let mut renamed = self.renamed_ports(&keys);
        renamed.extend(self.renamed_on_cards(&keys));
        for row in self.observed.interfaces.values() {
            let module_gone = row
                .module
                .as_ref()
                .is_some_and(|module| self.gone_modules.contains(&module.id));
            let Some(key) = keys.get(&row.device.id).filter(|_| !module_gone) else {
                self.gone_interfaces.insert(row.id);
                continue;
            };
            let name = renamed.get(&row.id).unwrap_or(&row.name);
            let part = ((*key).to_owned(), name.clone());
            let label = self.observed.interface_label(row.id);
            match self.desired.interfaces.get(&part) {
                Some(wish) => {
                    let mut update = Draft::new(row.id, label);
                    interface_fields(wish, row, &mut update);
                    update.finish(&mut self.changes.interfaces);
                    self.interfaces.insert(part, row);
                }
                None if self.observed.made_interface(row) => {
                    self.gone_interfaces.insert(row.id);
                    self.changes
                        .interfaces
                        .delete
                        .push(Delete { id: row.id, label });
                }
                // Another plan's port on a device that was taken over.
                None if is_marked(row) => drop(self.interfaces.insert(part, row)),
                None => {
                    let mut update = Draft::new(row.id, label);
                    undress(row, &mut update);
                    if !update.is_empty() {
                        update.finish(&mut self.changes.interfaces);
                    }
                    self.interfaces.insert(part, row);
                }
            }
        }
        for (part, wish) in &self.desired.interfaces {
            // The type of a device that is not there yet brings its own: they are read back first.
            let comes_by_itself =
                wish.origin == Origin::Template && !self.devices.contains_key(part.0.as_str());
            if !self.interfaces.contains_key(part) && !comes_by_itself {
                self.changes.interfaces.create.push(wish.clone());
            }
        }
    }

    /// Ports whose name nobody asks for, and that are where one is missing that is to be there: its name, by id.
    /// What another plan marked, and what two say they are, stays as it is.
    fn renamed_ports(&self, keys: &BTreeMap<u64, &str>) -> BTreeMap<u64, String> {
        let rows = || self.observed.interfaces.values();
        let part =
            |row: &InterfaceRow| Some(((*keys.get(&row.device.id)?).to_owned(), row.name.clone()));
        let there: BTreeSet<PartKey> = rows().filter_map(part).collect();
        let wishes = self.desired.interfaces.iter();
        let missing = wishes.filter(|(part, _)| !there.contains(*part));
        let missing: BTreeMap<Spot<'_>, &DesiredInterface> = missing
            .filter_map(|(part, wish)| {
                let place = place(|name| wish.custom_fields.get(name))?;
                Some(((part.0.as_str(), place), wish))
            })
            .collect();
        if missing.is_empty() {
            return BTreeMap::new();
        }
        let mut claims: BTreeMap<Spot<'_>, Vec<&InterfaceRow>> = BTreeMap::new();
        for row in rows() {
            let asked = part(row).is_none_or(|part| self.desired.interfaces.contains_key(&part));
            let place = place(|name| row.custom_fields.get(name)).filter(|_| !asked);
            if let (Some(place), Some(key)) = (place, keys.get(&row.device.id)) {
                claims.entry((*key, place)).or_default().push(row);
            }
        }
        let renamed = claims.into_iter().filter_map(|(spot, rows)| {
            let wish = missing.get(&spot)?;
            let [row] = rows[..] else { return None };
            let ours = match wish.origin {
                Origin::Breakout { .. } => self.observed.made_interface(row),
                Origin::Template | Origin::Module { .. } => !is_marked(row),
            };
            ours.then(|| (row.id, wish.name.clone()))
        });
        renamed.collect()
    }

    /// The same of ports of cards, which have no cage: the one that nobody asks for on a card that lacks one.
    fn renamed_on_cards(&self, keys: &BTreeMap<u64, &str>) -> BTreeMap<u64, String> {
        let ids: BTreeMap<&str, u64> = keys.iter().map(|(id, key)| (*key, *id)).collect();
        let cards = self.observed.modules_by_place();
        let rows = || self.observed.interfaces.values();
        let there: BTreeSet<(u64, &str)> = rows().map(|row| (row.device.id, &*row.name)).collect();
        let mut missing: BTreeMap<u64, Vec<&str>> = BTreeMap::new();
        for wish in self.desired.interfaces.values() {
            let Origin::Module { bay } = &wish.origin else {
                continue;
            };
            let Some(device) = ids.get(wish.device.as_str()) else {
                continue;
            };
            let card = cards.get(&(*device, Bay::top(bay)));
            let lacks = !there.contains(&(*device, wish.name.as_str()));
            if let Some(card) = card.filter(|_| lacks) {
                missing.entry(*card).or_default().push(&wish.name);
            }
        }
        let mut spare: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
        for row in rows().filter(|_| !missing.is_empty()) {
            let card = row.module.as_ref().map(|module| module.id);
            let part = keys
                .get(&row.device.id)
                .map(|key| ((*key).to_owned(), row.name.clone()));
            let asked = part.is_none_or(|part| self.desired.interfaces.contains_key(&part));
            if let Some(card) = card.filter(|_| !asked && self.observed.made_interface(row)) {
                spare.entry(card).or_default().push(row.id);
            }
        }
        let renamed = missing.into_iter().filter_map(|(card, names)| {
            match (names.as_slice(), spare.get(&card)?.as_slice()) {
                ([name], [row]) => Some((*row, (*name).to_owned())),
                _ => None,
            }
        });
        renamed.collect()
    }
}

/// A device's key, and cage and lane on it.
type Spot<'k> = (&'k str, [String; 2]);

/// Cage and lane, by custom fields.
fn place<'v>(field: impl Fn(&'static str) -> Option<&'v Value>) -> Option<[String; 2]> {
    let written = |value: &&Value| !value.is_null();
    let cage = field(fields::PHYSICAL_PORT).filter(written)?;
    let lane = field(fields::BREAKOUT_INDEX).filter(written);
    Some([
        cage.to_string(),
        lane.map_or_else(String::new, Value::to_string),
    ])
}

fn is_marked(row: &InterfaceRow) -> bool {
    let marker = row.custom_fields.get(fields::PLAN_ID);
    marker.is_some_and(|value| !value.is_null())
}

fn interface_fields(wish: &DesiredInterface, row: &InterfaceRow, update: &mut Draft) {
    update.text("name", Some(&row.name), &wish.name);
    if let Some(interface_type) = &wish.interface_type {
        update.text("type", Some(&row.interface_type.value), interface_type);
    }
    if wish.owns_enabled && wish.enabled != row.enabled {
        update.set("enabled", &json!(row.enabled), json!(wish.enabled));
    }
    update.custom_fields(&row.custom_fields, &wish.custom_fields);
}

/// Takes back what we set on an interface of a template that is no longer used.
fn undress(row: &InterfaceRow, update: &mut Draft) {
    let ours = [fields::ZONE, fields::PHYSICAL_PORT, fields::BREAKOUT_INDEX];
    let dressed = |name: &str| {
        row.custom_fields
            .get(name)
            .is_some_and(|value| !value.is_null())
    };
    if !ours.into_iter().any(dressed) {
        return;
    }
    if dressed(fields::PHYSICAL_PORT) && !row.enabled {
        update.set("enabled", &json!(false), json!(true));
    }
    update.custom_fields(
        &row.custom_fields,
        &ours.into_iter().map(|name| (name, Value::Null)).collect(),
    );
}
