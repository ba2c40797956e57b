//! What the fake `NetBox` holds, object by object and without what differs from run to run: ids,
//! times, the plan's marker and the name of the run.

use std::collections::BTreeMap;

use hedgehog::reconcile::journal::Journal;
use serde_json::{Value, json};

use super::fake_tables::Tables;

/// Tables whose rows are told by those of others.
const TOLD_ELSEWHERE: [&str; 1] = ["dcim/cable-terminations"];

/// One line for each object, sorted.
pub fn inventory(tables: &Tables) -> Vec<String> {
    inventory_beside(tables, &Tables::default())
}

/// What two tables do not share.
pub fn unlike(found: &Tables, expected: &Tables) -> Vec<String> {
    let found_lines = inventory_beside(found, expected);
    differences(&found_lines, &inventory_beside(expected, found))
}

/// Without the rows that copies of one original have in common.
fn inventory_beside(tables: &Tables, other: &Tables) -> Vec<String> {
    let mut lines = Vec::new();
    for table in tables.names().filter(|t| !TOLD_ELSEWHERE.contains(t)) {
        let ids = tables.ids(table).into_iter();
        for id in ids.filter(|id| !tables.shares(other, table, *id)) {
            let mut object = tables.render(table, id).unwrap();
            plain(&mut object);
            if table == "dcim/interfaces" {
                object["cable"] = json!(tables.cable_key(id));
            }
            lines.push(format!("{table} {object}"));
        }
    }
    lines.sort();
    lines
}

/// What two inventories do not share; empty where they are equal.
pub fn differences(found: &[String], expected: &[String]) -> Vec<String> {
    let counts = |lines: &[String]| -> BTreeMap<String, usize> {
        lines.iter().fold(BTreeMap::new(), |mut counts, line| {
            *counts.entry(line.clone()).or_default() += 1;
            counts
        })
    };
    if found == expected {
        return Vec::new();
    }
    let (found, expected) = (counts(found), counts(expected));
    let of = |sign, some: &BTreeMap<String, usize>, other: &BTreeMap<String, usize>| {
        let more = |(line, count): &(&String, &usize)| other.get(*line).unwrap_or(&0) < *count;
        let lines: Vec<String> = some
            .iter()
            .filter(more)
            .map(|(line, _)| format!("{sign} {line}"))
            .collect();
        lines
    };
    [of("+", &found, &expected), of("-", &expected, &found)].concat()
}

fn plain(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.remove("id");
            map.remove("created");
            map.remove("last_updated");
            if let Some(Value::Object(fields)) = map.get_mut("custom_fields") {
                // Never set and taken back are the same.
                fields.retain(|_, value| !value.is_null());
                if let Some(marker) = fields.get_mut("hedgehog_plan_id") {
                    *marker = json!("of a plan");
                }
                if let Some(owner) = fields.get_mut("hedgehog_owner") {
                    let unfinished = owner.as_str().is_some_and(|o| o.contains("unfinished"));
                    *owner = json!(["of a state", unfinished]);
                }
            }
            if let Some(Value::Array(tags)) = map.get_mut("tags") {
                tags.sort_by_key(|tag| tag["slug"].to_string());
            }
            let journal = map.get("description").and_then(Value::as_str);
            if let Some(journal) = journal.and_then(Journal::parse) {
                let Journal {
                    phase,
                    digest,
                    devices,
                    cables,
                    ..
                } = journal;
                let told = format!("{phase:?} {digest} {devices} {cables}");
                map.insert("description".to_owned(), json!(told));
            }
            map.values_mut().for_each(plain);
        }
        Value::Array(values) => values.iter_mut().for_each(plain),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
