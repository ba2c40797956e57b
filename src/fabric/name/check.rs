//! What is wrong with device names: templates, and names that cannot be or that two devices share.

use std::collections::{BTreeMap, BTreeSet};

use super::scheme::{CATEGORIES, Names};
use super::template::{Template, TemplateFaultKind, VARIABLES};
use crate::fabric::design::Design;
use crate::fabric::limits::DEVICE_NAME_LENGTH_MAX;
use crate::fabric::near::near;
use crate::fabric::placement::DeviceKey;
use crate::fabric::problem::{Fault, Problem, Subject};

/// Templates for what is no category, or that cannot be read.
pub(in crate::fabric) fn templates(design: &Design) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (category, template) in &design.naming.templates {
        let mut tell = |fault| {
            let category = category.clone();
            problems.push(Problem::new(Subject::Naming { category }, None, fault));
        };
        if !CATEGORIES.contains(&category.as_str()) {
            tell(Fault::NamingCategory {
                category: category.clone(),
                near: near(category, &CATEGORIES.map(str::to_owned)),
            });
        }
        if let Err(fault) = Template::parse(template) {
            let near = match &fault.kind {
                TemplateFaultKind::UnknownVariable { variable } => {
                    near(variable, &VARIABLES.map(str::to_owned))
                }
                TemplateFaultKind::Unclosed
                | TemplateFaultKind::Unopened
                | TemplateFaultKind::Width { .. }
                | TemplateFaultKind::WidthOfText { .. } => Vec::new(),
            };
            tell(Fault::NamingTemplate {
                category: category.clone(),
                template: template.clone(),
                fault,
                near,
            });
        }
    }
    problems
}

/// Names that cannot be, one of each class, and names of two devices. `NetBox` does not tell upper
/// from lower case when it compares the names of a site.
pub(in crate::fabric) fn devices(
    names: &Names,
    devices: impl IntoIterator<Item = (DeviceKey, Subject)>,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut owners: BTreeMap<String, DeviceKey> = BTreeMap::new();
    let mut told = BTreeSet::new();
    for (key, subject) in devices {
        let name = names.device(&key);
        if let Some(fault) = unfit(names, &key, &name) {
            if told.insert((key.class.clone(), key.class.clone())) {
                problems.push(Problem::new(subject, None, fault));
            }
            continue;
        }
        let Some(first) = owners.insert(name.to_lowercase(), key.clone()) else {
            continue;
        };
        if told.insert((first.class.clone(), key.class.clone())) {
            let fault = same_name(names, name, first, key);
            problems.push(Problem::new(subject, None, fault));
        }
    }
    problems
}

fn unfit(names: &Names, key: &DeviceKey, name: &str) -> Option<Fault> {
    let category = names.scheme(&key.class)?.category;
    let length = name.chars().count();
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let starts = name.starts_with(|c: char| c.is_ascii_alphanumeric());
    if !starts || !name.chars().all(allowed) {
        return Some(Fault::DeviceNameCharacters {
            name: name.to_owned(),
            category,
        });
    }
    (length > DEVICE_NAME_LENGTH_MAX).then(|| Fault::DeviceNameLength {
        name: name.to_owned(),
        category,
        length,
    })
}

fn same_name(names: &Names, name: String, first: DeviceKey, second: DeviceKey) -> Fault {
    let scheme = names.scheme(&second.class);
    let template = scheme.filter(|scheme| first.class == second.class && !scheme.numbered);
    match template.and_then(|scheme| Some((scheme.category, scheme.template.clone()?))) {
        Some((category, template)) => Fault::NameWithoutIndex {
            category,
            template,
            name,
        },
        None => Fault::DuplicateDeviceName {
            name,
            first,
            second,
        },
    }
}

/// The redundancy group of a switch.
#[derive(Debug, Clone, Copy)]
pub(in crate::fabric) struct Group<'d> {
    pub fabric: &'d str,
    pub class: &'d str,
    /// As the class calls it.
    pub base: &'d str,
    /// Of several groups, `leaf` has `leaf-1`.
    pub name: &'d str,
}

/// Redundancy groups of two classes that would have one name. A fabric has its groups to itself.
pub(in crate::fabric) fn groups<'d>(groups: impl IntoIterator<Item = Group<'d>>) -> Vec<Problem> {
    let mut owners: BTreeMap<(&str, &str), Group<'d>> = BTreeMap::new();
    let mut problems = BTreeMap::new();
    for group in groups {
        let key = (group.fabric, group.name);
        let first = *owners.entry(key).or_insert(group);
        // Classes that name their groups alike have been told.
        if first.class != group.class && first.base != group.base {
            let fault = Fault::GroupNameTwice {
                group: group.name.to_owned(),
                other: first.class.to_owned(),
            };
            let class = group.class.to_owned();
            let subject = Subject::Redundancy { class };
            problems.insert(key, Problem::new(subject, Some("group"), fault));
        }
    }
    problems.into_values().collect()
}

/// Switches that would boot from one address.
pub(in crate::fabric) fn boot_macs<'d>(
    switches: impl IntoIterator<Item = (&'d DeviceKey, &'d str, &'d str)>,
) -> Vec<Problem> {
    let mut owners: BTreeMap<&str, &str> = BTreeMap::new();
    let mut problems = Vec::new();
    for (key, name, mac) in switches {
        if let Some(first) = owners.insert(mac, name) {
            let class = key.class.clone();
            let fault = Fault::BootMacTwice {
                mac: mac.to_owned(),
                first: first.to_owned(),
                second: name.to_owned(),
            };
            problems.push(Problem::new(Subject::SwitchClass { class }, None, fault));
        }
    }
    problems
}
