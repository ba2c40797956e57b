//! A blueprint as the plan's computed attributes.

use std::collections::{BTreeMap, BTreeSet};

use super::schema::{CHANGES, TOTALS};
use crate::fabric::blueprint::{Blueprint, Device};
use crate::fabric::design::Reference;
use crate::reconcile;
use crate::tf::value::Value;

/// What is computed from a blueprint alone.
pub fn of(blueprint: &Blueprint) -> BTreeMap<String, Value> {
    let counts = blueprint.switch_counts.iter().map(|(class, count)| {
        let count = Value::object([
            ("calculated", count.calculated.into()),
            ("override", count.override_quantity.into()),
            ("effective", count.effective.into()),
        ]);
        (class.as_str(), count)
    });
    let totals = &blueprint.totals;
    let totals = [
        totals.devices,
        totals.switches,
        totals.servers,
        totals.modules,
        totals.cables,
        totals.interfaces,
    ];
    let ratios = blueprint
        .oversubscription
        .iter()
        .filter_map(|(class, leaf)| Some((class.as_str(), leaf.ratio.as_deref()?)));
    BTreeMap::from([
        ("switch_counts".to_owned(), counts.collect()),
        ("totals".to_owned(), numbers(&TOTALS, &totals)),
        (
            "cabling".to_owned(),
            reconcile::cabling::of_blueprint(blueprint).into(),
        ),
        ("oversubscription".to_owned(), ratios.collect()),
        ("report".to_owned(), blueprint.report.join("\n").into()),
    ])
}

/// Ids by device, with known keys: the id of a device that stays is known.
pub fn device_ids(blueprint: &Blueprint, prior: Option<(&Value, &Blueprint)>) -> Value {
    let ids = prior.and_then(|(ids, _)| ids.as_map());
    let before: BTreeMap<&str, &Device> = prior
        .into_iter()
        .flat_map(|(_, blueprint)| &blueprint.devices)
        .map(|device| (device.name.as_str(), device))
        .collect();
    let planned = blueprint.devices.iter().map(|device| {
        let stays = before
            .get(device.name.as_str())
            .is_some_and(|old| in_place(old, device));
        let known = ids.and_then(|ids| ids.get(&device.name)).filter(|_| stays);
        (
            device.name.as_str(),
            known.cloned().unwrap_or_else(Value::unknown),
        )
    });
    planned.collect()
}

/// Whether `NetBox` keeps the device: another type means another object.
fn in_place(old: &Device, new: &Device) -> bool {
    old.key == new.key
        && old.device_type == new.device_type
        && !matches!(new.device_type, Reference::Unknown)
}

/// What one blueprint changes against the other. A cable is known by its `a` end's key; one whose
/// ends differ has moved.
pub fn change(old: Option<&Blueprint>, new: &Blueprint) -> Value {
    let nothing = Blueprint::default();
    let old = old.unwrap_or(&nothing);
    let devices = |blueprint: &Blueprint| -> BTreeSet<_> {
        blueprint
            .devices
            .iter()
            .map(|device| device.key.clone())
            .collect()
    };
    let (old_devices, new_devices) = (devices(old), devices(new));
    let old_cables: BTreeMap<_, _> = old.cables.iter().map(|c| (&c.key, (&c.a, &c.b))).collect();
    let new_cables: BTreeMap<_, _> = new.cables.iter().map(|c| (&c.key, (&c.a, &c.b))).collect();
    let moved = new_cables
        .iter()
        .filter(|(key, ends)| old_cables.get(*key).is_some_and(|e| e != *ends));
    numbers(
        &CHANGES,
        &[
            count(new_devices.difference(&old_devices).count()),
            count(old_devices.difference(&new_devices).count()),
            count(
                new_cables
                    .keys()
                    .filter(|key| !old_cables.contains_key(*key))
                    .count(),
            ),
            count(moved.count()),
            count(
                old_cables
                    .keys()
                    .filter(|key| !new_cables.contains_key(*key))
                    .count(),
            ),
        ],
    )
}

fn count(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn numbers(names: &[&str], values: &[u32]) -> Value {
    names.iter().copied().zip(values.iter().copied()).collect()
}
