//! Reads `profiles.txt`: one fact a line, opened by a word, blocks opened by `switch <name>`.
//!
//! | line | meaning |
//! |---|---|
//! | `cage <cage> <speed>=<type> ..` | NetBox interface types of children; for all switches |
//! | `maker <slug> <name>`, `model`, `silicon`, `nos`, `platform`, `source` | texts |
//! | `virtual`, `roles`, `leaf-limit`, `features`, `restrictions` | words |
//! | `max-ports <n>`, `max-paths-ebgp <n>` | limits |
//! | `management <name> <nos> <onie>` | a management port |
//! | `breakout <id> <cage> <speed> <type> autoneg=.. lanes=.. default=.. <mode>:<lane>.<lane> ..` | a port profile |
//! | `speed <id> <cage> <speed> <type> autoneg=.. default=.. <speed> ..` | a port profile without breakouts |
//! | `ports <first>-<last> <id> ethernet=<first>+<step> [cage=<first>+<step>] [labels=a,b] [grouped]` | cages |
//! | `group <name> <ports>`, `pipeline <name> <max> <ports>` | cages that share something |

use std::collections::BTreeMap;
use std::fmt;

use super::cage::{Cage, InterfaceTypes};
use super::profile::{
    Autoneg, LeafLimit, ManagementPort, Pipeline, PortGroup, PortKind, PortProfile, PortRange,
    ProfileRole, ProfileSource, SwitchProfile,
};
use crate::fabric::ports::expand;
use crate::fabric::units::{Mode, Speed};

/// A line of a data file that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseFault {
    /// From 1.
    pub line: u32,
    pub text: String,
}

impl fmt::Display for ParseFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "line {} of the catalogue cannot be read: {}",
            self.line, self.text
        )
    }
}

impl std::error::Error for ParseFault {}

pub(super) type Cages = BTreeMap<Cage, InterfaceTypes>;

/// Interface types by cage, and the profiles by name.
pub(super) fn profiles(text: &str) -> Result<(Cages, BTreeMap<String, SwitchProfile>), ParseFault> {
    let mut cages = Cages::new();
    let mut profiles: Vec<SwitchProfile> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let fault = || ParseFault {
            line: number,
            text: line.to_owned(),
        };
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "cage" => cage(rest, &mut cages).ok_or_else(fault)?,
            "switch" => profiles.push(SwitchProfile::named(rest)),
            _ => {
                let profile = profiles.last_mut().ok_or_else(fault)?;
                fact(word, rest, profile, &cages).ok_or_else(fault)?;
            }
        }
    }
    let profiles = profiles
        .into_iter()
        .map(|profile| (profile.name.clone(), profile))
        .collect();
    Ok((cages, profiles))
}

fn cage(rest: &str, cages: &mut Cages) -> Option<()> {
    let (name, types) = rest.split_once(' ')?;
    let types = types.split(' ').map(|pair| {
        let (speed, interface_type) = pair.split_once('=')?;
        Some((Speed::parse(speed)?, interface_type.to_owned()))
    });
    cages.insert(Cage::parse(name)?, types.collect::<Option<_>>()?);
    Some(())
}

/// Takes one line into the profile; `None` if it cannot be read.
fn fact(word: &str, rest: &str, profile: &mut SwitchProfile, cages: &Cages) -> Option<()> {
    let words = || {
        rest.split(' ')
            .filter(|w| !w.is_empty())
            .map(str::to_owned)
            .collect()
    };
    match word {
        "maker" => {
            let (slug, name) = rest.split_once(' ')?;
            (profile.manufacturer_slug, profile.manufacturer) = (slug.to_owned(), name.to_owned());
        }
        "model" => rest.clone_into(&mut profile.model),
        "silicon" => rest.clone_into(&mut profile.silicon),
        "nos" => rest.clone_into(&mut profile.nos),
        "platform" => rest.clone_into(&mut profile.platform),
        "source" => profile.source = source(rest)?,
        "virtual" => profile.is_virtual = true,
        "roles" => profile.roles = rest.split(' ').map(role).collect::<Option<_>>()?,
        "leaf-limit" => profile.leaf_limit = Some(leaf_limit(rest)?),
        "features" => profile.features = words(),
        "restrictions" => profile.restrictions = words(),
        "max-ports" => profile.ports_max = Some(rest.parse().ok()?),
        "max-paths-ebgp" => profile.ebgp_paths_max = Some(rest.parse().ok()?),
        "management" => profile.management.push(management(rest)?),
        "breakout" | "speed" => {
            let (id, port) = port_profile(word, rest, cages)?;
            profile.port_profiles.insert(id, port);
        }
        "ports" => port_range(rest, profile)?,
        "group" => {
            let (name, ports) = rest.split_once(' ')?;
            let ports = expand(ports).ok()?;
            profile.groups.push(PortGroup {
                name: name.to_owned(),
                ports,
            });
        }
        "pipeline" => profile.pipelines.push(pipeline(rest)?),
        _ => return None,
    }
    Some(())
}

fn source(word: &str) -> Option<ProfileSource> {
    match word {
        "default" => Some(ProfileSource::Default),
        "sonic-cls-plus" => Some(ProfileSource::SonicClsPlus),
        "cumulus" => Some(ProfileSource::Cumulus),
        _ => None,
    }
}

fn role(word: &str) -> Option<ProfileRole> {
    match word {
        "spine" => Some(ProfileRole::Spine),
        "leaf" => Some(ProfileRole::Leaf),
        _ => None,
    }
}

fn leaf_limit(word: &str) -> Option<LeafLimit> {
    match word {
        "l3-only" => Some(LeafLimit::L3Only),
        "limited" => Some(LeafLimit::Limited),
        _ => None,
    }
}

fn management(rest: &str) -> Option<ManagementPort> {
    let mut words = rest.split(' ').map(str::to_owned);
    Some(ManagementPort {
        name: words.next()?,
        nos: words.next()?,
        onie: words.next()?,
    })
}

fn pipeline(rest: &str) -> Option<Pipeline> {
    let mut words = rest.split(' ');
    Some(Pipeline {
        name: words.next()?.to_owned(),
        ports_max: words.next()?.parse().ok()?,
        ports: expand(words.next()?).ok()?,
    })
}

fn port_profile(kind: &str, rest: &str, cages: &Cages) -> Option<(String, PortProfile)> {
    let mut words = rest.split(' ');
    let (id, cage) = (words.next()?, Cage::parse(words.next()?)?);
    let (cage_speed, interface_type) = (words.next()?, words.next()?);
    let (allowed, default) = words.next()?.strip_prefix("autoneg=")?.split_once(',')?;
    let autoneg = Autoneg {
        allowed: allowed == "allowed",
        default: default == "on",
    };
    let lanes = match kind {
        "breakout" => Some(words.next()?.strip_prefix("lanes=")?.parse().ok()?),
        _ => None,
    };
    let default = Mode::parse(words.next()?.strip_prefix("default=")?)?;
    let kind = match lanes {
        Some(lanes) => PortKind::Breakout {
            lanes,
            modes: words.map(breakout).collect::<Option<_>>()?,
        },
        None => PortKind::Speed {
            speeds: words.map(Speed::parse).collect::<Option<_>>()?,
        },
    };
    let port = PortProfile {
        cage,
        cage_speed: Speed::parse(cage_speed)?,
        interface_type: interface_type.to_owned(),
        autoneg,
        default,
        kind,
        child_types: cages.get(&cage)?.clone(),
    };
    Some((id.to_owned(), port))
}

/// `4x200G:0.2.4.6`.
fn breakout(word: &str) -> Option<(Mode, Vec<u32>)> {
    let (mode, lanes) = word.split_once(':')?;
    let lanes = lanes
        .split('.')
        .map(|lane| lane.parse().ok())
        .collect::<Option<Vec<u32>>>()?;
    Some((Mode::parse(mode)?, lanes))
}

fn port_range(rest: &str, profile: &mut SwitchProfile) -> Option<()> {
    let mut words = rest.split(' ');
    let (range, id) = (words.next()?, words.next()?);
    let (first, last) = range.split_once('-').unwrap_or((range, range));
    let mut ports = PortRange {
        first: first.parse().ok()?,
        last: last.parse().ok()?,
        port_profile: id.to_owned(),
        nos_ethernet: (0, 0),
        nos_cage: None,
        labels: Vec::new(),
        grouped: false,
    };
    for word in words {
        match word.split_once('=').unwrap_or((word, "")) {
            ("ethernet", value) => ports.nos_ethernet = progression(value)?,
            ("cage", value) => ports.nos_cage = Some(progression(value)?),
            ("labels", value) => ports.labels = value.split(',').map(str::to_owned).collect(),
            ("grouped", _) => ports.grouped = true,
            _ => return None,
        }
    }
    // Numbers run from 1 without gaps, and the kind is described before it is used.
    let gapless = ports.first == profile.cages() + 1 && ports.first <= ports.last;
    if !gapless || !profile.port_profiles.contains_key(id) {
        return None;
    }
    profile.push_ports(ports);
    Some(())
}

/// `128+4`.
fn progression(text: &str) -> Option<(u32, u32)> {
    let (first, step) = text.split_once('+')?;
    Some((first.parse().ok()?, step.parse().ok()?))
}
