//! Pure: a change set as lines for people, for reports of drift.

use super::diff::{ChangeSet, Changes};
use super::lower::{Desired, DesiredCable, PartKey};

impl ChangeSet {
    /// One line for each difference: `cable .. is missing`, `device .. is not in the plan`.
    pub fn summary(&self, desired: &Desired) -> Vec<String> {
        let name = |key: &str| {
            desired
                .devices
                .get(key)
                .map_or_else(|| key.to_owned(), |device| device.name.clone())
        };
        let end = |part: &PartKey| format!("{}:{}", name(&part.0), part.1);
        let mut lines = Vec::new();
        let Self {
            devices,
            bays,
            modules,
            interfaces,
            cables,
            moves,
            conflicts,
        } = self;
        lines.extend(of("device", devices, |wish| wish.name.clone()));
        lines.extend(of("module bay", bays, |wish| {
            format!("{} of {}", wish.bay, name(&wish.device))
        }));
        lines.extend(of("module", modules, |wish| {
            format!("{} of {}", wish.bay, name(&wish.device))
        }));
        lines.extend(of("interface", interfaces, |wish| {
            format!("{}:{}", name(&wish.device), wish.name)
        }));
        let ends = |wish: &DesiredCable| format!("{} -- {}", end(&wish.a), end(&wish.b));
        lines.extend(of("cable", cables, ends));
        let moved = moves.iter();
        lines.extend(
            moved.map(|cable| format!("{} is not on {}", cable.update.label, ends(&cable.wish))),
        );
        lines.extend(conflicts.iter().map(ToString::to_string));
        lines
    }
}

fn of<C>(kind: &str, changes: &Changes<C>, label: impl Fn(&C) -> String) -> Vec<String> {
    let missing = changes
        .create
        .iter()
        .map(|wish| format!("{kind} {} is missing", label(wish)));
    let extra = changes
        .delete
        .iter()
        .map(|delete| format!("{} is not in the plan", worded(kind, &delete.label)));
    let other = changes.update.iter().flat_map(|update| {
        update
            .differences
            .iter()
            .map(move |differs| format!("{}: {differs}", worded(kind, &update.label)))
    });
    missing.chain(extra).chain(other).collect()
}

/// Labels of modules and cables begin with their kind already.
fn worded(kind: &str, label: &str) -> String {
    if label.starts_with(kind) {
        label.to_owned()
    } else {
        format!("{kind} {label}")
    }
}
