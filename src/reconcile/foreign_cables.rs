//! Cables of others on devices that go, on ports of any kind, power and console too: `NetBox` would leave
//! half of each behind. Reads only.

use std::collections::BTreeMap;

use crate::netbox::kind::cable::CableEndsRow;
use crate::netbox::{Client, NetboxError};

use super::diff::Conflict;
use super::observed::Observed;

/// `devices` are the names by id. Cables of `ours` go before the devices do, also those that another run has
/// made since.
pub(super) async fn foreign_cables(
    client: &Client,
    devices: &BTreeMap<u64, String>,
    ours: Option<&Observed>,
) -> Result<Vec<Conflict>, NetboxError> {
    let ids: Vec<u64> = devices.keys().copied().collect();
    let rows: Vec<CableEndsRow> = client.list_by_ids("device_id", &ids).await?;
    let is_ours = |row: &CableEndsRow| {
        ours.is_some_and(|ours| {
            ours.cables.contains_key(&row.id) || ours.plan_id.marks(&row.custom_fields)
        })
    };
    let foreign = rows.iter().filter(|row| !is_ours(row));
    let conflicts = foreign.filter_map(|row| {
        let ends = row.a_terminations.iter().chain(&row.b_terminations);
        // A filter that the server does not know leaves cables of other devices.
        let mut ports = ends.filter_map(|end| {
            let port = end.object.as_ref()?;
            let device = devices.get(&port.device.as_ref()?.id)?;
            Some(format!("{device}:{}", port.name))
        });
        let port = ports.next()?;
        let cable = row.id;
        Some(Conflict::CableOnRemovedPort { port, cable })
    });
    Ok(conflicts.collect())
}

/// Adds those of cables that have not been told.
pub(super) fn add_untold(conflicts: &mut Vec<Conflict>, found: Vec<Conflict>) {
    for conflict in found {
        let told = |other: &Conflict| match (&conflict, other) {
            (
                Conflict::CableOnRemovedPort { cable, .. },
                Conflict::CableOnRemovedPort { cable: other, .. },
            ) => cable == other,
            _ => false,
        };
        if !conflicts.iter().any(told) {
            conflicts.push(conflict);
        }
    }
}
