//! The seeds of the fuzz targets hold what has to hold: inputs of all kinds, and those that were once
//! found to break something.

use std::path::{Path, PathBuf};

#[path = "../../fuzz/properties/mod.rs"]
mod properties;

/// The texts of a target, and a check that each of them holds.
fn check(target: &str, hold: fn(&str)) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/seeds")
        .join(target);
    let entries = std::fs::read_dir(&folder).expect("the target has seeds");
    let mut seeds: Vec<PathBuf> = entries.map(|entry| entry.expect("a file").path()).collect();
    seeds.sort();
    assert!(!seeds.is_empty());
    for seed in seeds {
        eprintln!("{}", seed.display());
        hold(&std::fs::read_to_string(&seed).expect("a text"));
    }
}

#[test]
fn port_specifications() {
    check("ports", properties::ports::hold);
}

#[test]
fn cases() {
    check("case", properties::case::hold);
}

#[test]
fn states() {
    check("state", properties::state::hold);
}
