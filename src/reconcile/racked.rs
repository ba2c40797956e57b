//! Devices that are to go to another site while others gave them a place in the one where they are: `NetBox`
//! refuses that. Reads only.

use crate::netbox::kind::device::DeviceNotesRow;
use crate::netbox::{Client, NetboxError};

use super::diff::{ChangeSet, Field, Update};
use super::finding::Finding;
use super::observed::Observed;

/// Of all such devices, in the order of their ids.
pub(super) async fn racked(
    client: &Client,
    changes: &ChangeSet,
    observed: &Observed,
) -> Result<Option<Finding>, NetboxError> {
    let site = Field::named("site");
    let moves = |update: &&Update| update.differences.iter().any(|d| d.field == site);
    let moving: Vec<&Update> = changes.devices.update.iter().filter(moves).collect();
    let ids: Vec<u64> = moving.iter().map(|update| update.id).collect();
    let notes = client.list_by_ids::<DeviceNotesRow>("id", &ids).await?;
    let mut lines = Vec::new();
    for update in moving {
        let row = notes.iter().find(|row| row.id == update.id);
        if let Some(rack) = row.and_then(|row| row.rack.as_ref()) {
            lines.push(format!("{}: rack {}", update.label, rack.name));
        }
        // One that the plan sets is in the new site, which is checked by itself.
        let device = observed.devices.get(&update.id);
        let location = device.and_then(|device| device.location.as_ref());
        if let Some(location) = location.filter(|_| !update.fields.contains_key("location")) {
            lines.push(format!("{}: location {}", update.label, location.slug));
        }
    }
    Ok((!lines.is_empty()).then_some(Finding::Racked { lines }))
}
