//! Pure: what differs between what has to be and what is, in the fields that we own.
//!
//! Nothing of others is in a [`ChangeSet`] except as a [`Conflict`]: only what carries the plan's
//! marker is deleted, only rows of our devices are changed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::{Map, Value, json};

use crate::fabric::blueprint::Origin;
use crate::fabric::design::Reference;
use crate::netbox::kind::cable::CableRow;
use crate::netbox::kind::device::DeviceRow;
use crate::netbox::kind::interface::InterfaceRow;

use super::draft::Draft;
use super::fields;
use super::lower::{
    Desired, DesiredCable, DesiredDevice, DesiredInterface, DesiredModule, OwnedFields, PartKey,
};
use super::observed::{Observed, device_name, key_of};

/// A change of some fields of one object.
#[derive(Debug, Clone, PartialEq)]
pub struct Update {
    pub id: u64,
    /// What a person calls it.
    pub label: String,
    /// As `NetBox` takes them; related objects by natural key.
    pub fields: Map<String, Value>,
    /// `status: planned, has to be active`.
    pub reasons: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delete {
    pub id: u64,
    pub label: String,
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

/// Something of others where a part of ours has to be, or that would be harmed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Conflict {
    CableOnPort {
        port: String,
        cable: u64,
    },
    CableOnRemovedPort {
        port: String,
        cable: u64,
    },
    ModuleInBay {
        device: String,
        bay: String,
        module: u64,
    },
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CableOnPort { port, cable } => write!(
                f,
                "{port} is taken by cable {cable}, which is not of this plan"
            ),
            Self::CableOnRemovedPort { port, cable } => {
                write!(
                    f,
                    "{port} has to go, but cable {cable} is on it, which is not of this plan"
                )
            }
            Self::ModuleInBay {
                device,
                bay,
                module,
            } => {
                write!(
                    f,
                    "bay {bay} of {device} holds module {module}, which is not of this plan"
                )
            }
        }
    }
}

/// Everything to do. Empty: nothing.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ChangeSet {
    pub devices: Changes<DesiredDevice>,
    pub modules: Changes<DesiredModule>,
    pub interfaces: Changes<DesiredInterface>,
    pub cables: Changes<DesiredCable>,
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
            modules,
            interfaces,
            cables,
            conflicts: _,
        } = self;
        devices.len() + modules.len() + interfaces.len() + cables.len()
    }
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

impl Differ<'_> {
    fn devices(&mut self) {
        for row in self.observed.devices.values() {
            let wish = key_of(&row.custom_fields).and_then(|key| self.desired.devices.get(key));
            let kept = wish.filter(|wish| {
                device_type_is(&wish.device_type, row)
                    && !self.devices.contains_key(wish.key.as_str())
            });
            let Some(wish) = kept else {
                self.gone_devices.insert(row.id);
                self.changes.devices.delete.push(Delete {
                    id: row.id,
                    label: device_name(row),
                });
                continue;
            };
            self.devices.insert(&wish.key, row);
            let mut update = Draft::new(row.id, device_name(row));
            self.device_fields(wish, row, &mut update);
            update.finish(&mut self.changes.devices);
        }
        let missing = self
            .desired
            .devices
            .values()
            .filter(|wish| !self.devices.contains_key(wish.key.as_str()));
        self.changes.devices.create.extend(missing.cloned());
    }

    fn device_fields(&self, wish: &DesiredDevice, row: &DeviceRow, update: &mut Draft) {
        let target = &self.desired.target;
        update.text("name", row.name.as_deref(), &wish.name);
        if let Reference::Known(role) = &wish.role {
            update.slug("role", Some(&row.role.slug), role, json!({"slug": role}));
        }
        update.slug(
            "site",
            Some(&row.site.slug),
            &target.site,
            json!({"slug": target.site}),
        );
        let found = row.location.as_ref().map(|location| location.slug.as_str());
        update.release(
            "location",
            found,
            target.released.location.as_deref(),
            Value::Null,
        );
        if let Some(location) = &target.location {
            update.slug(
                "location",
                found,
                location,
                json!({"slug": location, "site": {"slug": target.site}}),
            );
        }
        let found = row.tenant.as_ref().map(|tenant| tenant.slug.as_str());
        update.release(
            "tenant",
            found,
            target.released.tenant.as_deref(),
            Value::Null,
        );
        if let Some(tenant) = &target.tenant {
            update.slug("tenant", found, tenant, json!({"slug": tenant}));
        }
        let found = Some(row.description.as_str());
        update.release(
            "description",
            found,
            target.released.description.as_deref(),
            json!(""),
        );
        if let Some(description) = &target.description {
            update.text("description", Some(&row.description), description);
        }
        if target.write_status {
            update.text(
                "status",
                row.status.as_ref().map(|s| s.value.as_str()),
                target.status.device_word(),
            );
        }
        update.tags(
            row.tags.iter().map(|tag| tag.slug.as_str()),
            self.wanted_tags(),
            &self.desired.target.released.tags,
        );
        update.custom_fields(&row.custom_fields, &wish.custom_fields);
    }

    fn wanted_tags(&self) -> BTreeSet<String> {
        let target = &self.desired.target;
        target
            .tags
            .iter()
            .cloned()
            .chain([target.scope.tag_slug()])
            .collect()
    }

    fn modules(&mut self) {
        let keys: BTreeMap<u64, &str> = self
            .devices
            .iter()
            .map(|(key, row)| (row.id, *key))
            .collect();
        let mut found = BTreeSet::new();
        for row in self.observed.modules.values() {
            let Some(key) = keys.get(&row.device.id) else {
                continue;
            };
            let part = ((*key).to_owned(), row.module_bay.name.clone());
            let ours = self.observed.plan_id.marks(&row.custom_fields);
            let label = format!(
                "module {} of {}",
                part.1,
                self.observed.device_label(row.device.id)
            );
            match (self.desired.modules.get(&part), ours) {
                (Some(wish), true) if module_type_is(&wish.module_type, row) => {
                    found.insert(part);
                    self.changes.modules.unchanged += 1;
                }
                (_, true) => {
                    self.gone_modules.insert(row.id);
                    self.changes
                        .modules
                        .delete
                        .push(Delete { id: row.id, label });
                }
                (Some(_), false) => {
                    self.changes.conflicts.push(Conflict::ModuleInBay {
                        device: self.observed.device_label(row.device.id),
                        bay: part.1.clone(),
                        module: row.id,
                    });
                    found.insert(part);
                }
                (None, false) => {}
            }
        }
        let missing = self
            .desired
            .modules
            .iter()
            .filter(|(part, _)| !found.contains(*part));
        self.changes
            .modules
            .create
            .extend(missing.map(|(_, wish)| wish.clone()));
    }

    fn interfaces(&mut self) {
        let keys: BTreeMap<u64, &str> = self
            .devices
            .iter()
            .map(|(key, row)| (row.id, *key))
            .collect();
        for row in self.observed.interfaces.values() {
            let module_gone = row
                .module
                .as_ref()
                .is_some_and(|module| self.gone_modules.contains(&module.id));
            let Some(key) = keys.get(&row.device.id).filter(|_| !module_gone) else {
                self.gone_interfaces.insert(row.id);
                continue;
            };
            let part = ((*key).to_owned(), row.name.clone());
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

    fn cables(&mut self) {
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
                self.changes
                    .cables
                    .delete
                    .push(Delete { id: row.id, label });
                continue;
            };
            let mut update = Draft::new(row.id, label);
            self.cable_fields(wish, row, &mut update);
            update.finish(&mut self.changes.cables);
        }
        let missing = self
            .desired
            .cables
            .values()
            .filter(|wish| !found.contains(wish.key.as_str()));
        self.changes.cables.create.extend(missing.cloned());
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
        update.custom_fields(
            &row.custom_fields,
            &OwnedFields::from([(fields::KEY, json!(wish.key))]),
        );
    }

    /// Cables of others on ports that we need, or that we would delete under them.
    fn foreign_cables(&mut self) {
        let wanted: BTreeSet<&PartKey> = self
            .changes
            .cables
            .create
            .iter()
            .flat_map(|cable| [&cable.a, &cable.b])
            .collect();
        let mut conflicts = Vec::new();
        let foreign = |row: &InterfaceRow| {
            row.cable
                .as_ref()
                .map(|cable| cable.id)
                .filter(|id| !self.observed.cables.contains_key(id))
        };
        for (part, row) in &self.interfaces {
            if let Some(cable) = foreign(row).filter(|_| wanted.contains(part)) {
                conflicts.push(Conflict::CableOnPort {
                    port: self.observed.interface_label(row.id),
                    cable,
                });
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

fn interface_fields(wish: &DesiredInterface, row: &InterfaceRow, update: &mut Draft) {
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

/// True where a reference means this device's type; an unknown one decides nothing.
fn device_type_is(reference: &Reference, row: &DeviceRow) -> bool {
    match reference {
        Reference::Unknown => true,
        Reference::Known(text) => match text.split_once('/') {
            Some((manufacturer, slug)) => {
                row.device_type.manufacturer.slug == manufacturer && row.device_type.slug == slug
            }
            None => row.device_type.slug == *text,
        },
    }
}

fn module_type_is(reference: &Reference, row: &crate::netbox::kind::module::ModuleRow) -> bool {
    match reference {
        Reference::Unknown => true,
        // A model may hold slashes itself.
        Reference::Known(text) => {
            row.module_type.model == *text
                || text
                    .strip_prefix(&row.module_type.manufacturer.slug)
                    .and_then(|rest| rest.strip_prefix('/'))
                    == Some(row.module_type.model.as_str())
        }
    }
}
