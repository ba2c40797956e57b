//! Pure: what differs between what has to be and what is, in the fields that we own.
//!
//! Nothing of others is in a [`ChangeSet`] except as a [`Conflict`]: only what carries the plan's
//! marker is deleted, only rows of our devices are changed.
//!
//! | file | what it compares |
//! |---|---|
//! | `devices` | devices: kept, made anew, or not ours to keep |
//! | `modules` | what sits in their bays, and in the bays of cards |
//! | `bays` | what modules sit in |
//! | `interfaces` | their ports, of templates and of our own |
//! | `cables` | cables by their ends, then by their keys, and those of others that are in the way |
//! | `conflict` | what of others stands in the way, in words |
//! | `difference` | one field that differs, in words |

mod bays;
mod cables;
mod conflict;
mod devices;
mod difference;
mod interfaces;
mod modules;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::netbox::kind::device::DeviceRow;
use crate::netbox::kind::interface::InterfaceRow;

use super::lower::{
    Desired, DesiredBay, DesiredCable, DesiredDevice, DesiredInterface, DesiredModule, PartKey,
};
use super::observed::Observed;

pub use conflict::Conflict;
pub use difference::{Difference, Field};

/// A change of some fields of one object.
#[derive(Debug, Clone, PartialEq)]
pub struct Update {
    pub id: u64,
    /// What a person calls it.
    pub label: String,
    /// As `NetBox` takes them; related objects by natural key.
    pub fields: Map<String, Value>,
    /// Field by field, as far as values were compared.
    pub differences: Vec<Difference>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delete {
    pub id: u64,
    pub label: String,
}

/// A cable of ours that is on other ports than it has to be. It is the same cable, with all that others have
/// noted of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Move {
    /// Fields that differ besides.
    pub update: Update,
    /// Where it has to be.
    pub wish: DesiredCable,
}

/// Four lists for one kind. `unchanged` proves that we looked.
#[derive(Debug, Clone, PartialEq)]
pub struct Changes<C> {
    /// Desired, and not there.
    pub create: Vec<C>,
    /// There, with other values in fields that we own.
    pub update: Vec<Update>,
    /// There, ours, and not desired.
    pub delete: Vec<Delete>,
    pub unchanged: usize,
}

impl<C> Default for Changes<C> {
    fn default() -> Self {
        Self {
            create: Vec::new(),
            update: Vec::new(),
            delete: Vec::new(),
            unchanged: 0,
        }
    }
}

impl<C> Changes<C> {
    fn len(&self) -> usize {
        self.create.len() + self.update.len() + self.delete.len()
    }
}

/// Everything to do. Empty: nothing.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ChangeSet {
    pub devices: Changes<DesiredDevice>,
    /// Of devices that are there: those of new ones are known when these are.
    pub bays: Changes<DesiredBay>,
    /// Also modules whose bay goes.
    pub modules: Changes<DesiredModule>,
    pub interfaces: Changes<DesiredInterface>,
    pub cables: Changes<DesiredCable>,
    pub moves: Vec<Move>,
    pub conflicts: Vec<Conflict>,
}

impl ChangeSet {
    pub fn is_empty(&self) -> bool {
        self.len() == 0 && self.conflicts.is_empty()
    }

    /// Number of objects to write.
    pub fn len(&self) -> usize {
        let Self {
            devices,
            bays,
            modules,
            interfaces,
            cables,
            moves,
            conflicts: _,
        } = self;
        devices.len() + bays.len() + modules.len() + interfaces.len() + cables.len() + moves.len()
    }
}

/// Devices that go: their names by id.
pub(super) fn gone(changes: &ChangeSet) -> BTreeMap<u64, String> {
    let gone = changes.devices.delete.iter();
    gone.map(|gone| (gone.id, gone.label.clone())).collect()
}

/// Ports that go while their device stays, by themselves or with their card: their labels by id.
pub(super) fn gone_ports(changes: &ChangeSet, observed: &Observed) -> BTreeMap<u64, String> {
    let cards: BTreeSet<u64> = changes.modules.delete.iter().map(|gone| gone.id).collect();
    let with_cards = observed.interfaces.values().filter(|row| {
        let card = row.module.as_ref();
        card.is_some_and(|card| cards.contains(&card.id))
    });
    let with_cards = with_cards.map(|row| (row.id, observed.interface_label(row.id)));
    let alone = changes.interfaces.delete.iter();
    let alone = alone.map(|gone| (gone.id, gone.label.clone()));
    with_cards.chain(alone).collect()
}

/// What turns `observed` into `desired`.
pub fn diff(desired: &Desired, observed: &Observed) -> ChangeSet {
    let mut state = Differ {
        desired,
        observed,
        changes: ChangeSet::default(),
        devices: BTreeMap::new(),
        gone_devices: BTreeSet::new(),
        gone_modules: BTreeSet::new(),
        gone_interfaces: BTreeSet::new(),
        interfaces: BTreeMap::new(),
    };
    state.devices();
    state.modules();
    state.bays();
    state.interfaces();
    state.cables();
    state.foreign_cables();
    state.changes
}

/// One comparison: what it found so far decides what comes later.
struct Differ<'a> {
    desired: &'a Desired,
    observed: &'a Observed,
    changes: ChangeSet,
    /// Kept devices by key.
    devices: BTreeMap<&'a str, &'a DeviceRow>,
    gone_devices: BTreeSet<u64>,
    gone_modules: BTreeSet<u64>,
    gone_interfaces: BTreeSet<u64>,
    /// Kept interfaces of kept devices by device key and name.
    interfaces: BTreeMap<PartKey, &'a InterfaceRow>,
}

impl<'a> Differ<'a> {
    /// Keys of kept devices by id.
    fn keys(&self) -> BTreeMap<u64, &'a str> {
        let kept = self.devices.iter();
        kept.map(|(key, row)| (row.id, *key)).collect()
    }
}
