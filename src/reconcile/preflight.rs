//! What has to be right in `NetBox` before a plan can land there. Reads only; used at plan time and
//! again before the first write.

use std::collections::{BTreeMap, BTreeSet};

use crate::fabric::blueprint::{Blueprint, Origin};
use crate::fabric::design::Reference;
use crate::netbox::kind::device::DeviceRow;
use crate::netbox::kind::interface_template::InterfaceTemplateRow;
use crate::netbox::{Client, NetboxError};

use super::aboard::{aboard, aboard_cables, aboard_ports};
use super::adoption::{self, Theirs};
use super::claim::claim;
use super::diff::{ChangeSet, diff, gone, gone_ports};
use super::finding::{Finding, TagFinding};
use super::foreign_cables::{add_untold, foreign_cables};
use super::identity::heirs;
use super::lower::{self, Desired, lower};
use super::observe::{FoundTag, Known, find_tag, observe_tagged};
use super::observed::{Observed, device_name, key_of};
use super::permissions;
use super::racked::racked;
use super::register;
use super::resolve::{self, Resolved, resolve};
use super::scope::Target;

/// Everything that would stop an apply, as far as it shows without writing, and what it costs.
pub async fn preflight(
    client: &Client,
    blueprint: &Blueprint,
    target: &Target,
) -> Result<Vec<Finding>, NetboxError> {
    let lacking = permissions::lacking(client, target).await?;
    let mut findings = Vec::new();
    if !lacking.needed.is_empty() {
        findings.push(Finding::NotPermitted {
            permissions: lacking.needed.clone(),
        });
    }
    if lacking.is_blind() {
        let wrong = resolve::in_sight(client, target, blueprint).await?;
        findings.extend(wrong.into_iter().map(Finding::Reference));
        return Ok(findings);
    }
    let desired = lower(blueprint, target);
    let mut standing = standing(client, target, &desired).await?;
    let adopting = to_adopt(client, target, &desired).await?;
    if let Some((theirs, _)) = &adopting {
        standing.take_in(&theirs.observed);
    }
    let mut changes = diff(&desired, &standing.observed);
    let observed = &standing.observed;
    let (resolved, unresolved) =
        check_references(client, blueprint, target, (&changes, observed)).await?;
    findings.extend(unresolved);
    findings.extend(standing.tag.map(Finding::Tag));
    if let Some((theirs, left)) = adopting {
        let dry_run = adoption::dry_run(&theirs, left, &changes);
        findings.push(Finding::Adoption(dry_run));
    }
    findings.extend(names_taken(&standing.foreign, target));
    let gone = gone(&changes);
    let ports = gone_ports(&changes, &standing.observed);
    let cables = changes.cables.delete.iter();
    let cables = cables.map(|gone| (gone.id, gone.label.clone())).collect();
    let found = foreign_cables(client, &gone, Some(&standing.observed)).await?;
    add_untold(&mut changes.conflicts, found);
    let racked = racked(client, &changes, &standing.observed).await?;
    findings.extend(in_the_way(changes, &standing.observed));
    findings.extend(racked);
    let open = untyped(&desired, &standing.observed);
    if !open.is_empty() {
        let lines = aboard(client, &open, &standing.observed).await?;
        let names = open.into_values().collect();
        findings.push(Finding::MayBeMadeAnew { names, lines });
    }
    let mut lines = aboard(client, &gone, &standing.observed).await?;
    lines.extend(aboard_ports(client, &ports).await?);
    lines.extend(aboard_cables(client, &cables).await?);
    if !lines.is_empty() {
        findings.push(Finding::Aboard { lines });
    }
    let missing = register::missing(client, &resolved, blueprint, target).await?;
    let refusals = missing.refusals(target, &lacking.registering);
    findings.extend(refusals.into_iter().map(Finding::NotRegistered));
    Ok(findings)
}

/// What a plan finds in `NetBox`.
struct Standing {
    /// What is its own, and what it takes over.
    observed: Observed,
    /// Devices of others that have its names.
    foreign: Vec<DeviceRow>,
    /// Why it may not take its tag.
    tag: Option<TagFinding>,
}

impl Standing {
    fn take_in(&mut self, theirs: &Observed) {
        self.foreign
            .retain(|row| !theirs.devices.contains_key(&row.id));
        let ours = std::mem::replace(&mut self.observed, theirs.clone());
        self.observed.join(ours);
    }
}

async fn standing(
    client: &Client,
    target: &Target,
    desired: &Desired,
) -> Result<Standing, NetboxError> {
    let known = Known::of(target, desired);
    let plan_id = &target.scope.plan_id;
    let Some(tag) = find_tag(client, &target.scope).await? else {
        let mut foreign = by_name(client, &known.names).await?;
        foreign.retain(|row| !plan_id.marks(&row.custom_fields));
        return Ok(Standing {
            observed: Observed::new(plan_id.clone()),
            foreign,
            tag: None,
        });
    };
    let claimed = claim(&tag, &target.scope, target.adopt_unfinished, target.lease);
    // An unfinished plan of this name will be taken over with all that it made.
    let plan_id = match &tag.journal {
        Some(journal) if target.adopt_unfinished => journal.plan_id.clone(),
        _ => plan_id.clone(),
    };
    let (observed, foreign) = observe_tagged(client, &plan_id, tag, &known).await?;
    Ok(Standing {
        observed,
        foreign,
        tag: claimed.err().map(|fault| TagFinding {
            fault,
            creating: target.adopt_unfinished,
        }),
    })
}

/// Devices that are there, and whose type is not known yet: their names by id.
fn untyped(desired: &Desired, observed: &Observed) -> BTreeMap<u64, String> {
    let heirs = heirs(desired, observed).into_iter();
    let open = heirs.filter(|(wish, _)| {
        let wish = wish.map(|wish| &wish.device_type);
        wish == Some(&Reference::Unknown)
    });
    open.map(|(_, row)| (row.id, device_name(row))).collect()
}

/// Objects of others where ours have to be, and devices that are made anew.
fn in_the_way(changes: ChangeSet, observed: &Observed) -> Vec<Finding> {
    let mut findings = Vec::new();
    let created = changes.devices.create.iter();
    let wanted: BTreeSet<&str> = created
        .flat_map(|device| [device.key.as_str(), device.name.as_str()])
        .collect();
    let anew = changes.devices.delete.iter().filter(|delete| {
        let row = observed.devices.get(&delete.id);
        let key = row.and_then(|row| key_of(&row.custom_fields));
        wanted.contains(&*delete.label) || key.is_some_and(|key| wanted.contains(key))
    });
    let names: Vec<String> = anew.map(|delete| delete.label.clone()).collect();
    if !changes.conflicts.is_empty() {
        findings.push(Finding::Conflicts(changes.conflicts));
    }
    if !names.is_empty() {
        findings.push(Finding::MadeAnew { names });
    }
    findings
}

/// References, and what the types of devices that are to be made have to bring along.
pub(super) async fn check_references(
    client: &Client,
    blueprint: &Blueprint,
    target: &Target,
    (changes, observed): (&ChangeSet, &Observed),
) -> Result<(Resolved, Vec<Finding>), NetboxError> {
    let (mut resolved, problems) = resolve(client, target, blueprint, observed).await?;
    let mut findings: Vec<Finding> = problems.into_iter().map(Finding::Reference).collect();
    let wanted = ports_of_types(blueprint, changes);
    learn_port_types(client, &wanted, &mut resolved).await?;
    findings.extend(interfaces_missing(wanted, &resolved));
    Ok((resolved, findings))
}

/// Learns the types of ports that went while an apply was at work: they come back as their device's type
/// says.
pub(super) async fn learn_lost(
    client: &Client,
    blueprint: &Blueprint,
    changes: &ChangeSet,
    resolved: &mut Resolved,
) -> Result<(), NetboxError> {
    learn_port_types(client, &ports_of_types(blueprint, changes), resolved).await
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

/// By class and device type.
type PortsOfTypes<'a> = BTreeMap<(&'a str, &'a str), BTreeSet<&'a str>>;

/// Interfaces that have to come from a device's type: those of devices that are to be made, and those that
/// somebody took from a device.
fn ports_of_types<'a>(blueprint: &'a Blueprint, changes: &ChangeSet) -> PortsOfTypes<'a> {
    let made = changes.devices.create.iter();
    let made: BTreeSet<&str> = made.map(|device| device.key.as_str()).collect();
    let lost = changes.interfaces.create.iter();
    let lost: BTreeSet<(&str, &str)> = lost
        .map(|wish| (wish.device.as_str(), wish.name.as_str()))
        .collect();
    let mut wanted = PortsOfTypes::new();
    for device in &blueprint.devices {
        let Reference::Known(device_type) = &device.device_type else {
            continue;
        };
        let key = lower::key_of(&device.key);
        let ports = device.interfaces.iter().filter(|port| {
            let asked = made.contains(&*key) || lost.contains(&(&*key, &*port.name));
            asked && port.origin == Origin::Template
        });
        let names = ports.map(|port| port.name.as_str());
        wanted
            .entry((&device.key.class, device_type))
            .or_default()
            .extend(names);
    }
    wanted.retain(|_, names| !names.is_empty());
    wanted
}

/// By device type as written and by name: the type of each interface, of device types that are not known
/// yet.
async fn learn_port_types(
    client: &Client,
    wanted: &PortsOfTypes<'_>,
    resolved: &mut Resolved,
) -> Result<(), NetboxError> {
    let types = &mut resolved.port_types;
    let mut written: BTreeMap<u64, BTreeSet<&str>> = BTreeMap::new();
    for (_, device_type) in wanted.keys() {
        if let Some(id) = resolved.device_types.get(*device_type)
            && !types.contains_key(*device_type)
        {
            written.entry(*id).or_default().insert(device_type);
        }
    }
    for device_type in written.values().flatten() {
        types.insert((*device_type).to_owned(), BTreeMap::new());
    }
    let ids: Vec<u64> = written.keys().copied().collect();
    for row in client
        .list_by_ids::<InterfaceTemplateRow>("device_type_id", &ids)
        .await?
    {
        let of = row.device_type.and_then(|of| written.get(&of.id));
        for device_type in of.into_iter().flatten() {
            let ports = types.entry((*device_type).to_owned()).or_default();
            ports.insert(row.name.clone(), row.interface_type.value.clone());
        }
    }
    Ok(())
}

fn interfaces_missing(wanted: PortsOfTypes<'_>, resolved: &Resolved) -> Vec<Finding> {
    let none = BTreeMap::new();
    let findings = wanted
        .into_iter()
        .filter_map(|((class, device_type), names)| {
            resolved.device_types.get(device_type)?;
            let has = resolved.port_types.get(device_type).unwrap_or(&none);
            let lacks = names.into_iter().filter(|name| !has.contains_key(*name));
            let names: Vec<String> = lacks.map(ToOwned::to_owned).collect();
            (!names.is_empty()).then(|| Finding::InterfacesMissing {
                class: class.to_owned(),
                device_type: device_type.to_owned(),
                names,
            })
        });
    findings.collect()
}

/// As [`observe_tagged`], for a tag that may be absent; foreign devices with these names besides.
/// What is to be taken over counts as ours.
pub(super) async fn observe_for_apply(
    client: &Client,
    target: &Target,
    desired: &Desired,
) -> Result<(Observed, Vec<DeviceRow>), NetboxError> {
    let tag = find_tag(client, &target.scope).await?;
    observe_from(client, target, desired, tag).await
}

/// As [`observe_for_apply`], where the tag was just read.
pub(super) async fn observe_from(
    client: &Client,
    target: &Target,
    desired: &Desired,
    tag: Option<FoundTag>,
) -> Result<(Observed, Vec<DeviceRow>), NetboxError> {
    let known = Known::of(target, desired);
    let plan_id = &target.scope.plan_id;
    let (mut observed, mut foreign) = if let Some(tag) = tag {
        observe_tagged(client, plan_id, tag, &known).await?
    } else {
        let observed = super::observe::observe_marked(client, plan_id).await?;
        let mut foreign = by_name(client, &known.names).await?;
        foreign.retain(|row| !plan_id.marks(&row.custom_fields));
        (observed, foreign)
    };
    if let Some((theirs, _)) = to_adopt(client, target, desired).await? {
        foreign.retain(|row| !theirs.observed.devices.contains_key(&row.id));
        observed.join(theirs.observed);
    }
    Ok((observed, foreign))
}

/// What the plan takes over of the inventory that it adopts, and what it leaves.
pub(super) async fn to_adopt(
    client: &Client,
    target: &Target,
    desired: &Desired,
) -> Result<Option<(Theirs, Vec<String>)>, NetboxError> {
    let Some(diet) = &target.adopting else {
        return Ok(None);
    };
    let theirs = adoption::read(client, diet, &target.scope.plan_id).await?;
    Ok(Some(adoption::select(theirs, desired)))
}
