//! Pure: which device that is there is which one that has to be there.

use std::collections::BTreeMap;

use crate::netbox::kind::device::DeviceRow;

use super::lower::{Desired, DesiredDevice};
use super::observed::{Observed, key_of};

/// Each device with what it has to become: by its key, or, where somebody took that away or gave it another
/// one, by its name. No two become the same. Of several with one key the one with the name comes first, then
/// one with the key as it is now before one of the class's earlier name.
pub(super) fn heirs<'a>(
    desired: &'a Desired,
    observed: &'a Observed,
) -> Vec<(Option<&'a DesiredDevice>, &'a DeviceRow)> {
    let key = |row: &'a DeviceRow| key_of(&row.custom_fields);
    let by_key = |row: &'a DeviceRow| desired.heir(key(row)?);
    let mut rows: Vec<_> = observed.devices.values().collect();
    rows.sort_by_key(|row| {
        by_key(row).map_or((true, true, true), |wish| {
            let other_name = row.name.as_deref() != Some(&wish.name);
            (false, other_name, key(row) != Some(&wish.key))
        })
    });
    let mut open: BTreeMap<&str, &DesiredDevice> = desired
        .devices
        .iter()
        .map(|(key, wish)| (key.as_str(), wish))
        .collect();
    let mut heirs: Vec<_> = rows
        .into_iter()
        .map(|row| {
            let wish = by_key(row).and_then(|wish| open.remove(wish.key.as_str()));
            (wish, row)
        })
        .collect();
    let mut names: BTreeMap<&str, &DesiredDevice> = open
        .into_values()
        .map(|wish| (wish.name.as_str(), wish))
        .collect();
    for (wish, row) in &mut heirs {
        if wish.is_none() {
            *wish = row.name.as_deref().and_then(|name| names.remove(name));
        }
    }
    heirs
}

/// Ids by the keys that devices have to have.
pub(super) fn ids<'a>(desired: &'a Desired, observed: &'a Observed) -> BTreeMap<&'a str, u64> {
    let heirs = heirs(desired, observed).into_iter();
    heirs
        .filter_map(|(wish, row)| Some((wish?.key.as_str(), row.id)))
        .collect()
}
