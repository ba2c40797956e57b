//! What one blueprint changes against the one before.
//!
//! A device is known by class and number, a cable by what is at its `a` end, whatever they are
//! called: a name that changes adds and moves nothing.

use std::collections::{BTreeMap, BTreeSet};

use crate::fabric::blueprint::{Blueprint, Cable, CableEnd, Device};
use crate::fabric::placement::DeviceKey;

/// Numbers of devices and cables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Change {
    pub devices_added: usize,
    pub devices_removed: usize,
    pub cables_added: usize,
    /// Of cables that stay: an end is on another port.
    pub cables_moved: usize,
    pub cables_removed: usize,
}

/// The new name of each class of the old blueprint that was renamed.
fn renamed<'b>(old: &'b Blueprint, new: &'b Blueprint) -> BTreeMap<&'b str, &'b str> {
    let there: BTreeSet<&str> = old.devices.iter().map(|d| d.key.class.as_str()).collect();
    let former = new.former_classes.iter();
    former
        .filter(|(class, _)| !there.contains(class.as_str()))
        .map(|(class, formerly)| (formerly.as_str(), class.as_str()))
        .collect()
}

fn now(key: &DeviceKey, renamed: &BTreeMap<&str, &str>) -> DeviceKey {
    let class = renamed.get(key.class.as_str()).copied();
    DeviceKey {
        class: class.unwrap_or(&key.class).to_owned(),
        index: key.index,
    }
}

/// The devices of the old blueprint by what they are known by in the new one.
pub fn carried<'b>(old: &'b Blueprint, new: &'b Blueprint) -> BTreeMap<DeviceKey, &'b Device> {
    let renamed = renamed(old, new);
    let devices = old.devices.iter();
    devices
        .map(|device| (now(&device.key, &renamed), device))
        .collect()
}

/// What an end is on.
type Place<'b> = (Option<DeviceKey>, &'b str);

/// Cables by class and the rest of their key.
type Cables<'b> = BTreeMap<(&'b str, &'b str), (Place<'b>, Place<'b>)>;

/// Cables by what they are known by, with what their ends are on.
fn cables<'b>(blueprint: &'b Blueprint, renamed: &BTreeMap<&str, &str>) -> Cables<'b> {
    let keys: BTreeMap<&str, DeviceKey> = blueprint
        .devices
        .iter()
        .map(|device| (device.name.as_str(), now(&device.key, renamed)))
        .collect();
    let place = |end: &'b CableEnd| {
        let device = keys.get(end.device.as_str()).cloned();
        (device, end.interface.as_str())
    };
    let known_by = |cable: &'b Cable| cable.key.split_once('/').unwrap_or(("", &cable.key));
    let cables = blueprint.cables.iter();
    cables
        .map(|cable| (known_by(cable), (place(&cable.a), place(&cable.b))))
        .collect()
}

/// What carrying out `new` does where `old` was carried out.
pub fn between(old: &Blueprint, new: &Blueprint) -> Change {
    let renamed = renamed(old, new);
    let before = carried(old, new);
    let after: BTreeSet<&DeviceKey> = new.devices.iter().map(|device| &device.key).collect();
    let old_cables: Cables<'_> = cables(old, &renamed)
        .into_iter()
        .map(|((class, rest), ends)| ((renamed.get(class).copied().unwrap_or(class), rest), ends))
        .collect();
    let new_cables = cables(new, &BTreeMap::new());
    // A cable between the same ends is the same, whatever its zone and its attachment are called.
    let (old_cables, new_cables) = (
        without(&old_cables, &new_cables),
        without(&new_cables, &old_cables),
    );
    let moved = new_cables.intersection(&old_cables).count();
    Change {
        devices_added: after
            .iter()
            .filter(|key| !before.contains_key(**key))
            .count(),
        devices_removed: before.keys().filter(|key| !after.contains(key)).count(),
        cables_added: new_cables.len() - moved,
        cables_moved: moved,
        cables_removed: old_cables.len() - moved,
    }
}

/// Cables between ends that none of the others has.
fn without<'b>(cables: &Cables<'b>, others: &Cables<'b>) -> BTreeSet<(&'b str, &'b str)> {
    let there: BTreeSet<_> = others.values().collect();
    let cables = cables.iter().filter(|(_, ends)| !there.contains(ends));
    cables.map(|(key, _)| *key).collect()
}
