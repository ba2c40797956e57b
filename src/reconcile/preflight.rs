//! What has to be right in `NetBox` before a plan can land there. Reads only; used at plan time and
//! again before the first write.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::diag::Diagnostic;
use crate::fabric::blueprint::{Blueprint, Origin};
use crate::fabric::design::Reference;
use crate::netbox::kind::device::DeviceRow;
use crate::netbox::kind::interface_template::InterfaceTemplateRow;
use crate::netbox::{Client, NetboxError};

use super::error::listed;
use super::observe::{find_tag, observe_tagged};
use super::observed::{Observed, device_name};
use super::register;
use super::resolve::{
    ReferenceFault, ReferenceKind, ReferenceProblem, Referrer, Resolved, resolve,
};
use super::scope::Target;

/// One thing that is not right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    Reference(ReferenceProblem),
    /// A device that is not of this plan has the name, in the plan's site.
    NameTaken {
        name: String,
        id: u64,
    },
    /// The device type of a class lacks interfaces that the class uses.
    InterfacesMissing {
        class: String,
        device_type: String,
        names: Vec<String>,
    },
    /// The token may not, or was told not to, create these.
    NotRegistered {
        missing: Vec<&'static str>,
        roles: Vec<String>,
        tags: Vec<String>,
    },
}

/// Everything that would stop an apply, as far as it shows without writing.
pub async fn preflight(
    client: &Client,
    blueprint: &Blueprint,
    target: &Target,
) -> Result<Vec<Finding>, NetboxError> {
    let (resolved, mut findings) = check_references(client, blueprint, target).await?;
    let names: Vec<String> = blueprint
        .devices
        .iter()
        .map(|device| device.name.clone())
        .collect();
    let foreign = foreign_devices(client, target, &names).await?;
    findings.extend(names_taken(&foreign, target));
    if !target.register {
        let missing = register::missing(client, &resolved, blueprint, target).await?;
        if !missing.is_empty() {
            findings.push(Finding::NotRegistered {
                missing: missing
                    .fields
                    .iter()
                    .map(|definition| definition.name)
                    .collect(),
                roles: missing.roles,
                tags: missing.tags,
            });
        }
    }
    Ok(findings)
}

/// References and what hangs on them.
pub(super) async fn check_references(
    client: &Client,
    blueprint: &Blueprint,
    target: &Target,
) -> Result<(Resolved, Vec<Finding>), NetboxError> {
    let (resolved, problems) = resolve(client, target, blueprint).await?;
    let mut findings: Vec<Finding> = problems.into_iter().map(Finding::Reference).collect();
    findings.extend(interfaces_missing(client, blueprint, &resolved).await?);
    Ok((resolved, findings))
}

pub(super) fn names_taken(foreign: &[DeviceRow], target: &Target) -> Vec<Finding> {
    foreign
        .iter()
        .filter(|row| row.site.slug == target.site)
        // Names are unique per site and tenant.
        .filter(|row| row.tenant.as_ref().map(|tenant| &tenant.slug) == target.tenant.as_ref())
        .map(|row| Finding::NameTaken {
            name: device_name(row),
            id: row.id,
        })
        .collect()
}

/// Devices of others with one of these names.
async fn foreign_devices(
    client: &Client,
    target: &Target,
    names: &[String],
) -> Result<Vec<DeviceRow>, NetboxError> {
    let ours = |row: &DeviceRow| target.scope.plan_id.marks(&row.custom_fields);
    if let Some(tag) = find_tag(client, &target.scope).await? {
        // An unfinished plan of this name will be taken over with all that it made.
        let plan_id = match &tag.journal {
            Some(journal) if target.adopt_unfinished => journal.plan_id.clone(),
            _ => target.scope.plan_id.clone(),
        };
        let mut wanted: BTreeSet<String> = names.iter().cloned().collect();
        let tagged = client
            .list::<DeviceRow>(&super::observe::query(&[("tag", &tag.row.slug)]))
            .await?;
        for row in tagged
            .iter()
            .filter(|row| plan_id.marks(&row.custom_fields))
        {
            wanted.remove(&device_name(row));
        }
        let wanted: Vec<String> = wanted.into_iter().collect();
        let rows = by_name(client, &wanted).await?;
        return Ok(rows
            .into_iter()
            .filter(|row| !plan_id.marks(&row.custom_fields))
            .collect());
    }
    Ok(by_name(client, names)
        .await?
        .into_iter()
        .filter(|row| !ours(row))
        .collect())
}

async fn by_name(client: &Client, names: &[String]) -> Result<Vec<DeviceRow>, NetboxError> {
    let wanted: BTreeSet<String> = names.iter().map(|name| name.to_lowercase()).collect();
    let rows = client
        .list_by::<DeviceRow>("name__ie", names, &Vec::new())
        .await?;
    Ok(rows
        .into_iter()
        .filter(|row| wanted.contains(&device_name(row).to_lowercase()))
        .collect())
}

/// Interfaces that a class takes from its device type and that the type does not have.
async fn interfaces_missing(
    client: &Client,
    blueprint: &Blueprint,
    resolved: &Resolved,
) -> Result<Vec<Finding>, NetboxError> {
    let mut wanted: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    for device in &blueprint.devices {
        let Reference::Known(device_type) = &device.device_type else {
            continue;
        };
        let names = wanted.entry((&device.key.class, device_type)).or_default();
        let templated = device
            .interfaces
            .iter()
            .filter(|interface| interface.origin == Origin::Template);
        names.extend(templated.map(|interface| interface.name.as_str()));
    }
    wanted.retain(|(_, device_type), names| {
        !names.is_empty() && resolved.device_types.contains_key(*device_type)
    });
    let ids: BTreeSet<u64> = wanted
        .keys()
        .filter_map(|(_, t)| resolved.device_types.get(*t).copied())
        .collect();
    let ids: Vec<u64> = ids.into_iter().collect();
    let mut has: BTreeMap<u64, BTreeSet<String>> = BTreeMap::new();
    for row in client
        .list_by_ids::<InterfaceTemplateRow>("device_type_id", &ids)
        .await?
    {
        if let Some(device_type) = row.device_type {
            has.entry(device_type.id).or_default().insert(row.name);
        }
    }
    let findings = wanted
        .into_iter()
        .filter_map(|((class, device_type), names)| {
            let id = resolved.device_types.get(device_type)?;
            let lacks: Vec<String> = names
                .into_iter()
                .filter(|name| !has.get(id).is_some_and(|names| names.contains(*name)))
                .map(ToOwned::to_owned)
                .collect();
            (!lacks.is_empty()).then(|| Finding::InterfacesMissing {
                class: class.to_owned(),
                device_type: device_type.to_owned(),
                names: lacks,
            })
        });
    Ok(findings.collect())
}

/// As [`observe_tagged`], for a tag that may be absent; foreign devices with these names besides.
pub(super) async fn observe_for_apply(
    client: &Client,
    target: &Target,
    names: &[String],
) -> Result<(Observed, Vec<DeviceRow>), NetboxError> {
    let plan_id = &target.scope.plan_id;
    if let Some(tag) = find_tag(client, &target.scope).await? {
        return observe_tagged(client, plan_id, tag, names).await;
    }
    let observed = super::observe::observe_marked(client, plan_id).await?;
    let mut foreign = by_name(client, names).await?;
    foreign.retain(|row| !plan_id.marks(&row.custom_fields));
    Ok((observed, foreign))
}

impl Finding {
    pub fn explain(&self) -> Diagnostic {
        match self {
            Self::Reference(problem) => problem.explain(),
            Self::NameTaken { name, id } => Diagnostic::error(
                "A device name is taken",
                format!(
                    "NetBox has a device {name} (id {id}) in the plan's site that is not of this plan.\n\nRename it, or \
                     change the plan's naming or class."
                ),
            ),
            Self::InterfacesMissing {
                class,
                device_type,
                names,
            } => Diagnostic::error(
                "The device type lacks interfaces",
                format!(
                    "Class {class} uses {} interfaces that the device type {device_type} does not have:\n{}\n\nAdd them \
                     to the device type in NetBox, or refer to one that has them; hedgehog_device_type makes it from a \
                     profile.",
                    names.len(),
                    listed(names)
                ),
            ),
            Self::NotRegistered {
                missing,
                roles,
                tags,
            } => {
                let mut lines: Vec<String> = missing
                    .iter()
                    .map(|name| format!("custom field {name}"))
                    .collect();
                lines.extend(roles.iter().map(|slug| format!("device role {slug}")));
                lines.extend(tags.iter().map(|slug| format!("tag {slug}")));
                Diagnostic::error(
                    "Custom fields, roles or tags are missing in NetBox",
                    format!(
                        "{}\n\nCreate them, or let the provider do it.",
                        listed(&lines)
                    ),
                )
            }
        }
    }
}

impl ReferenceProblem {
    pub fn explain(&self) -> Diagnostic {
        let Self {
            kind,
            reference,
            referrer,
            fault,
        } = self;
        let (what, resource) = match kind {
            ReferenceKind::Site => ("site", None),
            ReferenceKind::Location => ("location", None),
            ReferenceKind::Tenant => ("tenant", None),
            ReferenceKind::DeviceType => ("device type", Some("hedgehog_device_type")),
            ReferenceKind::ModuleType => ("module type", Some("hedgehog_module_type")),
        };
        let who = match referrer {
            Referrer::Plan => "The plan".to_owned(),
            Referrer::Class { class } => format!("Class {class}"),
            Referrer::Nic { class, nic } => format!("NIC {nic} of class {class}"),
        };
        match fault {
            ReferenceFault::Missing { similar } => {
                let mut detail = format!(
                    "{who} refers to the {what} {reference:?}, which NetBox does not have."
                );
                if !similar.is_empty() {
                    let _ = write!(detail, " It has: {}.", similar.join(", "));
                }
                detail.push_str("\n\nCorrect the name");
                match resource {
                    Some(resource) => {
                        let _ = write!(
                            detail,
                            ", or create it: refer to the ref of a {resource} resource."
                        );
                    }
                    None => detail.push_str(", or create it in NetBox."),
                }
                Diagnostic::error(format!("No such {what}"), detail)
            }
            ReferenceFault::Ambiguous { candidates } => Diagnostic::error(
                format!("Ambiguous {what}"),
                format!(
                    "{who} refers to the {what} {reference:?}, which means several: {}.\n\nWrite one of them in full.",
                    candidates.join(", ")
                ),
            ),
        }
    }
}
