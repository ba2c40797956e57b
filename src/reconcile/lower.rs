//! Pure: a blueprint and its target become what has to be in `NetBox`, with the fields that we own.
//!
//! Nothing in here is an id. Devices are named by their key (`class/index`), so that a changed
//! naming template is a rename and moves no cable.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::fabric::blueprint::{
    Blueprint, CableEnd, Device, DeviceKind, Interface, Module, ModuleKind, Origin,
};
use crate::fabric::design::Reference;
use crate::fabric::placement::DeviceKey;

use super::bay::Bay;
use super::fields;
use super::label::label;
use super::scope::Target;

/// `class/index`.
pub type Key = String;
/// A device's key and the name of one of its interfaces.
pub type PartKey = (Key, String);
/// A device's key and one of its bays.
pub type BayKey = (Key, Bay);
/// Custom fields that we own; null where a field has to be empty.
pub type OwnedFields = BTreeMap<&'static str, Value>;

/// Everything that has to exist.
#[derive(Debug, Clone, PartialEq)]
pub struct Desired {
    pub target: Target,
    pub devices: BTreeMap<Key, DesiredDevice>,
    /// By the key of a device before its class was renamed: the key that it has to have.
    pub renamed: BTreeMap<Key, Key>,
    /// What the modules sit in; a device's or a card's type may bring it.
    pub bays: BTreeMap<BayKey, DesiredBay>,
    pub modules: BTreeMap<BayKey, DesiredModule>,
    pub interfaces: BTreeMap<PartKey, DesiredInterface>,
    /// By [`crate::fabric::blueprint::Cable::key`].
    pub cables: BTreeMap<String, DesiredCable>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct DesiredDevice {
    pub key: Key,
    pub name: String,
    pub device_type: Reference,
    pub role: Reference,
    pub custom_fields: OwnedFields,
}

#[derive(Debug, Clone, PartialEq)]
pub struct DesiredBay {
    pub device: Key,
    pub bay: Bay,
    /// What it is for.
    pub kind: ModuleKind,
}

#[derive(Debug, Clone, PartialEq)]
pub struct DesiredModule {
    pub device: Key,
    pub bay: Bay,
    pub module_type: Reference,
}

#[derive(Debug, Clone, PartialEq)]
pub struct DesiredInterface {
    pub device: Key,
    pub name: String,
    pub origin: Origin,
    pub interface_type: Option<String>,
    pub enabled: bool,
    /// We keep `enabled` as it has to be; of other interfaces it belongs to operations once made.
    pub owns_enabled: bool,
    /// Without the marker, which only interfaces that we create carry.
    pub custom_fields: OwnedFields,
}

#[derive(Debug, Clone, PartialEq)]
pub struct DesiredCable {
    pub key: String,
    pub custom_fields: OwnedFields,
    pub a: PartKey,
    pub b: PartKey,
}

impl Desired {
    /// What a device with this key has to become, which may be one of the class's later name.
    pub fn heir(&self, key: &str) -> Option<&DesiredDevice> {
        self.devices.get(self.key_now(key))
    }

    /// What a person calls a device by its key, or a part of it: `leaf-01:E1/1`.
    pub(super) fn called(&self, key: &str, part: Option<&str>) -> String {
        let name = self.devices.get(key).map_or(key, |device| &device.name);
        label(name, part)
    }

    /// The key that a device has to have, by the one that it has or had.
    pub(super) fn key_now<'a>(&'a self, key: &'a str) -> &'a str {
        self.renamed.get(key).map_or(key, String::as_str)
    }
}

/// `class/index`: what a device is called for ever.
pub fn key_of(key: &DeviceKey) -> Key {
    format!("{}/{}", key.class, key.index)
}

/// What has to be in `NetBox`.
///
/// A cable end on a device that the blueprint does not list keeps the device's name as its key: it
/// is then reported as a missing end instead of being lost.
pub fn lower(blueprint: &Blueprint, target: &Target) -> Desired {
    let mut desired = Desired {
        target: target.clone(),
        devices: BTreeMap::new(),
        renamed: BTreeMap::new(),
        bays: BTreeMap::new(),
        modules: BTreeMap::new(),
        interfaces: BTreeMap::new(),
        cables: BTreeMap::new(),
    };
    let mut keys: BTreeMap<&str, Key> = BTreeMap::new();
    for device in &blueprint.devices {
        let key = key_of(&device.key);
        keys.insert(&device.name, key.clone());
        if let Some(formerly) = blueprint.former_classes.get(&device.key.class) {
            let before = format!("{formerly}/{}", device.key.index);
            desired.renamed.insert(before, key.clone());
        }
        for module in &device.modules {
            let (bay, wish) = lower_module(&key, module);
            let part = (key.clone(), wish.bay.clone());
            desired.bays.insert(part.clone(), bay);
            desired.modules.insert(part, wish);
        }
        for interface in &device.interfaces {
            desired.interfaces.insert(
                (key.clone(), interface.name.clone()),
                lower_interface(&key, interface),
            );
        }
        desired
            .devices
            .insert(key.clone(), lower_device(key, device));
    }
    let end = |end: &CableEnd| {
        let key = keys
            .get(end.device.as_str())
            .cloned()
            .unwrap_or_else(|| end.device.clone());
        (key, end.interface.clone())
    };
    for cable in &blueprint.cables {
        let lowered = DesiredCable {
            key: cable.key.clone(),
            custom_fields: OwnedFields::from([
                (fields::KEY, json!(cable.key)),
                (fields::ZONE, json!(cable.kind.word())),
            ]),
            a: end(&cable.a),
            b: end(&cable.b),
        };
        desired.cables.insert(cable.key.clone(), lowered);
    }
    desired
}

fn lower_device(key: Key, device: &Device) -> DesiredDevice {
    let Device {
        key: identity,
        name,
        kind,
        device_type,
        device_role,
        interfaces: _,
        modules: _,
    } = device;
    let mut custom_fields = OwnedFields::from([
        (fields::CLASS, json!(identity.class)),
        (fields::KEY, json!(key)),
        (fields::FABRIC, Value::Null),
        (fields::FABRIC_CLASS, Value::Null),
        (fields::ROLE, Value::Null),
        (fields::BOOT_MAC, Value::Null),
    ]);
    if let DeviceKind::Switch {
        fabric,
        fabric_class,
        role,
        boot_mac,
        group: _,
    } = kind
    {
        custom_fields.insert(fields::FABRIC, json!(fabric));
        custom_fields.insert(fields::FABRIC_CLASS, json!(fabric_class));
        custom_fields.insert(fields::ROLE, json!(role));
        custom_fields.insert(fields::BOOT_MAC, json!(boot_mac));
    }
    DesiredDevice {
        key,
        name: name.clone(),
        device_type: device_type.clone(),
        role: device_role.clone(),
        custom_fields,
    }
}

fn lower_module(device: &Key, module: &Module) -> (DesiredBay, DesiredModule) {
    let Module {
        parent,
        bay,
        module_type,
        kind,
    } = module;
    let bay = match parent {
        Some(card) => Bay::top(card).inner(bay),
        None => Bay::top(bay),
    };
    let module = DesiredModule {
        device: device.clone(),
        bay: bay.clone(),
        module_type: module_type.clone(),
    };
    let bay = DesiredBay {
        device: device.clone(),
        bay,
        kind: *kind,
    };
    (bay, module)
}

fn lower_interface(device: &Key, interface: &Interface) -> DesiredInterface {
    let Interface {
        name,
        origin,
        interface_type,
        enabled,
        zone,
        physical_port,
        breakout_index,
    } = interface;
    DesiredInterface {
        device: device.clone(),
        name: name.clone(),
        origin: origin.clone(),
        interface_type: interface_type.clone(),
        enabled: *enabled,
        owns_enabled: matches!(origin, Origin::Template) && (physical_port.is_some() || !enabled),
        custom_fields: OwnedFields::from([
            (fields::ZONE, json!(zone)),
            (fields::PHYSICAL_PORT, json!(physical_port)),
            (fields::BREAKOUT_INDEX, json!(breakout_index)),
        ]),
    }
}
