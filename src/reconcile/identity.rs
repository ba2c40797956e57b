//! Pure: which device that is there is which one that has to be there.

use std::collections::BTreeMap;

use crate::netbox::kind::device::DeviceRow;

use super::lower::{Desired, DesiredDevice};
use super::observed::{Observed, key_of};

/// Each device with what it has to become: by its key, or, where somebody took that away or changed it, by
/// its name. Of two that would become the same, the one that has the key already comes before one of the
/// class's earlier name, and that before one that is known by its name only.
pub(super) fn heirs<'a>(
    desired: &'a Desired,
    observed: &'a Observed,
) -> Vec<(Option<&'a DesiredDevice>, &'a DeviceRow)> {
    let key = |row: &'a DeviceRow| key_of(&row.custom_fields);
    let by_key = |row: &'a DeviceRow| desired.heir(key(row)?);
    let wishes = desired.devices.values();
    let names: BTreeMap<&str, &DesiredDevice> =
        wishes.map(|wish| (wish.name.as_str(), wish)).collect();
    let by_name = |row: &'a DeviceRow| names.get(row.name.as_deref()?).copied();
    let mut rows: Vec<_> = observed.devices.values().collect();
    rows.sort_by_key(|row| match by_key(row) {
        Some(wish) if key(row) == Some(&wish.key) => 0,
        Some(_) => 1,
        None => 2,
    });
    let wish = |row| by_key(row).or_else(|| by_name(row));
    rows.into_iter().map(|row| (wish(row), row)).collect()
}

/// Ids by the keys that devices have to have.
pub(super) fn ids<'a>(desired: &'a Desired, observed: &'a Observed) -> BTreeMap<&'a str, u64> {
    let mut ids = BTreeMap::new();
    for (wish, row) in heirs(desired, observed) {
        if let Some(wish) = wish {
            ids.entry(wish.key.as_str()).or_insert(row.id);
        }
    }
    ids
}
