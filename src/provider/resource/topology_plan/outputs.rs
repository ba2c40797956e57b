//! A blueprint as the plan's computed attributes.

use std::collections::{BTreeMap, BTreeSet};

use super::schema::{CHANGES, TOTALS};
use crate::fabric::blueprint::{Blueprint, Device, Oversubscription};
use crate::fabric::design::Reference;
use crate::fabric::growth::change;
use crate::reconcile::lower::key_of;
use crate::reconcile::{self, Seen};
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

/// What one blueprint changes against the other; unknown while the type of a device that stays is.
pub fn last_change(old: Option<&Blueprint>, new: &Blueprint) -> Value {
    let nothing = Blueprint::default();
    let old = old.unwrap_or(&nothing);
    if change::is_open(old, new) {
        return Value::unknown();
    }
    let change = change::between(old, new);
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
/// port of its `a` end. A device that somebody renamed is known by its key, as it was `seen`.
pub fn change_of_names(old: &Value, seen: Option<&Seen>, new: &Blueprint) -> Value {
    let renamed = renamed(seen, new);
    let now = |name: &'_ str| renamed.get(name).map_or(name.to_owned(), Clone::clone);
    let ids = old.get("device_ids").as_map().into_iter().flatten();
    let old_devices: BTreeSet<String> = ids.map(|(name, _)| now(name)).collect();
    let new_devices = new.devices.iter().map(|device| device.name.clone());
    let new_devices: BTreeSet<String> = new_devices.collect();
    let text = reconcile::cabling::of_blueprint(new);
    let new_cabling = text.iter().map(|(device, lines)| (device, lines.as_str()));
    let old_cabling = old.get("cabling").as_map().into_iter().flatten();
    let old_cabling = old_cabling.filter_map(|(device, lines)| Some((device, lines.as_str()?)));
    let (old_cables, new_cables) = (ends(old_cabling, &now), ends(new_cabling, &str::to_owned));
    let lacking = |cables: &Ends, others: &Ends| {
        let lacks = |port: &&Port| !others.contains_key(*port);
        cables.keys().filter(lacks).count()
    };
    let moved = |(port, end): &(&Port, &Port)| old_cables.get(*port).is_some_and(|old| old != *end);
    let counts = [
        new_devices.difference(&old_devices).count(),
        old_devices.difference(&new_devices).count(),
        lacking(&new_cables, &old_cables),
        new_cables.iter().filter(moved).count(),
        lacking(&old_cables, &new_cables),
    ];
    numbers(&CHANGES, &counts.map(count))
}

/// By the names that devices were seen with, those that they are to have, where it is another.
fn renamed(seen: Option<&Seen>, new: &Blueprint) -> BTreeMap<String, String> {
    let names = new.devices.iter();
    let names: BTreeMap<String, &String> = names
        .map(|device| (key_of(&device.key), &device.name))
        .collect();
    let seen = seen.into_iter().flat_map(Seen::names);
    let renamed = seen.filter_map(|(key, name)| {
        let wish = names.get(key).filter(|wish| wish.as_str() != name)?;
        Some((name.to_owned(), (*wish).clone()))
    });
    renamed.collect()
}

/// A device and its port.
type Port = (String, String);

/// Port to what is at the other end.
type Ends = BTreeMap<Port, Port>;

/// From lines of `cabling`, with the names that devices have `now`.
fn ends<'t>(
    cabling: impl Iterator<Item = (&'t String, &'t str)>,
    now: &impl Fn(&str) -> String,
) -> Ends {
    let lines = cabling.flat_map(|(device, text)| text.lines().map(move |line| (device, line)));
    lines
        .filter_map(|(device, line)| {
            let (port, far) = line.split_once(" -- ")?;
            let (far, far_port) = far.split_once(':').unwrap_or((far, ""));
            Some((
                (now(device), port.to_owned()),
                (now(far), far_port.to_owned()),
            ))
        })
        .collect()
}

fn count(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn numbers(names: &[&str], values: &[u32]) -> Value {
    names.iter().copied().zip(values.iter().copied()).collect()
}
