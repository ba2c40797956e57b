//! Pure: what a plan saw in `NetBox`, small enough to be kept in Terraform's state: the refresh writes
//! it, the apply compares. Only fields that a plan may own are in it, so that an edit of others leaves
//! it as it is.
//!
//! Devices of one class look alike, port by port: each distinct set of values and each distinct list of
//! ports is held once, and rows refer to it by number.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::diff::Field;
use super::fields;
use super::journal::Journal;
use super::observed::Observed;
use super::owned::{Owned, Values};

const NAME: &str = "name";
const TAGS: &str = "tags";

/// Owned fields of a plan's objects at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// The run that wrote last, by the plan's tag.
    run: String,
    /// It was still at work, or had been killed.
    open: bool,
    /// Slugs of the tags that were looked at.
    tags: Vec<String>,
    values: Vec<Values>,
    /// Ports, or modules, of a device: name and number of values, by name.
    shapes: Vec<Vec<(String, usize)>>,
    devices: Vec<Device>,
    cables: Vec<Cable>,
}

/// Id, name, key, and the numbers of its values, its ports and its modules; in order of ids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Device(u64, Value, Value, usize, usize, usize);

/// Id, key, number of its values, and its ends; in order of ids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Cable(u64, Value, usize, End, End);

/// Positions of a device and of one of its ports; `None`: not on a device of ours.
type End = Option<(usize, usize)>;

/// A port by its device's id and its name.
pub(super) type Place<'a> = (u64, &'a str);

/// Gives each distinct item a number.
struct Numbers<T> {
    list: Vec<T>,
    numbers: BTreeMap<String, usize>,
}

impl<T: Serialize> Numbers<T> {
    fn new() -> Self {
        Self {
            list: Vec::new(),
            numbers: BTreeMap::new(),
        }
    }

    fn number(&mut self, item: T) -> usize {
        let next = self.list.len();
        let number = *self.numbers.entry(json!(item).to_string()).or_insert(next);
        if number == next {
            self.list.push(item);
        }
        number
    }
}

impl Seen {
    pub(super) fn device_ids(&self) -> Vec<u64> {
        self.devices.iter().map(|device| device.0).collect()
    }

    /// Key and name of each device, where both are known.
    pub fn names(&self) -> impl Iterator<Item = (&str, &str)> {
        let devices = self.devices.iter();
        devices.filter_map(|Device(_, name, key, ..)| Some((key.as_str()?, name.as_str()?)))
    }

    /// `tags` are the slugs that the plan may own besides its own tag.
    pub fn of(observed: &Observed, tags: &[String]) -> Self {
        let tag = observed.tag.as_ref();
        let journal = observed.journal();
        let own = tag.map(|tag| tag.slug.clone());
        let mut tags: Vec<String> = tags.iter().cloned().chain(own).collect();
        tags.sort();
        tags.dedup();
        let (mut values, mut shapes) = (Numbers::new(), Numbers::new());
        let mut parts = Parts::of(observed, &mut values);
        let devices = observed.devices.values().map(|row| {
            let mut own = of_row(row, &tags);
            let name = own.remove(NAME).unwrap_or_default();
            let key = own.remove(fields::KEY).unwrap_or_default();
            let ports = shapes.number(parts.ports.remove(&row.id).unwrap_or_default());
            let modules = shapes.number(parts.modules.remove(&row.id).unwrap_or_default());
            Device(row.id, name, key, values.number(own), ports, modules)
        });
        let mut seen = Self {
            devices: devices.collect(),
            open: journal.as_ref().is_some_and(|j| j.phase.is_open()),
            run: journal.map(|journal| journal.run).unwrap_or_default(),
            shapes: shapes.list,
            ..Self::default()
        };
        let ends = observed.ends();
        let end = |id: Option<u64>| {
            let row = observed.interfaces.get(&id?)?;
            seen.position((row.device.id, &row.name))
        };
        let cables = observed.cables.values().map(|row| {
            let mut own = of_row(row, &tags);
            let key = own.remove(fields::KEY).unwrap_or_default();
            let (a, b) = ends.get(&row.id).copied().unwrap_or_default();
            Cable(row.id, key, values.number(own), end(a), end(b))
        });
        seen.cables = cables.collect();
        (seen.tags, seen.values) = (tags, values.list);
        seen
    }

    /// Whether nobody has written since, by the plan's tag; also where nobody can say.
    pub(super) fn is_of(&self, journal: &Journal) -> bool {
        let same = self.run == journal.run && self.open == journal.phase.is_open();
        same || self.run.is_empty()
    }

    /// `None`: the device was not seen, or nobody looked at the field.
    pub(super) fn of_device(&self, id: u64, field: &Field) -> Option<Value> {
        let Device(_, name, key, values, ..) = self.device(id)?;
        match field {
            Field::Named(field) if field == NAME => Some(name.clone()),
            Field::Named(field) if field == fields::KEY => Some(key.clone()),
            Field::Named(_) | Field::Tag(_) => self.value(*values, field),
        }
    }

    pub(super) fn of_cable(&self, id: u64, field: &Field) -> Option<Value> {
        let Cable(_, key, values, ..) = self.cable(id)?;
        match field {
            Field::Named(field) if field == fields::KEY => Some(key.clone()),
            Field::Named(_) | Field::Tag(_) => self.value(*values, field),
        }
    }

    pub(super) fn of_port(&self, (device, name): Place<'_>, field: &Field) -> Option<Value> {
        let Device(.., ports, _) = self.device(device)?;
        let values = self.part(*ports, name)?;
        match field {
            Field::Named(field) if field == NAME => Some(json!(name)),
            Field::Named(_) | Field::Tag(_) => self.value(values, field),
        }
    }

    /// `bay` is the place of the module, in words.
    pub(super) fn of_module(&self, (device, bay): Place<'_>, field: &Field) -> Option<Value> {
        let Device(.., modules) = self.device(device)?;
        self.value(self.part(*modules, bay)?, field)
    }

    /// The ports at a cable's ends; `None`: the cable was not seen.
    pub(super) fn ends(&self, cable: u64) -> Option<[Option<Place<'_>>; 2]> {
        let Cable(.., a, b) = self.cable(cable)?;
        Some([self.place(*a), self.place(*b)])
    }

    /// Each cable by its ends, where both are on devices of ours.
    pub(super) fn cables_by_ends(&self) -> BTreeMap<[Place<'_>; 2], u64> {
        let cables = self.cables.iter();
        cables
            .filter_map(|Cable(id, _, _, a, b)| Some(([self.place(*a)?, self.place(*b)?], *id)))
            .collect()
    }

    fn device(&self, id: u64) -> Option<&Device> {
        let at = self.devices.binary_search_by_key(&id, |device| device.0);
        self.devices.get(at.ok()?)
    }

    /// Whether the cable was one of the plan's.
    pub(super) fn has_cable(&self, id: u64) -> bool {
        self.cable(id).is_some()
    }

    fn cable(&self, id: u64) -> Option<&Cable> {
        let at = self.cables.binary_search_by_key(&id, |cable| cable.0);
        self.cables.get(at.ok()?)
    }

    /// Number of the values of a port or a module.
    fn part(&self, shape: usize, name: &str) -> Option<usize> {
        let parts = self.shapes.get(shape)?;
        let at = parts.binary_search_by_key(&name, |(name, _)| name).ok()?;
        Some(parts.get(at)?.1)
    }

    fn value(&self, values: usize, field: &Field) -> Option<Value> {
        let values = self.values.get(values)?;
        match field {
            Field::Named(name) => Some(values.get(name).cloned().unwrap_or_default()),
            Field::Tag(slug) => {
                self.tags.binary_search(slug).ok()?;
                let carried = values.get(TAGS).and_then(Value::as_array);
                Some(json!(carried.is_some_and(|c| c.contains(&json!(slug)))))
            }
        }
    }

    fn position(&self, (device, name): Place<'_>) -> End {
        let at = self.devices.binary_search_by_key(&device, |d| d.0).ok()?;
        let ports = self.shapes.get(self.devices[at].4)?;
        let port = ports.binary_search_by_key(&name, |(name, _)| name);
        Some((at, port.ok()?))
    }

    fn place(&self, end: End) -> Option<Place<'_>> {
        let (device, port) = end?;
        let device = self.devices.get(device)?;
        let (name, _) = self.shapes.get(device.4)?.get(port)?;
        Some((device.0, name))
    }
}

/// Ports and modules of each device, by name.
struct Parts {
    ports: BTreeMap<u64, Vec<(String, usize)>>,
    modules: BTreeMap<u64, Vec<(String, usize)>>,
}

impl Parts {
    fn of(observed: &Observed, values: &mut Numbers<Values>) -> Self {
        let mut parts = Self {
            ports: BTreeMap::new(),
            modules: BTreeMap::new(),
        };
        for row in observed.interfaces.values() {
            let of_device = parts.ports.entry(row.device.id).or_default();
            of_device.push((row.name.clone(), values.number(row.values())));
        }
        for row in observed.modules.values() {
            if let Some(place) = observed.place_of(row.module_bay.id) {
                let of_device = parts.modules.entry(row.device.id).or_default();
                of_device.push((place.to_string(), values.number(row.values())));
            }
        }
        let lists = parts.ports.values_mut().chain(parts.modules.values_mut());
        for list in lists {
            list.sort();
        }
        parts
    }
}

/// Values of a row, with those of these tags that it carries.
fn of_row(row: &impl Owned, tags: &[String]) -> Values {
    let mut values = row.values();
    let carried = tags.iter().filter(|tag| row.tags().contains(&tag.as_str()));
    let carried: Vec<&String> = carried.collect();
    if !carried.is_empty() {
        values.insert(TAGS.to_owned(), json!(carried));
    }
    values
}
