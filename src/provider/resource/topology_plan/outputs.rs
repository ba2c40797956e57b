//! A blueprint as the plan's computed attributes.

use std::collections::{BTreeMap, BTreeSet};

use super::schema::{CHANGES, TOTALS};
use crate::fabric::blueprint::{Blueprint, Device, Oversubscription};
use crate::fabric::design::Reference;
use crate::fabric::growth::change;
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
    BTreeMap::from([
        ("switch_counts".to_owned(), counts.collect()),
        ("totals".to_owned(), numbers(&TOTALS, &totals)),
        (
            "cabling".to_owned(),
            reconcile::cabling::of_blueprint(blueprint).into(),
        ),
        (
            "oversubscription".to_owned(),
            ratios(&blueprint.oversubscription),
        ),
        (
            "fabric_oversubscription".to_owned(),
            ratios(&blueprint.fabric_oversubscription),
        ),
        ("report".to_owned(), blueprint.report.join("\n").into()),
    ])
}

/// Those that have uplinks.
fn ratios(all: &BTreeMap<String, Oversubscription>) -> Value {
    let known = all.iter();
    known
        .filter_map(|(name, ratio)| Some((name.as_str(), ratio.ratio.as_deref()?)))
        .collect()
}

/// Ids by device, with known keys: the id of a device that stays is known.
pub fn device_ids(blueprint: &Blueprint, prior: Option<(&Value, &Blueprint)>) -> Value {
    let ids = prior.and_then(|(ids, _)| ids.as_map());
    let before = prior.map_or_else(BTreeMap::new, |(_, old)| change::carried(old, blueprint));
    let planned = blueprint.devices.iter().map(|device| {
        let old = before.get(&device.key).filter(|old| in_place(old, device));
        let known = old.and_then(|old| ids?.get(&old.name));
        (
            device.name.as_str(),
            known.cloned().unwrap_or_else(Value::unknown),
        )
    });
    planned.collect()
}

/// Whether `NetBox` keeps the device: another type means another object.
fn in_place(old: &Device, new: &Device) -> bool {
    old.device_type == new.device_type && !matches!(new.device_type, Reference::Unknown)
}

/// What one blueprint changes against the other.
pub fn last_change(old: Option<&Blueprint>, new: &Blueprint) -> Value {
    let nothing = Blueprint::default();
    let change = change::between(old.unwrap_or(&nothing), new);
    let numbers_of = [
        change.devices_added,
        change.devices_removed,
        change.cables_added,
        change.cables_moved,
        change.cables_removed,
    ];
    numbers(&CHANGES, &numbers_of.map(count))
}

/// As [`last_change`], against a state of which no more is known than names: a cable is known by the
/// port of its `a` end.
pub fn change_of_names(old: &Value, new: &Blueprint) -> Value {
    let ids = old.get("device_ids").as_map();
    let old_devices = ids.map(|ids| ids.keys().cloned().collect());
    let new_devices = new.devices.iter().map(|device| device.name.clone());
    let text = reconcile::cabling::of_blueprint(new);
    let new_cabling = text.iter().map(|(device, lines)| (device, lines.as_str()));
    let old_cabling = old.get("cabling").as_map().into_iter().flatten();
    let old_cabling = old_cabling.filter_map(|(device, lines)| Some((device, lines.as_str()?)));
    let (old_devices, new_devices): (BTreeSet<_>, BTreeSet<_>) =
        (old_devices.unwrap_or_default(), new_devices.collect());
    let (old_cables, new_cables) = (ends(old_cabling), ends(new_cabling));
    let lacking = |cables: &Ends<'_>, others: &Ends<'_>| {
        let lacks = |key: &&(&str, &str)| !others.contains_key(*key);
        cables.keys().filter(lacks).count()
    };
    let moved =
        |(key, end): &(&(&str, &str), &&str)| old_cables.get(*key).is_some_and(|old| old != *end);
    let counts = [
        new_devices.difference(&old_devices).count(),
        old_devices.difference(&new_devices).count(),
        lacking(&new_cables, &old_cables),
        new_cables.iter().filter(moved).count(),
        lacking(&old_cables, &new_cables),
    ];
    numbers(&CHANGES, &counts.map(count))
}

/// Device and port to the far end.
type Ends<'t> = BTreeMap<(&'t str, &'t str), &'t str>;

/// Device and port to what is at the other end, from lines of `cabling`.
fn ends<'t>(cabling: impl Iterator<Item = (&'t String, &'t str)>) -> Ends<'t> {
    let lines = cabling.flat_map(|(device, text)| text.lines().map(move |line| (device, line)));
    lines
        .filter_map(|(device, line)| {
            let (port, far) = line.split_once(" -- ")?;
            Some(((device.as_str(), port), far))
        })
        .collect()
}

fn count(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn numbers(names: &[&str], values: &[u32]) -> Value {
    names.iter().copied().zip(values.iter().copied()).collect()
}
