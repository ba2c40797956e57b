//! Cables as a set of unordered pairs of `(device, interface)`, whoever says them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use sha2::{Digest as _, Sha256};

use super::NetBox;

pub type End = (String, String);
/// The two ends in byte order.
pub type Cables = BTreeSet<(End, End)>;

fn pair(a: End, b: End) -> (End, End) {
    if a <= b { (a, b) } else { (b, a) }
}

/// The cables that `NetBox` has.
pub fn in_netbox(netbox: &NetBox) -> Cables {
    let mut ends: BTreeMap<u64, Vec<End>> = BTreeMap::new();
    for interface in netbox.all("dcim/interfaces", "cabled=true&fields=id,name,device,cable") {
        let end = (
            interface["device"]["name"].as_str().unwrap().to_owned(),
            interface["name"].as_str().unwrap().to_owned(),
        );
        ends.entry(interface["cable"]["id"].as_u64().unwrap())
            .or_default()
            .push(end);
    }
    ends.into_iter()
        .map(|(cable, mut ends)| {
            assert_eq!(ends.len(), 2, "cable {cable} has ends {ends:?}");
            let b = ends.pop().unwrap();
            pair(ends.pop().unwrap(), b)
        })
        .collect()
}

/// SHA-256 of the cables, one `device interface device interface` a line, sorted.
pub fn digest(cables: &Cables) -> String {
    let mut lines: Vec<String> = cables
        .iter()
        .map(|(a, b)| format!("{} {} {} {}", a.0, a.1, b.0, b.1))
        .collect();
    lines.sort();
    hex::encode(Sha256::digest(lines.join("\n")))
}

/// How many cables end on each device.
pub fn links_per_device(cables: &Cables) -> BTreeMap<&str, usize> {
    let mut links = BTreeMap::new();
    for (a, b) in cables {
        *links.entry(a.0.as_str()).or_default() += 1;
        *links.entry(b.0.as_str()).or_default() += 1;
    }
    links
}

/// The cables of a reference design, if the environment names the folder that has it.
pub fn of_case(case: &str) -> Option<Cables> {
    let folder = PathBuf::from(std::env::var_os("HEDGEHOG_CASES")?);
    let text = std::fs::read_to_string(folder.join(format!("{case}.cables.csv"))).unwrap();
    let rows = text.lines().skip(1).map(|line| {
        let cells: Vec<&str> = line.split(',').collect();
        let end = |at: usize| (cells[at].to_owned(), cells[at + 1].to_owned());
        pair(end(0), end(2))
    });
    Some(rows.collect())
}
