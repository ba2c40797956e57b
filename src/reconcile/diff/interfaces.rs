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
        let renamed = self.renamed_ports(&keys);
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
    /// What another plan marked, and where two are or two are missing, it stays as it is.
    fn renamed_ports(&self, keys: &BTreeMap<u64, &str>) -> BTreeMap<u64, String> {
        let rows = || self.observed.interfaces.values();
        let part =
            |row: &InterfaceRow| Some(((*keys.get(&row.device.id)?).to_owned(), row.name.clone()));
        let there: BTreeSet<PartKey> = rows().filter_map(part).collect();
        let mut missing: BTreeMap<Spot, Vec<&DesiredInterface>> = BTreeMap::new();
        let wishes = self.desired.interfaces.iter();
        for (_, wish) in wishes.filter(|(part, _)| !there.contains(*part)) {
            if let Some(spot) = spot_of_wish(wish) {
                missing.entry(spot).or_default().push(wish);
            }
        }
        if missing.is_empty() {
            return BTreeMap::new();
        }
        let cards = self.observed.modules_by_place().into_iter();
        let cards: BTreeMap<u64, Bay> = cards.map(|((_, bay), card)| (card, bay)).collect();
        let mut claims: BTreeMap<Spot, Vec<&InterfaceRow>> = BTreeMap::new();
        for row in rows() {
            let asked = part(row).is_none_or(|part| self.desired.interfaces.contains_key(&part));
            let key = keys.get(&row.device.id).filter(|_| !asked);
            if let Some(spot) = key.and_then(|key| spot_of_row(key, row, &cards)) {
                claims.entry(spot).or_default().push(row);
            }
        }
        let renamed = claims.into_iter().filter_map(|(spot, rows)| {
            let ([wish], [row]) = (&missing.get(&spot)?[..], &rows[..]) else {
                return None;
            };
            let ours = match wish.origin {
                Origin::Breakout { .. } | Origin::Module { .. } => {
                    self.observed.made_interface(row)
                }
                Origin::Template => !is_marked(row),
            };
            ours.then(|| (row.id, wish.name.clone()))
        });
        renamed.collect()
    }
}

/// Where a port is, whatever it is called: a device's key, and there a card, or a cage with its lane.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Spot {
    Card(String, Bay),
    Cage(String, [String; 2]),
}

fn spot_of_wish(wish: &DesiredInterface) -> Option<Spot> {
    let key = wish.device.clone();
    if let Origin::Module { bay } = &wish.origin {
        return Some(Spot::Card(key, Bay::top(bay)));
    }
    place(|name| wish.custom_fields.get(name)).map(|place| Spot::Cage(key, place))
}

/// `cards` are the bays of the modules by id.
fn spot_of_row(key: &str, row: &InterfaceRow, cards: &BTreeMap<u64, Bay>) -> Option<Spot> {
    let key = key.to_owned();
    if let Some(card) = &row.module {
        let bay = cards.get(&card.id)?.clone();
        return Some(Spot::Card(key, bay));
    }
    place(|name| row.custom_fields.get(name)).map(|place| Spot::Cage(key, place))
}

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
