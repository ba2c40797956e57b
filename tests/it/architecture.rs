//! The walls between layers, and house rules that no compiler checks.

#![expect(clippy::disallowed_methods, reason = "this test reads the sources")]

use std::path::{Path, PathBuf};

/// Layer, and what it may name. `main.rs` may name all.
const ARROWS: [(&str, &[&str]); 7] = [
    ("case", &["diag", "fabric"]),
    ("cli", &["case", "diag", "fabric", "provider", "tf"]),
    ("fabric", &["diag"]),
    ("netbox", &["diag"]),
    ("reconcile", &["diag", "fabric", "netbox"]),
    ("provider", &["diag", "fabric", "netbox", "reconcile", "tf"]),
    ("tf", &["diag"]),
];
const LAYERS: [&str; 7] = [
    "case",
    "cli",
    "fabric",
    "netbox",
    "provider",
    "reconcile",
    "tf",
];

/// Files and folders under `src` that compute and do nothing else. A name without an end stands for
/// both a file and a folder.
const PURE: [&str; 18] = [
    "case/",
    "cli/",
    "fabric/",
    "netbox/batch",
    "provider/resource/topology_plan/outputs",
    "provider/resource/topology_plan/planned",
    "provider/resource/topology_plan/status",
    "provider/shown",
    "reconcile/cabling",
    "reconcile/diff",
    "reconcile/draft",
    "reconcile/lower",
    "reconcile/overtaken",
    "reconcile/owned",
    "reconcile/seen",
    "reconcile/types/spec",
    "reconcile/waves",
    "tf/plan",
];
const IMPURE_WORDS: [&str; 15] = [
    ".await",
    "HashMap",
    "HashSet",
    "Instant",
    "OffsetDateTime",
    "SystemTime",
    "async fn",
    "reqwest",
    "std::env",
    "std::fs",
    "std::io",
    "std::net",
    "std::process",
    "std::thread",
    "tokio",
];

const LINES_MAX: usize = 600;
const UNFINISHED: [&str; 3] = ["todo!", "unimplemented!", "#[ignore"];

struct Source {
    /// Below the package's root, with slashes.
    name: String,
    text: String,
}

fn sources(directory: &str) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut open = vec![root.join(directory)];
    while let Some(directory) = open.pop() {
        for entry in std::fs::read_dir(&directory).expect("the directory is there") {
            let path: PathBuf = entry.expect("the entry is there").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path
                    .strip_prefix(root)
                    .expect("below the root")
                    .display()
                    .to_string();
                found.push(Source {
                    name,
                    text: std::fs::read_to_string(path).expect("text"),
                });
            }
        }
    }
    found.sort_by(|one, other| one.name.cmp(&other.name));
    assert!(!found.is_empty());
    found
}

fn is_generated(source: &Source) -> bool {
    source.text.starts_with("// Generated")
}

/// Without comments: they may name anything.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().filter_map(|(index, line)| {
        let line = line.split("//").next().unwrap_or_default();
        (!line.trim().is_empty()).then_some((index + 1, line))
    })
}

/// The layers that a line reaches over `crate::`, alone or in braces.
fn reached(line: &str) -> Vec<&'static str> {
    let mut found = Vec::new();
    for (at, _) in line.match_indices("crate::") {
        let rest = &line[at + "crate::".len()..];
        let group = rest
            .strip_prefix('{')
            .map(|group| group.split('}').next().unwrap_or(group));
        let names = group.map_or_else(
            || vec![rest],
            |group| group.split(',').map(str::trim).collect::<Vec<_>>(),
        );
        for name in names {
            let end = name
                .find(|c: char| !c.is_alphanumeric() && c != '_')
                .unwrap_or(name.len());
            found.extend(
                LAYERS
                    .iter()
                    .copied()
                    .filter(|layer| *layer == &name[..end]),
            );
        }
    }
    found
}

fn wrong_arrows(source: &Source) -> Vec<String> {
    let rest = source.name.trim_start_matches("src/");
    let layer = rest.split(['/', '.']).next().unwrap_or_default();
    let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == layer) else {
        return Vec::new();
    };
    let wrong = |(number, line): (usize, &str)| {
        let names = reached(line).into_iter();
        names
            .filter(|name| *name != layer && !allowed.contains(name))
            .map(|name| format!("{}:{number}: {layer} must not know {name}", source.name))
            .collect::<Vec<_>>()
    };
    code(&source.text).flat_map(wrong).collect()
}

fn impure_words(source: &Source) -> Vec<String> {
    let rest = source.name.trim_start_matches("src/");
    if !PURE.iter().any(|prefix| rest.starts_with(prefix)) {
        return Vec::new();
    }
    let impure = |(number, line): (usize, &str)| {
        let words = IMPURE_WORDS.iter().filter(|word| line.contains(**word));
        words
            .map(|word| format!("{}:{number}: {word} in a pure part", source.name))
            .collect::<Vec<_>>()
    };
    code(&source.text).flat_map(impure).collect()
}

#[test]
fn layers_know_only_what_is_below_them() {
    let faults: Vec<_> = sources("src").iter().flat_map(wrong_arrows).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn pure_parts_do_nothing_but_compute() {
    let faults: Vec<_> = sources("src").iter().flat_map(impure_words).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn files_are_short_and_finished() {
    let mut faults = Vec::new();
    for source in sources("src").into_iter().chain(sources("tests")) {
        if is_generated(&source) || source.name == "tests/it/architecture.rs" {
            continue;
        }
        let lines = source.text.lines().count();
        if lines > LINES_MAX {
            faults.push(format!(
                "{}: {lines} lines are too many for one file",
                source.name
            ));
        }
        for (number, line) in code(&source.text) {
            let words = UNFINISHED.iter().filter(|word| line.contains(**word));
            faults.extend(words.map(|word| format!("{}:{number}: {word}", source.name)));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn test_modules_are_listed_in_order() {
    let main = include_str!("main.rs");
    let names: Vec<_> = main
        .lines()
        .filter(|line| line.starts_with("mod "))
        .collect();
    assert!(
        names.is_sorted(),
        "sort the modules of tests/it/main.rs: {names:?}"
    );
}

#[test]
fn planted_faults_are_found() {
    let plant = |name: &str, text: &str| Source {
        name: name.to_owned(),
        text: text.to_owned(),
    };
    let up = plant("src/tf/x.rs", "use crate::fabric::Design;");
    let group = plant("src/netbox/x.rs", "use crate::{diag, reconcile::apply};");
    let fine = plant(
        "src/reconcile/x.rs",
        "use crate::netbox::Client; // not crate::provider",
    );
    assert_eq!(wrong_arrows(&up).len(), 1);
    assert_eq!(wrong_arrows(&group).len(), 1);
    assert!(wrong_arrows(&fine).is_empty());
    assert_eq!(
        impure_words(&plant("src/fabric/x.rs", "let now = SystemTime::now();")).len(),
        1
    );
    assert_eq!(
        impure_words(&plant("src/reconcile/diff.rs", "f().await;")).len(),
        1
    );
    assert!(impure_words(&plant("src/reconcile/apply.rs", "f().await;")).is_empty());
    assert!(impure_words(&plant("src/tf/plan.rs", "// never .await")).is_empty());
}
