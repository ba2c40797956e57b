//! Pure: cables as text, one entry per device, the same from a blueprint and from what was read.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::fabric::blueprint::{Blueprint, CableEnd};

/// One cable by names: `a`, `b`.
pub type Row = (CableEnd, CableEnd);

/// Device name to its cables, one per line (`fe-p0 -- fe-leaf-01:E1/1/1`), for the devices that are
/// the A end of a cable. Lines are in natural order.
pub fn cabling(rows: impl IntoIterator<Item = Row>) -> BTreeMap<String, String> {
    let mut lines: BTreeMap<String, Vec<(CableEnd, CableEnd)>> = BTreeMap::new();
    for (a, b) in rows {
        lines.entry(a.device.clone()).or_default().push((a, b));
    }
    lines
        .into_iter()
        .map(|(device, mut rows)| {
            rows.sort_by(|x, y| {
                natural(&x.0.interface, &y.0.interface)
                    .then_with(|| natural(&x.1.device, &y.1.device))
                    .then_with(|| natural(&x.1.interface, &y.1.interface))
            });
            let text: Vec<String> = rows
                .iter()
                .map(|(a, b)| format!("{} -- {}:{}", a.interface, b.device, b.interface))
                .collect();
            (device, text.join("\n"))
        })
        .collect()
}

/// [`cabling`] of a blueprint.
pub fn of_blueprint(blueprint: &Blueprint) -> BTreeMap<String, String> {
    cabling(
        blueprint
            .cables
            .iter()
            .map(|cable| (cable.a.clone(), cable.b.clone())),
    )
}

/// Compares runs of digits as numbers: `E1/2` before `E1/10`.
pub fn natural(a: &str, b: &str) -> Ordering {
    let mut left = a.as_bytes();
    let mut right = b.as_bytes();
    while let (Some(x), Some(y)) = (left.first(), right.first()) {
        if x.is_ascii_digit() && y.is_ascii_digit() {
            let (number_x, rest_x) = digits(left);
            let (number_y, rest_y) = digits(right);
            let order = number_x
                .len()
                .cmp(&number_y.len())
                .then_with(|| number_x.cmp(number_y));
            if order != Ordering::Equal {
                return order;
            }
            (left, right) = (rest_x, rest_y);
        } else if x == y {
            (left, right) = (&left[1..], &right[1..]);
        } else {
            return x.cmp(y);
        }
    }
    // Names that differ only in leading zeros are still different names.
    left.len().cmp(&right.len()).then_with(|| a.cmp(b))
}

/// The number at the start, without leading zeros, and what follows it.
fn digits(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text
        .iter()
        .position(|b| !b.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, rest) = text.split_at(end);
    let zeros = number
        .iter()
        .position(|b| *b != b'0')
        .unwrap_or(number.len());
    (&number[zeros..], rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_names_count_as_numbers() {
        let mut names = [
            "E1/10",
            "E1/2",
            "E1/2/10",
            "E1/2/9",
            "p1",
            "be-rail-0",
            "E1/02",
            "p",
            "E1/1",
        ];
        names.sort_by(|a, b| natural(a, b));
        assert_eq!(
            names,
            [
                "E1/1",
                "E1/02",
                "E1/2",
                "E1/2/9",
                "E1/2/10",
                "E1/10",
                "be-rail-0",
                "p",
                "p1"
            ]
        );
    }

    #[test]
    fn one_entry_per_a_device_with_sorted_lines() {
        let end = |device: &str, interface: &str| CableEnd {
            device: device.to_owned(),
            interface: interface.to_owned(),
        };
        let text = cabling([
            (end("s-001", "p10"), end("leaf-01", "E1/3")),
            (end("s-001", "p2"), end("leaf-01", "E1/1")),
            (end("leaf-01", "E1/9"), end("spine-01", "E1/1")),
        ]);
        assert_eq!(text["s-001"], "p2 -- leaf-01:E1/1\np10 -- leaf-01:E1/3");
        assert_eq!(text["leaf-01"], "E1/9 -- spine-01:E1/1");
    }
}
