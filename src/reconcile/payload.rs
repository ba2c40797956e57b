//! Pure: what is sent to create an object. Related objects by id: a natural key costs the server a
//! query for each object.

use serde_json::{Map, Value, json};

use crate::fabric::blueprint::{ModuleKind, Origin};
use crate::fabric::design::Reference;

use super::fields;
use super::lower::{
    Desired, DesiredBay, DesiredCable, DesiredDevice, DesiredInterface, OwnedFields,
};
use super::resolve::Resolved;
use super::scope::PlanId;

/// The type of a module's port where the blueprint gives none.
const PORT_TYPE: &str = "other";
/// Characters of a cable's label.
const LABEL_MAX: usize = 100;
/// Characters of a component's label.
const BAY_LABEL_MAX: usize = 64;

/// `None` if a reference has no id: it was unknown or is gone.
pub(super) fn device(
    wish: &DesiredDevice,
    desired: &Desired,
    resolved: &Resolved,
    tag: u64,
) -> Option<Value> {
    let target = &desired.target;
    let mut body = json!({
        "name": wish.name,
        "device_type": resolved.device_types.get(known(&wish.device_type)?)?,
        "role": resolved.roles.get(known(&wish.role)?)?,
        "site": resolved.site?,
        "status": target.status.device_word(),
        "tags": tags(desired, resolved, tag),
        "custom_fields": marked(&target.scope.plan_id, &wish.custom_fields),
    });
    for (name, id) in [("location", resolved.location), ("tenant", resolved.tenant)] {
        if let Some(id) = id {
            body[name] = json!(id);
        }
    }
    if let Some(description) = &target.description {
        body["description"] = json!(description);
    }
    Some(body)
}

/// `module` is the card that the bay belongs to.
pub(super) fn bay(wish: &DesiredBay, device: u64, module: Option<u64>, plan_id: &PlanId) -> Value {
    let name = wish.bay.name();
    let what = match wish.kind {
        ModuleKind::Nic => "NIC slot",
        ModuleKind::Transceiver => "Transceiver",
    };
    let mut body = json!({
        "device": device,
        "name": name,
        "label": format!("{what} {name}").chars().take(BAY_LABEL_MAX).collect::<String>(),
        "custom_fields": marked(plan_id, &OwnedFields::new()),
    });
    if let Some(module) = module {
        body["module"] = json!(module);
    }
    body
}

pub(super) fn module(device: u64, bay: u64, module_type: u64, plan_id: &PlanId) -> Value {
    json!({
        "device": device,
        "module_bay": bay,
        "module_type": module_type,
        "status": "active",
        // Several cards of one type would all bring a `port0`, and lose the whole batch.
        "replicate_components": false,
        "adopt_components": false,
        "custom_fields": marked(plan_id, &OwnedFields::new()),
    })
}

pub(super) fn interface(
    wish: &DesiredInterface,
    device: u64,
    module: Option<u64>,
    desired: &Desired,
    resolved: &Resolved,
) -> Value {
    let of_template = template_type(wish, desired, resolved);
    let interface_type = wish.interface_type.as_deref().or(of_template);
    let custom_fields = match wish.origin {
        // It takes the place of one that came with the device, and stays with the device as that one did.
        Origin::Template => Value::Object(set(&wish.custom_fields)),
        Origin::Breakout { .. } | Origin::Module { .. } => {
            marked(&desired.target.scope.plan_id, &wish.custom_fields)
        }
    };
    let mut body = json!({
        "device": device,
        "name": wish.name,
        "type": interface_type.unwrap_or(PORT_TYPE),
        "enabled": wish.enabled,
        "custom_fields": custom_fields,
    });
    if let (Some(module), Origin::Module { .. }) = (module, &wish.origin) {
        body["module"] = json!(module);
    }
    body
}

/// The type that a port had which came with its device, and which somebody removed.
fn template_type<'a>(
    wish: &DesiredInterface,
    desired: &Desired,
    resolved: &'a Resolved,
) -> Option<&'a str> {
    let device = desired.devices.get(&wish.device)?;
    let ports = resolved.port_types.get(known(&device.device_type)?)?;
    ports.get(&wish.name).map(String::as_str)
}

pub(super) fn cable(
    wish: &DesiredCable,
    a: u64,
    b: u64,
    desired: &Desired,
    resolved: &Resolved,
    tag: u64,
) -> Value {
    json!({
        "a_terminations": end(a),
        "b_terminations": end(b),
        "label": wish.key.chars().take(LABEL_MAX).collect::<String>(),
        "status": desired.target.status.cable_word(),
        "tags": tags(desired, resolved, tag),
        "custom_fields": marked(&desired.target.scope.plan_id, &wish.custom_fields),
    })
}

/// A cable's end on an interface.
fn end(interface: u64) -> Value {
    json!([{"object_type": "dcim.interface", "object_id": interface}])
}

/// The fields that say where a cable is plugged in; `None`: nowhere.
pub(super) fn plugged(ends: Option<(u64, u64)>) -> Map<String, Value> {
    let [a, b] = ends.map_or([json!([]), json!([])], |(a, b)| [end(a), end(b)]);
    Map::from_iter([
        ("a_terminations".to_owned(), a),
        ("b_terminations".to_owned(), b),
    ])
}

/// An object of a request, with the line for `NetBox`'s change log.
pub(super) fn with_message(mut body: Value, message: &str) -> Value {
    body["changelog_message"] = json!(message);
    body
}

fn tags(desired: &Desired, resolved: &Resolved, tag: u64) -> Vec<u64> {
    desired
        .target
        .tags
        .iter()
        .filter_map(|slug| resolved.tags.get(slug).copied())
        .chain([tag])
        .collect()
}

/// Our fields with the marker; empty ones are not sent at creation.
fn marked(plan_id: &PlanId, owned: &OwnedFields) -> Value {
    let mut map = set(owned);
    map.insert(fields::PLAN_ID.to_owned(), json!(plan_id.as_str()));
    Value::Object(map)
}

/// Those that have a value.
fn set(owned: &OwnedFields) -> Map<String, Value> {
    owned
        .iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect()
}

pub(super) fn known(reference: &Reference) -> Option<&String> {
    match reference {
        Reference::Known(text) => Some(text),
        Reference::Unknown => None,
    }
}
