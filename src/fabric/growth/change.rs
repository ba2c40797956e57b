//! What one blueprint changes against the one before.
//!
//! A device is known by class and number, a cable by what is at its `a` end, whatever they are
//! called: a name that changes adds and moves nothing. A device that gets another type is another device.

use std::collections::{BTreeMap, BTreeSet};

use crate::fabric::blueprint::{Blueprint, Cable, CableEnd, CableKind, Device};
use crate::fabric::design::Reference;
use crate::fabric::placement::DeviceKey;

/// Numbers of devices and cables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Change {
    /// A device that is made anew for another type is added and removed.
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

/// A cable, by what it joins.
#[derive(Debug)]
struct Laid<'b> {
    ends: (Place<'b>, Place<'b>),
    kind: CableKind,
}

/// Cables by class and the rest of their key.
type Cables<'b> = BTreeMap<(&'b str, &'b str), Laid<'b>>;

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
    let laid = |cable: &'b Cable| Laid {
        ends: (place(&cable.a), place(&cable.b)),
        kind: cable.kind,
    };
    cables.map(|cable| (known_by(cable), laid(cable))).collect()
}

/// Devices that stay, as they were and as they are to be.
fn stay<'b>(
    before: &BTreeMap<DeviceKey, &'b Device>,
    new: &'b Blueprint,
) -> impl Iterator<Item = (&'b Device, &'b Device)> {
    let devices = new.devices.iter();
    devices.filter_map(|device| Some((*before.get(&device.key)?, device)))
}

/// Whether the type of a device that stays is not known yet, so that nobody can say whether it is made anew.
pub fn is_open(old: &Blueprint, new: &Blueprint) -> bool {
    let before = carried(old, new);
    stay(&before, new).any(|(_, new)| new.device_type == Reference::Unknown)
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
    let gone = without(&old_cables, &new_cables);
    let come = without(&new_cables, &old_cables);
    let moved = gone.keys().filter(|key| come.contains_key(*key)).count();
    let moved = moved + other_ports(&gone, &come);
    let retyped = stay(&before, new);
    let retyped = retyped.filter(|(old, new)| old.device_type.is_another(&new.device_type));
    let retyped = retyped.count();
    let added = after.iter().filter(|key| !before.contains_key(**key));
    let removed = before.keys().filter(|key| !after.contains(key));
    Change {
        devices_added: added.count() + retyped,
        devices_removed: removed.count() + retyped,
        cables_added: come.len() - moved,
        cables_moved: moved,
        cables_removed: gone.len() - moved,
    }
}

type Part<'c, 'b> = BTreeMap<(&'b str, &'b str), &'c Laid<'b>>;

/// Cables between ends that none of the others has.
fn without<'c, 'b>(cables: &'c Cables<'b>, others: &Cables<'b>) -> Part<'c, 'b> {
    let there: BTreeSet<_> = others.values().map(|laid| &laid.ends).collect();
    let cables = cables
        .iter()
        .filter(|(_, laid)| !there.contains(&laid.ends));
    cables.map(|(key, laid)| (*key, laid)).collect()
}

/// Links that a switch has on other ports now: of those that it asks for, as many have moved as others came
/// in their place.
fn other_ports(gone: &Part<'_, '_>, come: &Part<'_, '_>) -> usize {
    let links = |some: &Part<'_, '_>, others: &Part<'_, '_>| {
        let mut counts = BTreeMap::new();
        let links = some
            .iter()
            .filter(|(key, laid)| laid.kind != CableKind::Server && !others.contains_key(*key));
        for (_, laid) in links {
            *counts
                .entry((laid.kind, laid.ends.0.0.clone()))
                .or_insert(0) += 1;
        }
        counts
    };
    let came = links(come, gone);
    let moved = links(gone, come).into_iter().map(|(of, went)| {
        let came: usize = came.get(&of).copied().unwrap_or(0);
        came.min(went)
    });
    moved.sum()
}
