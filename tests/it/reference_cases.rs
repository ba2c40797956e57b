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
    /// Path into `expected.json`, or `cables elsewhere.` and the switch class on which cables lie
    /// that the ancestor has not there.
    what: &'static str,
    /// The ancestor's number; of cables there is none.
    theirs: Option<u64>,
    /// Our number; of cables, how many.
    ours: u64,
    /// Number of the defect in the list of `docs/guides/coming-from-diet.md`, which has these rows too.
    defect: &'static str,
    reason: &'static str,
}

const fn differs(
    case: &'static str,
    what: &'static str,
    theirs: Option<u64>,
    ours: u64,
    defect: &'static str,
    reason: &'static str,
) -> Difference {
    Difference {
        case,
        what,
        theirs,
        ours,
        defect,
        reason,
    }
}

const ODD: &str = "ux_case_128gpu_odd_ports";
const MESH: &str = "training_xoc64_1xopg64_mesh_conv_ro";

/// Reasons that several numbers have.
const BLOCKS: &str = "155 servers of nine classes are one row: 39, 39, 39 and 38 to a leaf";
const GATEWAYS: &str = "two gateways of two ports use all four spines, not the first two twice";
const HALVES: &str = "14 servers of three classes are one row: seven to a leaf, 14 ports each";

const DIFFERENCES: [Difference; 15] = [
    differs(
        ODD,
        "switch_quantity.fe-spine.calculated",
        Some(3),
        4,
        "D-38",
        "32 border uplinks of 100G count, and a spine has eight such ports",
    ),
    differs(
        ODD,
        "cables elsewhere.oob-mgmt-leaf",
        None,
        153,
        "D-05",
        BLOCKS,
    ),
    differs(
        ODD,
        "links_per_switch.oob-mgmt-leaf-01",
        Some(45),
        41,
        "D-05",
        BLOCKS,
    ),
    differs(
        ODD,
        "links_per_switch.oob-mgmt-leaf-03",
        Some(39),
        41,
        "D-05",
        BLOCKS,
    ),
    differs(
        ODD,
        "links_per_switch.oob-mgmt-leaf-04",
        Some(38),
        40,
        "D-05",
        BLOCKS,
    ),
    differs(ODD, "cables elsewhere.fe-spine", None, 2, "D-04", GATEWAYS),
    differs(
        ODD,
        "links_per_switch.fe-spine-01",
        Some(42),
        41,
        "D-04",
        GATEWAYS,
    ),
    differs(
        ODD,
        "links_per_switch.fe-spine-02",
        Some(42),
        41,
        "D-04",
        GATEWAYS,
    ),
    differs(
        ODD,
        "links_per_switch.fe-spine-03",
        Some(40),
        41,
        "D-04",
        GATEWAYS,
    ),
    differs(
        ODD,
        "links_per_switch.fe-spine-04",
        Some(40),
        41,
        "D-04",
        GATEWAYS,
    ),
    differs(
        ODD,
        "modules",
        Some(2_218),
        2_220,
        "D-04",
        "the second gateway opens a cage on two more spines: two more optics",
    ),
    differs(
        MESH,
        "cables elsewhere.soc_storage_scale_out_leaf",
        None,
        20,
        "D-05",
        HALVES,
    ),
    differs(
        MESH,
        "links_per_switch.soc_storage_scale_out_leaf-01",
        Some(50),
        48,
        "D-05",
        HALVES,
    ),
    differs(
        MESH,
        "links_per_switch.soc_storage_scale_out_leaf-02",
        Some(46),
        48,
        "D-05",
        HALVES,
    ),
    differs(
        MESH,
        "modules",
        Some(259),
        260,
        "D-05",
        "14 ports fill four cages of each leaf; 16 and 12 fill four and three",
    ),
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
    for total in ["devices", "switches", "servers", "cables", "modules"] {
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

/// Cards and optics of servers, and the cages of switches that carry a cable, each with an optic.
const MODULES: [&str; 3] = ["nic_modules", "server_transceivers", "switch_cages_used"];

/// The value at a path of `expected.json`; `None` if it is not listed there.
fn at(expected: &Value, path: &str) -> Option<Value> {
    if path == "modules" {
        let parts = MODULES.iter().map(|part| expected[part].as_u64());
        return Some(parts.sum::<Option<u64>>()?.into());
    }
    // Links are not listed for the largest.
    let listed = !path.starts_with("links") || !expected["links_per_switch"].is_null();
    let value = path.split('.').fold(expected, |value, step| &value[step]);
    listed.then(|| value.clone())
}

/// The two ends of a cable, without direction.
type Cable = [(String, String); 2];

fn cable([a, x, b, y]: [String; 4]) -> Cable {
    let mut ends = [(a, x), (b, y)];
    ends.sort();
    ends
}

/// Our cables, each with the class of the switch at its far end.
fn of_document(document: &Value) -> BTreeMap<Cable, String> {
    let rows = document["cables"].as_array().expect("cables").iter();
    let members = ["a_device", "a_interface", "b_device", "b_interface"];
    let row = |row: &Value| {
        let ends = members.map(|member| row[member].as_str().expect("a name").to_owned());
        let (class, _) = ends[2].rsplit_once('-').expect("class and number");
        let class = class.to_owned();
        (cable(ends), class)
    };
    rows.map(row).collect()
}

fn of_csv(text: &str) -> BTreeSet<Cable> {
    let rows = text.lines().skip(1).map(|line| {
        let cells: Vec<String> = line.split(',').map(str::to_owned).collect();
        <[String; 4]>::try_from(cells).expect("four cells")
    });
    rows.map(cable).collect()
}

/// What differs: path, and our number.
fn differences(name: &str, document: &Value, expected: &Value) -> BTreeMap<String, u64> {
    let mut found = BTreeMap::new();
    for (path, ours) in numbers(document) {
        if at(expected, &path).is_some_and(|theirs| ours != theirs) {
            found.insert(path, ours.as_u64().unwrap_or_default());
        }
    }
    if let Some(csv) = beside(&format!("{name}.cables.csv")) {
        let theirs = of_csv(&csv);
        for (cable, class) in of_document(document) {
            if !theirs.contains(&cable) {
                *found
                    .entry(format!("cables elsewhere.{class}"))
                    .or_default() += 1;
            }
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
        let listed = DIFFERENCES
            .iter()
            .filter(|difference| difference.case == name);
        for difference in listed.clone() {
            let theirs = at(&expected[&name], difference.what);
            let theirs = theirs.and_then(|number| number.as_u64());
            assert_eq!(theirs, difference.theirs, "{name} {}", difference.what);
        }
        let listed: BTreeMap<String, u64> = listed
            .map(|difference| (difference.what.to_owned(), difference.ours))
            .collect();
        if found != listed {
            wrong.push(format!("{name}: found {found:?}, listed {listed:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A number with its thousands apart.
fn grouped(number: u64) -> String {
    match number {
        0..1_000 => number.to_string(),
        _ => format!("{},{:03}", number / 1_000, number % 1_000),
    }
}

#[test]
fn the_guide_has_each_difference() {
    let guide = include_str!("../../docs/guides/coming-from-diet.md");
    for number in 1..=49 {
        assert!(
            guide.contains(&format!("| D-{number:02} |")),
            "D-{number:02}"
        );
    }
    let row = |difference: &Difference| {
        let Difference {
            case,
            what,
            theirs,
            ours,
            defect,
            reason,
        } = difference;
        assert!(guide.contains(&format!("\n| {defect} |")), "{defect}");
        let theirs = theirs.map_or_else(|| "-".to_owned(), grouped);
        let ours = grouped(*ours);
        format!("| `{case}` | `{what}` | {theirs} | {ours} | {defect} | {reason} |")
    };
    let rows: Vec<String> = DIFFERENCES.iter().map(row).collect();
    let found = guide
        .lines()
        .filter(|line| line.starts_with("| `ux_case") || line.starts_with("| `training"));
    assert_eq!(found.collect::<Vec<_>>(), rows);
}
