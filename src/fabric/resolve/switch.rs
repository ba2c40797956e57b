//! One switch class by itself.

use super::{claim, profile};
use crate::fabric::catalog::{Catalog, LeafLimit, ProfileRole, SwitchProfile};
use crate::fabric::design::SwitchClass;
use crate::fabric::limits::{MESH_SWITCHES_MAX, SWITCHES_PER_CLASS_MAX};
use crate::fabric::problem::{Fault, Problem, Subject};
use crate::fabric::spec::{RedundancySpec, RedundancyType, Role, SwitchSpec, Topology};

const FABRIC_CLASSES: &[&str] = &["managed", "unmanaged"];

/// Hedgehog allows 63 characters; the numbers of groups take some of them.
const GROUP_LENGTH_MAX: usize = 57;

pub(crate) fn resolve<'a>(
    name: &str,
    class: &SwitchClass,
    catalog: &'a Catalog,
) -> (Option<SwitchSpec<'a>>, Vec<Problem>) {
    let mut problems = Vec::new();
    let subject = || Subject::SwitchClass {
        class: name.to_owned(),
    };
    super::check_name(name, subject(), Some("name"), &mut problems);
    let mut tell = |field, fault| problems.push(Problem::new(subject(), field, fault));
    if class.fabric.trim().is_empty() {
        tell(Some("fabric"), Fault::FabricBlank);
    }
    let role = Role::parse(&class.role);
    if role.is_none() {
        let fault = Fault::UnknownWord {
            word: class.role.clone(),
            allowed: Role::WORDS,
        };
        tell(Some("role"), fault);
    }
    let managed = managed(class)
        .map_err(|fault| tell(Some("fabric_class"), fault))
        .ok();
    let topology = topology(class)
        .map_err(|fault| tell(Some("topology"), fault))
        .ok();
    for (field, fault) in quantities(class) {
        tell(Some(field), fault);
    }
    let redundancy = redundancy(name, class)
        .map_err(|(field, fault)| {
            let class = name.to_owned();
            problems.push(Problem::new(
                Subject::Redundancy { class },
                Some(field),
                fault,
            ));
        })
        .ok();
    let Some(profile) = profile::resolve(name, class, catalog, &mut problems) else {
        return (None, problems);
    };
    let mut tell = |field, fault| problems.push(Problem::new(subject(), field, fault));
    for (field, fault) in role
        .filter(|_| managed == Some(true))
        .map_or_else(Vec::new, |role| in_role(role, &profile))
    {
        tell(Some(field), fault);
    }
    if let Some(fault) = redundancy
        .as_ref()
        .and_then(|redundancy| group_of_one(class, redundancy.as_ref()?))
    {
        tell(Some("override_quantity"), fault);
    }
    let joined = (role, topology);
    let zones = claim::zones(name, class, joined, &profile, &mut problems);
    let spec = || {
        Some(SwitchSpec {
            name: name.to_owned(),
            fabric: class.fabric.clone(),
            topology: topology?,
            managed: managed?,
            role: role?,
            profile,
            zones: zones?,
            redundancy: redundancy.clone()?,
            override_quantity: class.override_quantity.map(limited),
            min_quantity: limited(class.min_quantity.unwrap_or(0)),
            excluded: super::excluded::cages(class),
        })
    };
    (spec(), problems)
}

/// What is beyond the limit has been told, and is not counted with.
fn limited(quantity: u32) -> u32 {
    quantity.min(SWITCHES_PER_CLASS_MAX)
}

fn managed(class: &SwitchClass) -> Result<bool, Fault> {
    match class.fabric_class.as_deref() {
        None | Some("managed") => Ok(true),
        Some("unmanaged") => Ok(false),
        Some(word) => Err(Fault::UnknownWord {
            word: word.to_owned(),
            allowed: FABRIC_CLASSES,
        }),
    }
}

fn topology(class: &SwitchClass) -> Result<Topology, Fault> {
    let word = class.topology.as_deref().unwrap_or("spine-leaf");
    Topology::parse(word).ok_or_else(|| Fault::UnknownWord {
        word: word.to_owned(),
        allowed: Topology::WORDS,
    })
}

fn redundancy(
    name: &str,
    class: &SwitchClass,
) -> Result<Option<RedundancySpec>, (&'static str, Fault)> {
    let Some(redundancy) = &class.redundancy else {
        return Ok(None);
    };
    let word = &redundancy.redundancy_type;
    let kind = RedundancyType::parse(word).ok_or_else(|| {
        let (word, allowed) = (word.clone(), RedundancyType::WORDS);
        ("type", Fault::UnknownWord { word, allowed })
    })?;
    let default = || name.to_ascii_lowercase().replace('_', "-");
    let group = redundancy.group.clone().unwrap_or_else(default);
    if !is_label(&group) {
        return Err(("group", Fault::GroupName { group }));
    }
    Ok(Some(RedundancySpec {
        kind,
        group,
        peer_links: redundancy.peer_links,
        session_links: redundancy.session_links,
        used: false,
    }))
}

/// A DNS label, as Hedgehog wants names of groups, with room for `-<number>`.
fn is_label(text: &str) -> bool {
    let fine = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
    text.bytes().all(fine)
        && (1..=GROUP_LENGTH_MAX).contains(&text.len())
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// An override that leaves one switch alone in its group.
fn group_of_one(class: &SwitchClass, redundancy: &RedundancySpec) -> Option<Fault> {
    let quantity = class.override_quantity.map(limited)?;
    let round = |quantity| redundancy.kind.round(quantity);
    let mesh = topology(class) == Ok(Topology::Mesh);
    let most = if mesh {
        MESH_SWITCHES_MAX
    } else {
        SWITCHES_PER_CLASS_MAX
    };
    let least = round(class.min_quantity.unwrap_or(0).max(1));
    let nearest = [quantity.saturating_sub(1), quantity + 1];
    (round(quantity) != quantity).then(|| Fault::GroupOfOne {
        redundancy: redundancy.kind.word(),
        size: redundancy.kind.group_size(),
        quantity,
        legal: nearest
            .into_iter()
            .filter(|nearest| (least..=most).contains(nearest))
            .collect(),
    })
}

fn quantities(class: &SwitchClass) -> Vec<(&'static str, Fault)> {
    let mut faults = Vec::new();
    let both = [
        ("override_quantity", class.override_quantity),
        ("min_quantity", class.min_quantity),
    ];
    for (field, quantity) in both {
        if let Some(quantity) = quantity.filter(|quantity| *quantity > SWITCHES_PER_CLASS_MAX) {
            let (count, limit) = (u64::from(quantity), u64::from(SWITCHES_PER_CLASS_MAX));
            faults.push((
                field,
                Fault::TooMany {
                    what: "switches",
                    count,
                    limit,
                },
            ));
        }
    }
    if let (Some(override_quantity), Some(min_quantity)) =
        (class.override_quantity, class.min_quantity)
        && override_quantity < min_quantity
    {
        let fault = Fault::OverrideBelowMinimum {
            override_quantity,
            min_quantity,
        };
        faults.push(("override_quantity", fault));
    }
    faults
}

fn documented(role: Role, profile: &SwitchProfile) -> bool {
    profile.roles.contains(if role.is_leaf() {
        &ProfileRole::Leaf
    } else {
        &ProfileRole::Spine
    })
}

/// What speaks against the switch in this role: for Hedgehog, so of those that it manages.
fn in_role(role: Role, profile: &SwitchProfile) -> Vec<(&'static str, Fault)> {
    let (name, word) = (|| profile.name.clone(), role.word());
    let mut faults = Vec::new();
    if !documented(role, profile) {
        let (profile, role) = (name(), word);
        faults.push(("role", Fault::RoleNotDocumented { profile, role }));
    }
    // External connections with a VLAN end on subinterfaces.
    let external = matches!(role, Role::BorderLeaf | Role::MixedLeaf);
    if external && profile.leaf_limit == Some(LeafLimit::Limited) {
        let (profile, role) = (name(), word);
        faults.push(("profile", Fault::NoSubinterfaces { profile, role }));
    }
    faults
}
