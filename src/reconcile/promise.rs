//! Pure: whether the ids that a plan promised can be kept. Terraform takes a known value at its word,
//! so that a device which has to be made anew, because it went after the plan was made, stops the
//! apply before its first write.

use super::identity;
use super::lower::Desired;
use super::observed::Observed;
use super::overtaken::{How, Overtaken};

/// Devices whose promised id is not the one that they have, or will have.
pub(super) fn broken(desired: &Desired, observed: &Observed) -> Vec<Overtaken> {
    let has = identity::ids(desired, observed);
    let promised = &desired.target.promised;
    let broken = desired.devices.values().filter_map(|device| {
        let saw = *promised.get(&device.name)?;
        let now = has.get(device.key.as_str()).copied();
        (now != Some(saw)).then(|| Overtaken {
            object: device.name.clone(),
            how: How::Remade { saw, now },
        })
    });
    broken.collect()
}
