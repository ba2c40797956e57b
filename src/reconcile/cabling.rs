//! Pure: cables as text, one entry per device, the same from a blueprint and from what was read.

use std::collections::BTreeMap;

use crate::fabric::blueprint::{Blueprint, CableEnd};
use crate::fabric::natural::natural;

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
