//! What has to be right in `NetBox` before a plan can land there. Reads only; used at plan time and
//! again before the first write.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::diag::{Diagnostic, Severity};
use crate::fabric::blueprint::{Blueprint, Origin};
use crate::fabric::design::Reference;
use crate::netbox::kind::device::DeviceRow;
use crate::netbox::kind::interface_template::InterfaceTemplateRow;
use crate::netbox::permission::Permission;
use crate::netbox::{Client, NetboxError};

use super::adoption::{self, DryRun};
use super::diff::{Conflict, diff};
use super::error::{ReconcileError, listed};
use super::lease::claim;
use super::lower::{Desired, lower};
use super::observe::{Known, find_tag, observe_tagged};
use super::observed::{Observed, device_name, key_of};
use super::permissions;
use super::register;
use super::resolve::{
    ReferenceFault, ReferenceKind, ReferenceProblem, Referrer, Resolved, resolve,
};
use super::scope::Target;

/// One thing that is not right.
#[derive(Debug, Clone)]
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
    /// The token's user lacks object permissions.
    NotPermitted {
        permissions: Vec<Permission>,
    },
    /// Custom fields, roles or tags that the provider may not, or was told not to, create.
    NotRegistered(ReconcileError),
    /// The plan's tag is another's, or held by a run.
    Tag(TagFinding),
    /// Cables and modules of others are where ours have to be.
    Conflicts(Vec<Conflict>),
    /// What is taken over from another inventory.
    Adoption(DryRun),
    /// Devices that cannot be changed in place.
    MadeAnew {
        names: Vec<String>,
    },
}

/// Why a plan may not take its tag now.
#[derive(Debug, Clone)]
pub struct TagFinding {
    fault: ReconcileError,
    /// Core does not say whether a plan that is created replaces the one that has the tag.
    creating: bool,
}

impl TagFinding {
    /// What may have passed when the apply comes to it is a warning.
    fn explain(&self) -> Diagnostic {
        let mut said = self.fault.explain().remove(0);
        let replaceable = self.creating && matches!(self.fault, ReconcileError::PlanExists { .. });
        if replaceable {
            said.detail.push_str(
                " If this apply replaces that plan, it is removed first and all is well; otherwise the \
                 apply stops before it writes anything.",
            );
        }
        if replaceable || matches!(self.fault, ReconcileError::Busy { .. }) {
            said.severity = Severity::Warning;
        }
        said
    }
}

/// Everything that would stop an apply, as far as it shows without writing, and what it costs.
pub async fn preflight(
    client: &Client,
    blueprint: &Blueprint,
    target: &Target,
) -> Result<Vec<Finding>, NetboxError> {
    let lacking = permissions::lacking(client, target).await?;
    if !lacking.needed.is_empty() {
        // Without them the rest would only be seen in part.
        return Ok(vec![Finding::NotPermitted {
            permissions: lacking.needed,
        }]);
    }
    let (resolved, mut findings) = check_references(client, blueprint, target).await?;
    let desired = lower(blueprint, target);
    let (mut observed, mut foreign) = standing(client, target, &desired, &mut findings).await?;
    if let Some((theirs, left)) = to_adopt(client, target, &desired).await? {
        foreign.retain(|row| !theirs.devices.contains_key(&row.id));
        let mut all = theirs.clone();
        if let Some(ours) = observed {
            all.join(ours);
        }
        let changes = diff(&desired, &all);
        findings.push(Finding::Adoption(adoption::dry_run(
            &theirs, left, &changes,
        )));
        observed = Some(all);
    }
    findings.extend(names_taken(&foreign, target));
    if let Some(observed) = observed {
        findings.extend(in_the_way(&desired, &observed));
    }
    if !target.register || !lacking.registering.is_empty() {
        let missing = register::missing(client, &resolved, blueprint, target).await?;
        findings.extend(
            missing
                .refusal(target, &lacking.registering)
                .map(Finding::NotRegistered),
        );
    }
    Ok(findings)
}

/// What is there of the plan, and devices of others that have its names. A tag that the plan may not
/// take is a finding.
async fn standing(
    client: &Client,
    target: &Target,
    desired: &Desired,
    findings: &mut Vec<Finding>,
) -> Result<(Option<Observed>, Vec<DeviceRow>), NetboxError> {
    let known = Known::of(target, desired);
    let Some(tag) = find_tag(client, &target.scope).await? else {
        let mut foreign = by_name(client, &known.names).await?;
        foreign.retain(|row| !target.scope.plan_id.marks(&row.custom_fields));
        return Ok((None, foreign));
    };
    if let Err(fault) = claim(&tag, &target.scope, target.adopt_unfinished, target.lease) {
        findings.push(Finding::Tag(TagFinding {
            fault,
            creating: target.adopt_unfinished,
        }));
    }
    // An unfinished plan of this name will be taken over with all that it made.
    let plan_id = match &tag.journal {
        Some(journal) if target.adopt_unfinished => journal.plan_id.clone(),
        _ => target.scope.plan_id.clone(),
    };
    let (observed, foreign) = observe_tagged(client, &plan_id, tag, &known).await?;
    Ok((Some(observed), foreign))
}

/// Objects of others where ours have to be, and devices that are made anew.
fn in_the_way(desired: &Desired, observed: &Observed) -> Vec<Finding> {
    let changes = diff(desired, observed);
    let mut findings = Vec::new();
    if !changes.conflicts.is_empty() {
        findings.push(Finding::Conflicts(changes.conflicts));
    }
    let wanted: BTreeSet<&str> = changes
        .devices
        .create
        .iter()
        .map(|d| d.key.as_str())
        .collect();
    let anew = changes.devices.delete.iter().filter(|delete| {
        let row = observed.devices.get(&delete.id);
        let key = row.and_then(|row| key_of(&row.custom_fields));
        key.is_some_and(|key| wanted.contains(key))
    });
    let names: Vec<String> = anew.map(|delete| delete.label.clone()).collect();
    if !names.is_empty() {
        findings.push(Finding::MadeAnew { names });
    }
    findings
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
/// What is to be taken over counts as ours.
pub(super) async fn observe_for_apply(
    client: &Client,
    target: &Target,
    desired: &Desired,
) -> Result<(Observed, Vec<DeviceRow>), NetboxError> {
    let known = Known::of(target, desired);
    let plan_id = &target.scope.plan_id;
    let tag = find_tag(client, &target.scope).await?;
    let (mut observed, mut foreign) = if let Some(tag) = tag {
        observe_tagged(client, plan_id, tag, &known).await?
    } else {
        let observed = super::observe::observe_marked(client, plan_id).await?;
        let mut foreign = by_name(client, &known.names).await?;
        foreign.retain(|row| !plan_id.marks(&row.custom_fields));
        (observed, foreign)
    };
    if let Some((theirs, _)) = to_adopt(client, target, desired).await? {
        foreign.retain(|row| !theirs.devices.contains_key(&row.id));
        observed.join(theirs);
    }
    Ok((observed, foreign))
}

/// What the plan takes over of the inventory that it adopts, and what it leaves.
pub(super) async fn to_adopt(
    client: &Client,
    target: &Target,
    desired: &Desired,
) -> Result<Option<(Observed, Vec<String>)>, NetboxError> {
    let Some(diet) = &target.adopting else {
        return Ok(None);
    };
    let theirs = adoption::read(client, diet, &target.scope.plan_id).await?;
    Ok(Some(adoption::select(theirs, desired)))
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
            Self::Adoption(dry_run) => dry_run.explain(),
            Self::Tag(finding) => finding.explain(),
            Self::Conflicts(conflicts) => ReconcileError::Conflicts(conflicts.clone())
                .explain()
                .remove(0),
            Self::MadeAnew { names } => Diagnostic::warning(
                "Devices are made anew",
                format!(
                    "These {} devices have another type in NetBox than the plan needs, which cannot be changed in \
                     place:\n{}\n\nThe apply deletes and creates them. What others put on them goes with them: \
                     addresses, inventory items, images, journal entries, positions in racks.",
                    names.len(),
                    listed(names)
                ),
            ),
            Self::NotPermitted { permissions } => {
                let lines: Vec<String> = permissions.iter().map(ToString::to_string).collect();
                Diagnostic::error(
                    "The API token lacks permissions",
                    format!(
                        "The plan needs object permissions that the token's user does not have:\n{}\n\n\
                         Let an administrator give them to the user, and look that the token may write. \
                         The guide \"Permissions in NetBox\" lists all that are needed.",
                        listed(&lines)
                    ),
                )
            }
            Self::NotRegistered(fault) => fault.explain().remove(0),
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
            Referrer::Transceiver { class } => format!("A transceiver of class {class}"),
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
