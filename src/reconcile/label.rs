//! Pure: what objects are called in errors and in progress, and which class they come from.

use crate::fabric::blueprint::{Blueprint, Device};

/// A device, or a part of it: `leaf-01`, `leaf-01:E1/1`.
pub(super) fn label(device: &str, part: Option<&str>) -> String {
    part.map_or_else(|| device.to_owned(), |part| format!("{device}:{part}"))
}

/// The class of the first device that a label names; of several that begin there, of the longest name.
pub fn class_in<'a>(blueprint: &'a Blueprint, label: &str) -> Option<&'a str> {
    let named = |device: &'a Device| Some((begin_of(&device.name, label)?, device));
    let first = blueprint
        .devices
        .iter()
        .filter_map(named)
        .min_by_key(|(begin, device)| (*begin, usize::MAX - device.name.len()));
    first.map(|(_, device)| device.key.class.as_str())
}

/// Where the whole name stands in a label.
fn begin_of(name: &str, label: &str) -> Option<usize> {
    let is_end = |rest: &str| rest.is_empty() || rest.starts_with([':', ' ']);
    let mut found = label.match_indices(name).map(|(begin, _)| begin);
    found.find(|begin| {
        let before = &label[..*begin];
        let after = &label[begin + name.len()..];
        (before.is_empty() || before.ends_with(' ')) && is_end(after)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_name_is_found() {
        assert_eq!(begin_of("leaf-1", "leaf-1"), Some(0));
        assert_eq!(begin_of("leaf-1", "leaf-1:E1/1 -- leaf-10:E1/2"), Some(0));
        assert_eq!(begin_of("leaf-10", "leaf-1:E1/1 -- leaf-10:E1/2"), Some(15));
        assert_eq!(begin_of("leaf-1", "module nic of leaf-1"), Some(14));
        assert_eq!(begin_of("leaf-1", "leaf-10"), None);
        assert_eq!(begin_of("leaf-1", "be-leaf-1"), None);
    }
}
