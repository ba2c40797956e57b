//! The reference designs of the ancestor, against its own numbers and cables: equal, or different for
//! a reason that stands in the table. `HEDGEHOG_CASES` names their folder; without it nothing is
//! compared.

#![expect(
    clippy::disallowed_methods,
    reason = "an opt-in comparison with files outside"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use hedgehog::cli::{self, Ending, Format};
use hedgehog::fabric::catalog::Catalog;
use serde_json::Value;

/// A number or a set of cables that differs from the ancestor's, and rightly.
struct Difference {
    case: &'static str,
    /// Path into `expected.json`, or `cables` for cables that lie elsewhere.
    what: &'static str,
    /// Our number; for `cables` how many of ours the ancestor has not.
    ours: u64,
    /// Number of the defect in the list of `docs/guides/coming-from-diet.md`.
    defect: &'static str,
    reason: &'static str,
}

const DIFFERENCES: [Difference; 0] = [];

/// Cases with a switch that the catalogue lacks. What differs in them is not in the table, so they are
/// not compared.
const NOT_COMPARED: [&str; 3] = [
    "training_xoc64_1xopg64_mesh_conv_ro",
    "ux_case_128gpu_odd_ports",
    "ux_case_small_mclag",
];

/// The cases, by name.
pub fn files() -> Vec<(String, String)> {
    let Some(folder) = std::env::var_os("HEDGEHOG_CASES").map(PathBuf::from) else {
        eprintln!("not compared: HEDGEHOG_CASES does not name a folder");
        return Vec::new();
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("the entry is there").path();
        if path
            .extension()
            .is_some_and(|extension| extension == "yaml")
        {
            let name = path
                .file_stem()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            files.push((name, std::fs::read_to_string(path).expect("text")));
        }
    }
    files.retain(|(name, _)| !NOT_COMPARED.contains(&name.as_str()));
    files.sort();
    assert!(!files.is_empty(), "no case in HEDGEHOG_CASES");
    files
}

fn beside(name: &str) -> Option<String> {
    let folder = PathBuf::from(std::env::var_os("HEDGEHOG_CASES")?);
    std::fs::read_to_string(folder.join(name)).ok()
}

/// Our numbers in the words of `expected.json`.
fn numbers(document: &Value) -> BTreeMap<String, Value> {
    let mut numbers = BTreeMap::new();
    for total in ["devices", "switches", "servers", "cables"] {
        numbers.insert(total.to_owned(), document["totals"][total].clone());
    }
    for (class, count) in document["switch_counts"].as_object().expect("counts") {
        for word in ["calculated", "override", "effective"] {
            let path = format!("switch_quantity.{class}.{word}");
            numbers.insert(path, count[word].clone());
        }
    }
    let mut links: BTreeMap<String, u64> = BTreeMap::new();
    for cable in document["cables"].as_array().expect("cables") {
        let ends = [&cable["b_device"], &cable["a_device"]];
        let ends = if cable["kind"] == "server" {
            &ends[..1]
        } else {
            &ends
        };
        for device in ends {
            *links
                .entry(device.as_str().expect("a name").to_owned())
                .or_default() += 1;
        }
    }
    let links = links.into_iter();
    numbers.extend(links.map(|(device, n)| (format!("links_per_switch.{device}"), n.into())));
    numbers
}

/// The value at a path of `expected.json`.
fn at<'v>(expected: &'v Value, path: &str) -> &'v Value {
    path.split('.').fold(expected, |value, step| &value[step])
}

/// Cables without direction.
fn cables(rows: impl Iterator<Item = [String; 4]>) -> BTreeSet<[(String, String); 2]> {
    let pair = |[a, x, b, y]: [String; 4]| {
        let mut ends = [(a, x), (b, y)];
        ends.sort();
        ends
    };
    rows.map(pair).collect()
}

fn of_document(document: &Value) -> BTreeSet<[(String, String); 2]> {
    let rows = document["cables"].as_array().expect("cables").iter();
    let members = ["a_device", "a_interface", "b_device", "b_interface"];
    cables(rows.map(|row| members.map(|member| row[member].as_str().expect("a name").to_owned())))
}

fn of_csv(text: &str) -> BTreeSet<[(String, String); 2]> {
    let rows = text.lines().skip(1).map(|line| {
        let cells: Vec<String> = line.split(',').map(str::to_owned).collect();
        <[String; 4]>::try_from(cells).expect("four cells")
    });
    cables(rows)
}

/// What differs: path, and our number.
fn differences(name: &str, document: &Value, expected: &Value) -> BTreeMap<String, u64> {
    let mut found = BTreeMap::new();
    for (path, ours) in numbers(document) {
        // Links are not listed for the largest.
        let listed = !path.starts_with("links") || !expected["links_per_switch"].is_null();
        if listed && ours != *at(expected, &path) {
            found.insert(path, ours.as_u64().unwrap_or_default());
        }
    }
    if let Some(csv) = beside(&format!("{name}.cables.csv")) {
        let (ours, theirs) = (of_document(document), of_csv(&csv));
        let others = ours.difference(&theirs).count();
        if others > 0 || ours.len() != theirs.len() {
            found.insert("cables elsewhere".to_owned(), others as u64);
        }
    }
    found
}

#[test]
fn numbers_and_cables_of_the_reference_designs() {
    let expected = beside("expected.json").map_or(Value::Null, |text| {
        serde_json::from_str(&text).expect("JSON")
    });
    let mut wrong = Vec::new();
    for (name, case) in files() {
        let answer = cli::plan(&case, Format::Json, Catalog::builtin());
        assert_eq!(answer.ending, Ending::Good, "{name}\n{}", answer.stdout);
        let document: Value = serde_json::from_str(&answer.stdout).expect("JSON");
        let found = differences(&name, &document, &expected[&name]);
        let listed: BTreeMap<String, u64> = DIFFERENCES
            .iter()
            .filter(|difference| difference.case == name)
            .map(|difference| (difference.what.to_owned(), difference.ours))
            .collect();
        if found != listed {
            wrong.push(format!("{name}: found {found:?}, listed {listed:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_difference_names_a_defect_of_the_guide() {
    let guide = include_str!("../../docs/guides/coming-from-diet.md");
    for difference in &DIFFERENCES {
        let Difference { defect, reason, .. } = difference;
        assert!(guide.contains(&format!("| {defect} |")), "{defect}");
        assert!(!reason.is_empty());
    }
    for number in 1..=49 {
        assert!(
            guide.contains(&format!("| D-{number:02} |")),
            "D-{number:02}"
        );
    }
}
