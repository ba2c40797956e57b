//! What others put on devices, ports and cables that a change removes: it goes with them, so that a plan says
//! what it is. Reads only.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::netbox::kind::cable::CableNotesRow;
use crate::netbox::kind::device::DeviceNotesRow;
use crate::netbox::kind::inventory_item::InventoryItemRow;
use crate::netbox::kind::ip_address::IpAddressRow;
use crate::netbox::kind::{Choice, Row};
use crate::netbox::{Client, NetboxError};

use super::fields;
use super::observed::Observed;

/// Types of interfaces that are no port: what carries cables is ours, or comes from the device's type.
const NO_PORT: [&str; 3] = ["virtual", "bridge", "lag"];

/// Line by line, in order of the devices' names. `devices` are the names by id.
pub(super) async fn aboard(
    client: &Client,
    devices: &BTreeMap<u64, String>,
    observed: &Observed,
) -> Result<Vec<String>, NetboxError> {
    let mut lines = Lines::of(devices);
    lines.components(observed);
    for row in lines.read::<DeviceNotesRow>(client, "id").await? {
        for note in notes(&row) {
            lines.add(row.id, &note);
        }
    }
    for row in lines.read::<IpAddressRow>(client, "device_id").await? {
        if let Some(port) = row.assigned_object
            && let Some(device) = port.device
        {
            lines.add(device.id, &format!("{} on {}", row.address, port.name));
        }
    }
    for row in lines.read::<InventoryItemRow>(client, "device_id").await? {
        lines.add(row.device.id, &format!("inventory item {}", row.name));
    }
    Ok(lines.all())
}

/// Likewise for ports that go alone, or with their card: addresses on them.
pub(super) async fn aboard_ports(
    client: &Client,
    ports: &BTreeMap<u64, String>,
) -> Result<Vec<String>, NetboxError> {
    let mut lines = Lines::of(ports);
    for row in lines.read::<IpAddressRow>(client, "interface_id").await? {
        // Ports of devices and of virtual machines are counted apart.
        if let Some(port) = row.assigned_object.filter(|port| port.device.is_some()) {
            lines.add(port.id, &row.address);
        }
    }
    Ok(lines.all())
}

/// Likewise for cables that go: what others noted of them.
pub(super) async fn aboard_cables(
    client: &Client,
    cables: &BTreeMap<u64, String>,
) -> Result<Vec<String>, NetboxError> {
    let mut lines = Lines::of(cables);
    for row in lines.read::<CableNotesRow>(client, "id").await? {
        let notes = notes_of_cable(&row);
        if !notes.is_empty() {
            lines.add(row.id, &notes.join(", "));
        }
    }
    Ok(lines.all())
}

fn notes_of_cable(row: &CableNotesRow) -> Vec<String> {
    let word = |choice: &Option<Choice>| choice.as_ref().map(|choice| choice.value.clone());
    let unit = word(&row.length_unit).unwrap_or_default();
    let length = row.length.as_f64();
    let text = |name: &str, text: &str| (!text.is_empty()).then(|| format!("{name} {text}"));
    let notes = [
        word(&row.cable_type).and_then(|word| text("type", &word)),
        text("color", &row.color),
        length.map(|length| format!("length {length} {unit}")),
        text("description", &row.description),
        (!row.comments.is_empty()).then(|| "comments".to_owned()),
    ];
    notes.into_iter().flatten().collect()
}

fn notes(row: &DeviceNotesRow) -> Vec<String> {
    let place = row.rack.as_ref().map(|rack| match row.position.as_f64() {
        Some(position) => format!("position {position} of rack {}", rack.name),
        None => format!("its place in rack {}", rack.name),
    });
    let serial = Some(&row.serial).filter(|serial| !serial.is_empty());
    let comments = (!row.comments.is_empty()).then(|| "comments".to_owned());
    let asset = row.asset_tag.as_ref();
    let notes = [
        place,
        serial.map(|serial| format!("serial number {serial}")),
        asset.map(|tag| format!("asset tag {tag}")),
        comments,
    ];
    notes.into_iter().flatten().collect()
}

fn is_empty(value: Option<&Value>) -> bool {
    value.is_none_or(|value| value.is_null() || value == "")
}

struct Lines<'a> {
    /// Names by id, of whatever goes.
    names: &'a BTreeMap<u64, String>,
    lines: Vec<(u64, String)>,
    unread: Vec<String>,
}

impl<'a> Lines<'a> {
    fn of(names: &'a BTreeMap<u64, String>) -> Self {
        Self {
            names,
            lines: Vec::new(),
            unread: Vec::new(),
        }
    }

    /// Nothing, and a line that says so, where the token may not read it.
    async fn read<R: Row>(
        &mut self,
        client: &Client,
        parameter: &str,
    ) -> Result<Vec<R>, NetboxError> {
        let ids: Vec<u64> = self.names.keys().copied().collect();
        match client.list_by_ids::<R>(parameter, &ids).await {
            Err(error) if error.is_forbidden() => {
                let lacking = error.lacking().map(|lacking| lacking.to_string());
                let (plural, lacking) = (R::KIND.plural, lacking.unwrap_or_default());
                self.unread
                    .push(format!("{plural}: not known, the token lacks {lacking}"));
                Ok(Vec::new())
            }
            answer => answer,
        }
    }

    /// Modules that nobody marked, and interfaces that somebody thought of.
    fn components(&mut self, observed: &Observed) {
        for row in observed.modules.values() {
            if is_empty(row.custom_fields.get(fields::PLAN_ID)) {
                let bay = observed.place_of(row.module_bay.id);
                let bay = bay.map_or_else(|| row.module_bay.name.clone(), |bay| bay.to_string());
                let model = &row.module_type.model;
                self.add(row.device.id, &format!("module {model} in bay {bay}"));
            }
        }
        for row in observed.interfaces.values() {
            let kind = row.interface_type.value.as_str();
            if NO_PORT.contains(&kind) {
                self.add(row.device.id, &format!("interface {} ({kind})", row.name));
            }
        }
    }

    /// A filter that the server does not know leaves rows of other devices.
    fn add(&mut self, device: u64, what: &str) {
        if let Some(name) = self.names.get(&device) {
            self.lines.push((device, format!("{name}: {what}")));
        }
    }

    fn all(mut self) -> Vec<String> {
        self.lines.sort_by_key(|(device, _)| &self.names[device]);
        let lines = self.lines.into_iter().map(|(_, line)| line);
        lines.chain(self.unread).collect()
    }
}
