//! A switch that the catalogue lacks, described by what the file has of it: its interface templates,
//! and the ports and modes of the zones.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::types::DeviceType;
use crate::fabric::design::{CustomPort, CustomProfile, SwitchClass};
use crate::fabric::ports;
use crate::fabric::units::Mode;

/// The cage of an interface type, by what its name ends on, or of the speed of the whole port.
const CAGES: [(&str, u32, &str); 9] = [
    ("osfp", 800, "OSFP"),
    ("qsfpdd", 400, "QSFP-DD"),
    ("qsfp112", 0, "QSFP112"),
    ("qsfp56", 200, "QSFP56"),
    ("qsfp28", 100, "QSFP28"),
    ("qsfpp", 40, "QSFP+"),
    ("sfp28", 25, "SFP28"),
    ("sfpp", 10, "SFP+"),
    ("base-t", 1, "RJ45"),
];

/// A cage, and its modes with the default first.
type Kind<'m> = (&'static str, Vec<&'m str>);

/// `None` if a port is of a kind that nothing in the file tells.
pub(super) fn profile(class: &SwitchClass, device: &DeviceType) -> Option<CustomProfile> {
    let mut modes: BTreeMap<u32, BTreeSet<&str>> = BTreeMap::new();
    for zone in class.zones.values() {
        for port in ports::expand(&zone.ports).ok()? {
            modes
                .entry(port)
                .or_default()
                .extend(zone.breakout.as_deref());
        }
    }
    let templates: BTreeMap<u32, &str> = device
        .interfaces
        .iter()
        .filter_map(|(name, kind)| Some((number(name)?, kind.as_str())))
        .collect();
    let last = modes.keys().chain(templates.keys()).max().copied()?;
    let mut kinds: BTreeMap<Kind<'_>, Vec<u32>> = BTreeMap::new();
    let mut before: Option<Kind<'_>> = None;
    for port in 1..=last {
        let used = modes.get(&port).map(fastest_first).unwrap_or_default();
        let cage = templates.get(&port).and_then(|kind| by_type(kind));
        let cage = cage.or_else(|| by_speed(used.first()?));
        // A port of which nothing is said is like the one before it.
        let kind = match (cage, before.take()) {
            (Some(cage), _) if !used.is_empty() => (cage, used),
            (_, Some(before)) => before,
            (Some(cage), None) => (cage, used),
            (None, None) => return None,
        };
        kinds.entry(kind.clone()).or_default().push(port);
        before = Some(kind);
    }
    let ports = kinds.into_iter().zip(1..).map(custom_port).collect();
    Some(CustomProfile {
        ports,
        ..CustomProfile::default()
    })
}

/// `E1/7` has number 7.
fn number(interface: &str) -> Option<u32> {
    interface.strip_prefix("E1/")?.parse().ok()
}

fn by_type(kind: &str) -> Option<&'static str> {
    let found = CAGES.iter().find(|(end, _, _)| kind.ends_with(end));
    found.map(|(_, _, cage)| *cage)
}

/// The smallest cage that the mode's whole port fits into.
fn by_speed(mode: &str) -> Option<&'static str> {
    let mode = Mode::parse(mode)?;
    let gbps = u64::from(mode.ports) * mode.speed.mbps() / 1_000;
    let fitting = CAGES
        .iter()
        .rev()
        .find(|(_, speed, _)| u64::from(*speed) >= gbps);
    fitting.map(|(_, _, cage)| *cage)
}

/// The first mode is the default: the whole port at its highest speed.
fn fastest_first<'m>(modes: &BTreeSet<&'m str>) -> Vec<&'m str> {
    let mut modes: Vec<&str> = modes.iter().copied().collect();
    modes.sort_by_key(|mode| {
        let mode = Mode::parse(mode);
        mode.map(|mode| (mode.ports, Reverse(mode.speed)))
    });
    modes
}

/// Ports of one cage that run in the same modes. Fixed sockets and small cages have speeds, not
/// breakouts.
fn custom_port(((kind, ports), label): ((Kind<'_>, Vec<u32>), u32)) -> (String, CustomPort) {
    let (cage, modes) = kind;
    let whole = modes.iter().all(|mode| mode.starts_with("1x"));
    let texts = |text: fn(&str) -> &str| modes.iter().map(|mode| text(mode).to_owned()).collect();
    let port = CustomPort {
        ports: ports::compact(ports),
        cage: cage.to_owned(),
        breakouts: (!whole).then(|| texts(|mode| mode)),
        speeds: whole.then(|| texts(|mode| mode.trim_start_matches("1x"))),
    };
    (format!("kind-{label}"), port)
}
