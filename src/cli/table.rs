//! The answer of `plan` for people.

use std::fmt::Write as _;

use super::plan::Planned;
use crate::fabric::blueprint::Blueprint;
use crate::fabric::natural;

const COLUMNS: [&str; 4] = ["SWITCH CLASS", "CALCULATED", "OVERRIDE", "BUILT"];

/// Counts, totals and the report, then everything that is wrong.
pub(super) fn print(planned: &Planned) -> String {
    let mut text = format!("{}\n\n", planned.name);
    match &planned.blueprint {
        Some(blueprint) => {
            text += &counts(blueprint);
            text += &totals(blueprint);
            text += &blueprint.report.join("\n");
            text.push_str("\n\n");
        }
        None => text.push_str("Not everything could be placed, so there are no counts.\n\n"),
    }
    text.extend(planned.told.iter().map(ToString::to_string));
    text
}

fn counts(blueprint: &Blueprint) -> String {
    let number = |number: Option<u32>| number.map_or_else(|| "-".to_owned(), |n| n.to_string());
    let row = |class: &String| {
        let count = blueprint.switch_counts.get(class);
        [
            class.clone(),
            number(count.and_then(|count| count.calculated)),
            number(count.and_then(|count| count.override_quantity)),
            number(count.map(|count| count.effective)),
        ]
    };
    let rows = natural::sorted(blueprint.switch_counts.keys())
        .into_iter()
        .map(row);
    let rows: Vec<_> = std::iter::once(COLUMNS.map(str::to_owned))
        .chain(rows)
        .collect();
    let names = rows.iter().map(|row| row[0].chars().count());
    let width = names.max().unwrap_or_default();
    let mut text = String::new();
    for [class, calculated, given, built] in rows {
        // Writing into a string cannot fail.
        _ = writeln!(
            text,
            "{class:width$}  {calculated:>10}  {given:>8}  {built:>5}"
        );
    }
    text + "\n"
}

fn totals(blueprint: &Blueprint) -> String {
    let totals = &blueprint.totals;
    format!(
        "{} devices: {} switches, {} servers. {} cables, {} modules, {} interfaces.\n\n",
        totals.devices,
        totals.switches,
        totals.servers,
        totals.cables,
        totals.modules,
        totals.interfaces
    )
}
