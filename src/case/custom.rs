//! A switch that the catalogue lacks, described by what the file has of it: its interface templates,
//! and the ports and modes of the zones.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::library::Abilities;
use super::types::DeviceType;
use crate::fabric::catalog::Cage;
use crate::fabric::design::{CustomPort, CustomProfile, SwitchClass};
use crate::fabric::ports;
use crate::fabric::units::Mode;

/// Gbit/s of a whole port, and the smallest cage that carries so much.
const CAGES: [(u64, Cage); 8] = [
    (1, Cage::Rj45),
    (10, Cage::SfpPlus),
    (25, Cage::Sfp28),
    (40, Cage::QsfpPlus),
    (100, Cage::Qsfp28),
    (200, Cage::Qsfp56),
    (400, Cage::QsfpDd),
    (800, Cage::Osfp),
];

/// What the file tells of a port.
#[derive(Debug, Default)]
struct Told<'f> {
    /// Of the zones that name it, the default first.
    modes: Vec<&'f str>,
    /// Type of its interface template.
    template: Option<&'f str>,
}

/// A cage, and its modes with the default first.
type Kind = (Cage, Vec<String>);

/// `None` if nothing in the file tells of what kind a port is.
pub(super) fn profile(
    class: &SwitchClass,
    device: &DeviceType,
    abilities: &Abilities,
) -> Option<CustomProfile> {
    let ports = told(class, device);
    let last = ports.keys().max().copied()?;
    let of_port = |(port, told): (&u32, &Told<'_>)| Some((*port, kind(*port, told, &ports)?));
    let known: BTreeMap<u32, Kind> = ports.iter().filter_map(of_port).collect();
    let mut before = known.values().next()?;
    let mut kinds: BTreeMap<&Kind, Vec<u32>> = BTreeMap::new();
    for port in 1..=last {
        // A port of which nothing is said is like the one before it.
        before = known.get(&port).unwrap_or(before);
        kinds.entry(before).or_default().push(port);
    }
    let kinds = kinds
        .into_iter()
        .flat_map(|(kind, ports)| specs(&ports).into_iter().map(move |spec| (kind, spec)));
    let ports = kinds.zip(1..).map(|((kind, spec), label)| {
        let label = format!("kind-{label}");
        (label, custom_port(kind, spec))
    });
    Some(CustomProfile {
        ports: ports.collect(),
        roles: roles(&abilities.roles),
        features: abilities.mclag.then(|| vec!["mclag".to_owned()]),
        ..CustomProfile::default()
    })
}

/// A profile knows spines and leaves. A file that lists no role says nothing.
fn roles(words: &[String]) -> Option<Vec<String>> {
    let roles = ["spine", "leaf"].into_iter();
    let listed = roles.filter(|role| words.iter().any(|word| word.ends_with(role)));
    let listed: Vec<String> = listed.map(str::to_owned).collect();
    (!listed.is_empty()).then_some(listed)
}

/// Modes that the file lists for a switch and that no port of it is described with.
pub(super) fn left_out(custom: &CustomProfile, abilities: &Abilities) -> Vec<String> {
    let kinds = custom.ports.values();
    let described: BTreeSet<Mode> = kinds
        .flat_map(|kind| {
            let speeds = kind
                .speeds
                .iter()
                .flatten()
                .map(|speed| format!("1x{speed}"));
            kind.breakouts.iter().flatten().cloned().chain(speeds)
        })
        .filter_map(|mode| Mode::parse(&mode))
        .collect();
    let listed = abilities.breakouts.iter();
    listed
        .filter(|mode| Mode::parse(mode).is_none_or(|mode| !described.contains(&mode)))
        .cloned()
        .collect()
}

/// By port. A specification that cannot be read is the engine's to tell.
fn told<'f>(class: &'f SwitchClass, device: &'f DeviceType) -> BTreeMap<u32, Told<'f>> {
    let mut modes: BTreeMap<u32, BTreeSet<&str>> = BTreeMap::new();
    for zone in class.zones.values() {
        for port in ports::expand(&zone.ports).unwrap_or_default() {
            let modes = modes.entry(port).or_default();
            modes.extend(zone.breakout.as_deref());
        }
    }
    let mut told: BTreeMap<u32, Told<'_>> = BTreeMap::new();
    for (port, modes) in &modes {
        told.entry(*port).or_default().modes = fastest_first(modes);
    }
    for (name, kind) in &device.interfaces {
        if let Some(port) = number(name) {
            told.entry(port).or_default().template = Some(kind);
        }
    }
    told
}

fn kind(port: u32, told: &Told<'_>, all: &BTreeMap<u32, Told<'_>>) -> Option<Kind> {
    let speed = told.speed();
    // Switches are built in rows: the nearest port of the same speed has the same cage.
    let like = || {
        let known = all.iter().filter(|(_, other)| other.speed() == speed);
        let known = known.filter_map(|(other, told)| Some((other.abs_diff(port), told.cage()?)));
        known.min_by_key(|(distance, _)| *distance)
    };
    let cage = told
        .cage()
        .or_else(|| speed.and_then(|_| Some(like()?.1)))
        .or_else(|| by_speed(speed?))?;
    let modes = if told.modes.is_empty() {
        vec![format!("1x{}G", speed?)]
    } else {
        told.modes.iter().map(|mode| (*mode).to_owned()).collect()
    };
    Some((cage, modes))
}

impl Told<'_> {
    /// Of the whole port, in Gbit/s.
    fn speed(&self) -> Option<u64> {
        match (self.modes.first(), self.template) {
            (Some(mode), _) => {
                let mode = Mode::parse(mode)?;
                Some(u64::from(mode.ports) * mode.speed.mbps() / 1_000)
            }
            (None, Some(kind)) => kind.split_once("gbase")?.0.parse().ok(),
            (None, None) => None,
        }
    }

    fn cage(&self) -> Option<Cage> {
        Cage::of_interface_type(self.template?)
    }
}

/// The ports as few specifications that are not too long.
fn specs(ports: &[u32]) -> Vec<String> {
    let spec = ports::compact(ports.iter().copied());
    if spec.len() <= ports::SPEC_LENGTH_MAX {
        return vec![spec];
    }
    let (first, second) = ports.split_at(ports.len() / 2);
    [specs(first), specs(second)].concat()
}

/// `E1/7` has number 7.
fn number(interface: &str) -> Option<u32> {
    interface.strip_prefix("E1/")?.parse().ok()
}

/// The smallest cage that a whole port of so many Gbit/s fits into.
fn by_speed(gbps: u64) -> Option<Cage> {
    let fitting = CAGES.iter().find(|(carries, _)| *carries >= gbps);
    fitting.map(|(_, cage)| *cage)
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
fn custom_port((cage, modes): &Kind, ports: String) -> CustomPort {
    let whole = modes.iter().all(|mode| mode.starts_with("1x"));
    let texts = |text: fn(&str) -> &str| modes.iter().map(|mode| text(mode).to_owned()).collect();
    CustomPort {
        ports,
        cage: cage.word().to_owned(),
        breakouts: (!whole).then(|| texts(|mode| mode)),
        speeds: whole.then(|| texts(|mode| mode.trim_start_matches("1x"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::types::Maker;
    use crate::fabric::design::Zone;

    /// Interface templates as `name type`, zones as `ports breakout`.
    fn made(templates: &[&str], zones: &[&str], abilities: &Abilities) -> CustomProfile {
        let pair = |text: &&str| {
            let (one, other) = text.split_once(' ').unwrap_or((text, ""));
            (one.to_owned(), other.to_owned())
        };
        let device = DeviceType {
            maker: Maker {
                name: "Acme".to_owned(),
                slug: "acme".to_owned(),
            },
            model: "Switch".to_owned(),
            slug: "switch".to_owned(),
            u_height: None,
            is_full_depth: None,
            interfaces: templates.iter().map(pair).collect(),
        };
        let zones = zones.iter().map(pair).map(|(ports, breakout)| Zone {
            ports,
            breakout: (!breakout.is_empty()).then_some(breakout),
            ..Zone::default()
        });
        let class = SwitchClass {
            zones: zones.zip(1..).map(|(z, n)| (format!("{n}"), z)).collect(),
            ..SwitchClass::default()
        };
        profile(&class, &device, abilities).unwrap_or_default()
    }

    /// What the ports become, a line for each kind.
    fn check(templates: &[&str], zones: &[&str], expect: &[&str]) {
        let profile = made(templates, zones, &Abilities::default());
        let line = |port: &CustomPort| {
            let modes = port.breakouts.as_ref().or(port.speeds.as_ref());
            let modes = modes.map(|modes| modes.join(" ")).unwrap_or_default();
            format!("{} {} {modes}", port.ports, port.cage)
        };
        let lines: Vec<String> = profile.ports.values().map(line).collect();
        assert_eq!(lines, expect, "{templates:?} {zones:?}");
    }

    #[test]
    fn abilities_are_carried_over_or_told() {
        let texts = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        let abilities = Abilities {
            mclag: true,
            roles: texts(&["border-leaf", "server-leaf", "virtual"]),
            breakouts: texts(&["1x800G", "4x200G"]),
        };
        let custom = made(&[DD], &["1 4x200G"], &abilities);
        assert_eq!(custom.roles, Some(texts(&["leaf"])));
        assert_eq!(custom.features, Some(texts(&["mclag"])));
        assert_eq!(left_out(&custom, &abilities), ["1x800G"]);
        let custom = made(&[DD], &["1 4x200G"], &Abilities::default());
        assert_eq!((custom.roles, custom.features), (None, None));
    }

    const DD: &str = "E1/1 800gbase-x-qsfpdd";

    #[test]
    fn cages_of_templates() {
        check(&[DD], &["1 4x200G"], &["1 QSFP-DD 4x200G"]);
        // A mode of each zone that names the port, the whole port first.
        check(
            &["E1/1 800gbase-x-osfp"],
            &["1 2x400G", "1 1x800G"],
            &["1 OSFP 1x800G 2x400G"],
        );
        // Nobody uses it, but it is there.
        check(
            &[DD, "E1/2 25gbase-x-sfp28", "M1 1000base-t"],
            &["1 4x200G"],
            &["1 QSFP-DD 4x200G", "2 SFP28 25G"],
        );
    }

    #[test]
    fn ports_without_template_are_like_their_neighbours() {
        check(
            &[DD],
            &["1-2 4x200G", "3-4 1x800G"],
            &["3-4 QSFP-DD 800G", "1-2 QSFP-DD 4x200G"],
        );
        // The nearest of the same speed, whatever lies between.
        check(
            &[DD, "E1/3 100gbase-x-qsfp28", "E1/9 800gbase-x-osfp"],
            &["1-2 1x800G", "3-4 1x100G", "5-9 1x800G"],
            &["6-9 OSFP 800G", "1-2,5 QSFP-DD 800G", "3-4 QSFP28 100G"],
        );
        // A gap is like what is before it, or else like what follows.
        check(&[], &["2-4:2 1x100G"], &["1-4 QSFP28 100G"]);
    }

    #[test]
    fn ports_of_which_only_the_speed_is_known() {
        check(
            &[],
            &["1 2x400G", "2 4x25G", "3 1x25G", "4 1x10G"],
            &[
                "1 OSFP 2x400G",
                "2 QSFP28 4x25G",
                "3 SFP28 25G",
                "4 SFP+ 10G",
            ],
        );
        check(&["E1/1 other"], &["1"], &[]);
        check(&[], &["one 1x800G"], &[]);
        check(&[], &["1 1x9000G"], &[]);
    }

    #[test]
    fn long_lists_of_ports_become_several() {
        let (mut odd, mut rest) = (Vec::new(), Vec::new());
        for port in 1..=400_u32 {
            let list = if port * port % 7 == 1 {
                &mut odd
            } else {
                &mut rest
            };
            list.push(port);
        }
        for ports in [odd, rest] {
            let specs = specs(&ports);
            let again = specs.iter().map(|spec| ports::expand(spec).unwrap());
            assert_eq!(again.collect::<Vec<_>>().concat(), ports);
            assert!(specs.len() > 1);
        }
    }
}
