//! The switch model of a class: one of the catalogue, or one that the class describes itself.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::shared;
use crate::fabric::catalog::{
    Autoneg, Cage, Catalog, ManagementPort, PortKind, PortProfile, PortRange, ProfileRole,
    SwitchProfile,
};
use crate::fabric::design::{CustomPort, CustomProfile, SwitchClass};
use crate::fabric::natural::sorted;
use crate::fabric::near::near;
use crate::fabric::ports::{compact, expand};
use crate::fabric::problem::{Fault, Problem, Subject};
use crate::fabric::units::{Mode, Speed};

/// What a described switch is called where a catalogue's profile would be named.
const CUSTOM_NAME: &str = "custom_profile";

/// Flags of the wiring's own spelling that a described switch may have.
const FEATURES: &[&str] = &[
    "subinterfaces",
    "acls",
    "l2vni",
    "l3vni",
    "roce",
    "mclag",
    "eslag",
    "ecmpRoCEQPN",
    "portLocator",
];

const ROLES: &[&str] = &["spine", "leaf"];

/// The management port of a described switch that names none.
const MANAGEMENT_DEFAULT: &str = "M1";

/// `None`: it is not usable, and `problems` says why.
pub(crate) fn resolve<'a>(
    class_name: &str,
    class: &SwitchClass,
    catalog: &'a Catalog,
    problems: &mut Vec<Problem>,
) -> Option<Cow<'a, SwitchProfile>> {
    let mut tell = |field, fault| {
        let class = class_name.to_owned();
        problems.push(Problem::new(
            Subject::SwitchClass { class },
            Some(field),
            fault,
        ));
    };
    match (&class.profile, &class.custom_profile) {
        (Some(name), None) => {
            let profile = catalog.profile(name);
            if profile.is_none() {
                let (profile, near) = (name.clone(), near(name, catalog.profiles.keys()));
                tell("profile", Fault::UnknownProfile { profile, near });
            }
            profile.map(Cow::Borrowed)
        }
        (None, Some(custom)) => {
            if class.device_type.is_none() {
                tell("device_type", Fault::CustomDeviceType);
            }
            describe(class_name, custom, catalog, problems).map(Cow::Owned)
        }
        (profile, _) => {
            let (a, b, both) = ("profile", "custom_profile", profile.is_some());
            tell("profile", Fault::ExactlyOneOf { a, b, both });
            None
        }
    }
}

/// The described switch, if its ports can be understood.
fn describe(
    class: &str,
    custom: &CustomProfile,
    catalog: &Catalog,
    problems: &mut Vec<Problem>,
) -> Option<SwitchProfile> {
    let mut profile = SwitchProfile::named(CUSTOM_NAME);
    profile.ports_max = custom.ports_max;
    profile.features = custom.features.clone().unwrap_or_default();
    let management = custom.management_ports.clone();
    profile.management = management
        .unwrap_or_else(|| vec![MANAGEMENT_DEFAULT.to_owned()])
        .into_iter()
        .zip(0..)
        .map(management_port)
        .collect();
    let mut tell = |field, fault| {
        let class = class.to_owned();
        problems.push(Problem::new(
            Subject::CustomProfile { class },
            Some(field),
            fault,
        ));
    };
    profile.roles = roles(custom).unwrap_or_else(|fault| {
        tell("roles", fault);
        Vec::new()
    });
    for word in &profile.features {
        if !FEATURES.contains(&word.as_str()) {
            let (word, allowed) = (word.clone(), FEATURES);
            tell("features", Fault::UnknownWord { word, allowed });
        }
    }
    let owners = ports(class, custom, catalog, &mut profile, problems)?;
    if !join(class, owners, &mut profile, problems) {
        return None;
    }
    shared::share(class, custom, &mut profile, problems);
    Some(profile)
}

/// Upstream numbers the NOS names of management ports from 0.
fn management_port((name, index): (String, u32)) -> ManagementPort {
    ManagementPort {
        name,
        nos: format!("Management{index}"),
        onie: format!("eth{index}"),
    }
}

/// Both roles where none is given.
fn roles(custom: &CustomProfile) -> Result<Vec<ProfileRole>, Fault> {
    let Some(words) = &custom.roles else {
        return Ok(vec![ProfileRole::Spine, ProfileRole::Leaf]);
    };
    let role = |word: &String| match word.as_str() {
        "spine" => Ok(ProfileRole::Spine),
        "leaf" => Ok(ProfileRole::Leaf),
        _ => Err(Fault::UnknownWord {
            word: word.clone(),
            allowed: ROLES,
        }),
    };
    words.iter().map(role).collect()
}

/// Puts the kinds of ports into the profile. The answer is the kind of each cage.
fn ports(
    class: &str,
    custom: &CustomProfile,
    catalog: &Catalog,
    profile: &mut SwitchProfile,
    problems: &mut Vec<Problem>,
) -> Option<BTreeMap<u32, String>> {
    let mut owners: BTreeMap<u32, String> = BTreeMap::new();
    let mut complete = true;
    for label in sorted(custom.ports.keys()) {
        let port = &custom.ports[label];
        let subject = || Subject::CustomPort {
            class: class.to_owned(),
            port: label.clone(),
        };
        let mut tell = |(field, fault)| problems.push(Problem::new(subject(), Some(field), fault));
        match expand(&port.ports) {
            Err(fault) => {
                let spec = port.ports.clone();
                tell(("ports", Fault::PortSpec { spec, fault }));
                complete = false;
            }
            Ok(cages) => {
                let twice = |cage: &u32| Some((*cage, owners.get(cage)?.clone()));
                let taken: Vec<(u32, String)> = cages.iter().filter_map(twice).collect();
                if let Some((_, other)) = taken.first().cloned() {
                    let ports = compact(taken.iter().map(|(cage, _)| *cage));
                    tell(("ports", Fault::CustomPortsTwice { ports, other }));
                    complete = false;
                }
                owners.extend(cages.into_iter().map(|cage| (cage, label.clone())));
            }
        }
        match port_profile(port, catalog) {
            Ok(kind) => profile.port_profiles.extend([(label.clone(), kind)]),
            Err(found) => {
                found.into_iter().for_each(&mut tell);
                complete = false;
            }
        }
    }
    complete.then_some(owners)
}

type Faults = Vec<(&'static str, Fault)>;

/// How the cages of one kind may be run.
fn port_profile(port: &CustomPort, catalog: &Catalog) -> Result<PortProfile, Faults> {
    let cage = Cage::parse(&port.cage).ok_or_else(|| {
        let (word, allowed) = (port.cage.clone(), Cage::WORDS);
        vec![("cage", Fault::UnknownWord { word, allowed })]
    })?;
    let (field, texts, broken_out) = match (
        filled(port.breakouts.as_ref()),
        filled(port.speeds.as_ref()),
    ) {
        (Some(texts), None) => ("breakouts", texts, true),
        (None, Some(texts)) => ("speeds", texts, false),
        (one, _) => {
            let (a, b, both) = ("breakouts", "speeds", one.is_some());
            return Err(vec![("breakouts", Fault::ExactlyOneOf { a, b, both })]);
        }
    };
    let mut modes = Vec::new();
    let mut faults = Faults::new();
    for text in texts {
        let of_its_kind = text.contains(['x', 'X']) == broken_out;
        let Some(mode) = Mode::parse(text).filter(|_| of_its_kind) else {
            let text = text.clone();
            faults.push((field, Fault::ModeSyntax { text, broken_out }));
            continue;
        };
        modes.push(mode);
    }
    let types = catalog.cages.get(&cage).cloned().unwrap_or_default();
    let cage_speed = modes.iter().filter_map(|mode| whole(*mode)).max();
    faults.extend(modes.iter().filter_map(|mode| {
        let fits = mode.ports <= cage.lanes()
            && types.contains_key(&mode.speed)
            && whole(*mode).is_some_and(|speed| types.keys().any(|most| speed <= *most));
        let (mode, speeds) = (*mode, types.keys().copied().collect());
        (!fits).then_some((field, Fault::CageCannot { cage, mode, speeds }))
    }));
    let (Some(default), Some(cage_speed), true) =
        (modes.first().copied(), cage_speed, faults.is_empty())
    else {
        return Err(faults);
    };
    let kind = if broken_out {
        let lanes = cage.lanes();
        let first_lanes = |mode: Mode| (0..mode.ports).map(|n| n * (lanes / mode.ports)).collect();
        let modes = modes.iter().map(|mode| (*mode, first_lanes(*mode)));
        PortKind::Breakout {
            lanes,
            modes: modes.collect(),
        }
    } else {
        let speeds = modes.iter().map(|mode| mode.speed).collect();
        PortKind::Speed { speeds }
    };
    Ok(PortProfile {
        cage,
        cage_speed,
        interface_type: interface_type(cage_speed, &types),
        autoneg: Autoneg {
            allowed: false,
            default: false,
        },
        default,
        kind,
        child_types: types,
    })
}

/// A list that says something.
fn filled(texts: Option<&Vec<String>>) -> Option<&Vec<String>> {
    texts.filter(|texts| !texts.is_empty())
}

/// Speed of all logical ports together.
fn whole(mode: Mode) -> Option<Speed> {
    mode.speed.times(mode.ports)
}

/// The type for the smallest speed of the table that is at least the cage's: a cage that is only
/// run as 2x50G is still one for 100G.
fn interface_type(cage_speed: Speed, types: &BTreeMap<Speed, String>) -> String {
    let at_least = types.range(cage_speed..).next();
    at_least.map_or_else(String::new, |(_, word)| word.clone())
}

/// Numbers the cages from 1; false if some are missing.
fn join(
    class: &str,
    owners: BTreeMap<u32, String>,
    profile: &mut SwitchProfile,
    problems: &mut Vec<Problem>,
) -> bool {
    let last = owners.keys().next_back().copied().unwrap_or(0);
    let missing: Vec<u32> = (1..=last.max(1))
        .filter(|n| !owners.contains_key(n))
        .collect();
    if !missing.is_empty() {
        let (missing, last) = (compact(missing), last);
        let class = class.to_owned();
        problems.push(Problem::new(
            Subject::CustomProfile { class },
            None,
            Fault::CustomPortsMissing { missing, last },
        ));
        return false;
    }
    for (cage, port_profile) in owners {
        profile.push_ports(PortRange {
            first: cage,
            last: cage,
            port_profile,
            nos_ethernet: (0, 0),
            nos_cage: None,
            labels: Vec::new(),
            grouped: false,
        });
    }
    true
}
