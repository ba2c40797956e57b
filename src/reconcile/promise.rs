//! Pure: whether the ids that a plan promised can be kept. Terraform takes a known value at its word,
//! so that a device which has to be made anew, because it went after the plan was made, stops the
//! apply before its first write.

use std::collections::BTreeMap;

use super::lower::Desired;
use super::observed::{Observed, key_of};

/// Devices whose promised id is not the one that they have, or will have.
pub(super) fn broken(desired: &Desired, observed: &Observed) -> Vec<String> {
    let has: BTreeMap<&str, u64> = observed
        .devices
        .values()
        .filter_map(|row| Some((key_of(&row.custom_fields)?, row.id)))
        .collect();
    let promised = &desired.target.promised;
    let broken = desired.devices.values().filter_map(|device| {
        let id = promised.get(&device.name)?;
        let now = has.get(device.key.as_str());
        match now {
            Some(now) if now == id => None,
            Some(now) => Some(format!("{} had the id {id}, and has {now}", device.name)),
            None => Some(format!("{} had the id {id}, and is gone", device.name)),
        }
    });
    broken.collect()
}
