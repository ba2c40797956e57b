//! Pure: what is in `NetBox` of a plan, read back as the placement that it came from. For a plan
//! whose intended record is lost: then what is there is taken for what was wanted.
//!
//! Everything is in the custom fields: a device's key names class and number, a switch's port its
//! zone, cage and lane, a server cable's key its attachment, a switch cable's zone its kind.
//! A cable of which something is missing was changed by hand; it is left out and placed anew.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::fabric::placement::{
    DeviceKey, LinkKind, Placement, Port, ServerEnd, ServerLink, SwitchEnd, SwitchLink,
};
use crate::netbox::kind::CustomFields;
use crate::netbox::kind::cable::CableRow;
use crate::netbox::kind::device::DeviceRow;

use super::fields;
use super::observed::{Observed, key_of};
use super::scope::PlanStatus;

/// The placement that `observed` shows. Calculated quantities are those that are there.
pub fn placement(observed: &Observed) -> Placement {
    let mut placement = Placement::default();
    for row in observed.devices.values().filter(|row| is_switch(row)) {
        if let Some(key) = device_key(row) {
            let quantity = placement.quantities.entry(key.class).or_default();
            *quantity = key.index.max(*quantity);
        }
    }
    placement.calculated = placement.quantities.clone();
    let ends = observed.ends();
    for row in observed.cables.values() {
        let Some((Some(a), Some(b))) = ends.get(&row.id).copied() else {
            continue;
        };
        if let Some(link) = server_link(observed, row, a, b) {
            placement.server_links.push(link);
        } else if let Some(link) = switch_link(observed, row, a, b) {
            placement.switch_links.push(link);
        }
    }
    placement.server_links.sort();
    placement.switch_links.sort();
    placement
}

fn is_switch(row: &DeviceRow) -> bool {
    text(&row.custom_fields, fields::FABRIC).is_some()
}

fn device_key(row: &DeviceRow) -> Option<DeviceKey> {
    let (class, index) = key_of(&row.custom_fields)?.rsplit_once('/')?;
    Some(DeviceKey {
        class: class.to_owned(),
        index: index.parse().ok()?,
    })
}

fn server_link(observed: &Observed, row: &CableRow, a: u64, b: u64) -> Option<ServerLink> {
    let server = device_of(observed, a).filter(|row| !is_switch(row))?;
    let device = device_key(server)?;
    let start = format!("{}/{}/", device.class, device.index);
    let (attachment, ordinal) = key_of(&row.custom_fields)?
        .strip_prefix(&start)?
        .rsplit_once('/')?;
    Some(ServerLink {
        server: ServerEnd {
            attachment: attachment.to_owned(),
            ordinal: ordinal.parse().ok()?,
            device,
        },
        switch: switch_end(observed, b)?,
    })
}

fn switch_link(observed: &Observed, row: &CableRow, a: u64, b: u64) -> Option<SwitchLink> {
    let word = text(&row.custom_fields, fields::ZONE)?;
    Some(SwitchLink {
        kind: LinkKind::ALL.into_iter().find(|kind| kind.word() == word)?,
        a: switch_end(observed, a)?,
        b: switch_end(observed, b)?,
    })
}

fn switch_end(observed: &Observed, interface: u64) -> Option<SwitchEnd> {
    let device = device_of(observed, interface).filter(|row| is_switch(row))?;
    let custom_fields = &observed.interfaces.get(&interface)?.custom_fields;
    Some(SwitchEnd {
        device: device_key(device)?,
        zone: text(custom_fields, fields::ZONE)?.to_owned(),
        port: Port {
            cage: number(custom_fields, fields::PHYSICAL_PORT)?,
            lane: number(custom_fields, fields::BREAKOUT_INDEX),
        },
    })
}

fn device_of(observed: &Observed, interface: u64) -> Option<&DeviceRow> {
    let row = observed.interfaces.get(&interface)?;
    observed.devices.get(&row.device.id)
}

fn text<'a>(custom_fields: &'a CustomFields, name: &str) -> Option<&'a str> {
    custom_fields.get(name)?.as_str()
}

fn number(custom_fields: &CustomFields, name: &str) -> Option<u32> {
    custom_fields
        .get(name)
        .and_then(Value::as_u64)
        .and_then(|number| u32::try_from(number).ok())
}

/// Where a plan whose tag does not say so stands: by the status that most of its devices have.
pub fn status(observed: &Observed) -> Option<PlanStatus> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for status in observed
        .devices
        .values()
        .filter_map(|row| row.status.as_ref())
    {
        *counts.entry(&status.value).or_default() += 1;
    }
    let (most, _) = counts.into_iter().max_by_key(|(_, count)| *count)?;
    let mut all = PlanStatus::ALL.into_iter();
    all.find(|status| status.device_word() == most)
}
