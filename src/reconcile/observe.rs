//! Reads what a plan owns, in few requests: devices by the plan's tag, their interfaces, modules and
//! bays by device, cables by tag. Every row is checked for the plan's marker here, because `NetBox` answers
//! with the whole table where it does not know a filter.

use std::collections::BTreeSet;

use crate::netbox::kind::cable::CableRow;
use crate::netbox::kind::cable_termination::CableTerminationRow;
use crate::netbox::kind::custom_field::CustomFieldRow;
use crate::netbox::kind::device::DeviceRow;
use crate::netbox::kind::interface::InterfaceRow;
use crate::netbox::kind::module::ModuleRow;
use crate::netbox::kind::module_bay::ModuleBayRow;
use crate::netbox::kind::tag::TagRow;
use crate::netbox::{Client, NetboxError, Query};

use super::fields;
use super::journal::Journal;
use super::lower::Desired;
use super::observed::Observed;
use super::scope::{PlanId, Scope, Target};
use super::seen::Seen;

/// A plan's tag as found.
#[derive(Debug, Clone)]
pub struct FoundTag {
    pub row: TagRow,
    /// `None` where the description is not a plan's.
    pub journal: Option<Journal>,
    /// The server's time when it was read, in seconds since 1970.
    pub now: Option<i64>,
}

impl FoundTag {
    pub(super) fn of(row: TagRow, now: Option<i64>) -> Self {
        Self {
            journal: Journal::parse(&row.description),
            row,
            now,
        }
    }
}

/// Devices that a plan had, or is to have: somebody may have taken the plan's tag from them.
#[derive(Debug, Clone, Default)]
pub struct Known {
    pub names: Vec<String>,
    pub ids: Vec<u64>,
}

impl Known {
    /// Names that devices are to have, and ids of those that the plan saw.
    pub(super) fn of(target: &Target, desired: &Desired) -> Self {
        let seen = target.seen.as_deref();
        Self {
            names: desired.devices.values().map(|d| d.name.clone()).collect(),
            ids: seen.map(Seen::device_ids).unwrap_or_default(),
        }
    }
}

/// What is there of a plan. `None`: its tag is absent and nothing carries its marker.
pub async fn observe(client: &Client, scope: &Scope) -> Result<Option<Observed>, NetboxError> {
    observe_known(client, scope, &Known::default()).await
}

/// As [`observe`], also where somebody took the plan's tag from known devices.
pub async fn observe_known(
    client: &Client,
    scope: &Scope,
    known: &Known,
) -> Result<Option<Observed>, NetboxError> {
    let tag = find_tag(client, scope).await?;
    let ours = tag.filter(|tag| {
        tag.journal
            .as_ref()
            .is_none_or(|journal| journal.plan_id == scope.plan_id)
    });
    if let Some(tag) = ours {
        return observe_tagged(client, &scope.plan_id, tag, known)
            .await
            .map(|(observed, _)| Some(observed));
    }
    let observed = observe_marked(client, &scope.plan_id).await?;
    Ok((!observed.is_empty()).then_some(observed))
}

/// The plan's tag: by its slug, or, after a rename of the plan, by the id in its description.
pub async fn find_tag(client: &Client, scope: &Scope) -> Result<Option<FoundTag>, NetboxError> {
    let slug = scope.tag_slug();
    let (rows, now) = client
        .list_dated::<TagRow>(&query(&[("slug", &slug)]))
        .await?;
    let mut found = rows.into_iter().find(|row| row.slug == slug);
    if found.is_none() {
        let filter = query(&[("description__ic", scope.plan_id.as_str())]);
        let ours = |row: &TagRow| {
            Journal::parse(&row.description).is_some_and(|j| j.plan_id == scope.plan_id)
        };
        found = client.list::<TagRow>(&filter).await?.into_iter().find(ours);
    }
    Ok(found.map(|row| FoundTag::of(row, now)))
}

/// What carries the tag and the marker. Known devices that do not carry the tag are looked for as well:
/// those of them that are ours lost it; others that have a known name come back as foreign.
pub(super) async fn observe_tagged(
    client: &Client,
    plan_id: &PlanId,
    tag: FoundTag,
    known: &Known,
) -> Result<(Observed, Vec<DeviceRow>), NetboxError> {
    let slug = tag.row.slug.clone();
    let by_tag = query(&[("tag", &slug)]);
    let mut devices = client.list::<DeviceRow>(&by_tag).await?;
    let lost = untagged(client, plan_id, &devices, &known.ids).await?;
    devices.extend(lost);
    // What has the tag and not the marker is not ours, whatever it is called.
    devices.retain(|row| plan_id.marks(&row.custom_fields));
    let found: BTreeSet<&str> = devices
        .iter()
        .filter_map(|row| row.name.as_deref())
        .collect();
    let missing: Vec<String> = known
        .names
        .iter()
        .filter(|name| !found.contains(name.as_str()))
        .cloned()
        .collect();
    let mut foreign = Vec::new();
    if !missing.is_empty() {
        let wanted: BTreeSet<String> = missing.iter().map(|name| name.to_lowercase()).collect();
        for row in client
            .list_by::<DeviceRow>("name__ie", &missing, &Query::new())
            .await?
        {
            let named = row
                .name
                .as_ref()
                .is_some_and(|name| wanted.contains(&name.to_lowercase()));
            match (plan_id.marks(&row.custom_fields), named) {
                (true, _) => devices.push(row),
                (false, true) => foreign.push(row),
                (false, false) => {}
            }
        }
    }
    let cables = client.list::<CableRow>(&by_tag).await?;
    let mut observed = assemble(client, plan_id, devices, cables).await?;
    observed.tag = Some(tag.row);
    Ok((observed, foreign))
}

/// Our devices among these ids that were not found by the tag, whatever their names are now.
async fn untagged(
    client: &Client,
    plan_id: &PlanId,
    tagged: &[DeviceRow],
    ids: &[u64],
) -> Result<Vec<DeviceRow>, NetboxError> {
    let found: BTreeSet<u64> = tagged.iter().map(|row| row.id).collect();
    let missing = ids.iter().copied().filter(|id| !found.contains(id));
    let missing: Vec<u64> = missing.collect();
    let mut rows = client.list_by_ids::<DeviceRow>("id", &missing).await?;
    rows.retain(|row| missing.contains(&row.id) && plan_id.marks(&row.custom_fields));
    Ok(rows)
}

/// What carries the marker, for a plan whose tag is gone. Dear: the field is not indexed.
pub(super) async fn observe_marked(
    client: &Client,
    plan_id: &PlanId,
) -> Result<Observed, NetboxError> {
    // Without the custom field, the filter is unknown and the answer the whole table.
    let definitions = client
        .list::<CustomFieldRow>(&query(&[("name", fields::PLAN_ID)]))
        .await?;
    if !definitions.iter().any(|row| row.name == fields::PLAN_ID) {
        return Ok(Observed::new(plan_id.clone()));
    }
    let filter = query(&[(&format!("cf_{}", fields::PLAN_ID), plan_id.as_str())]);
    let devices = client.list::<DeviceRow>(&filter).await?;
    let cables = client.list::<CableRow>(&filter).await?;
    assemble(client, plan_id, devices, cables).await
}

/// Components of the devices, and the ends of the cables.
pub(super) async fn assemble(
    client: &Client,
    plan_id: &PlanId,
    devices: Vec<DeviceRow>,
    cables: Vec<CableRow>,
) -> Result<Observed, NetboxError> {
    let mut observed = Observed::new(plan_id.clone());
    for row in devices
        .into_iter()
        .filter(|row| plan_id.marks(&row.custom_fields))
    {
        observed.devices.insert(row.id, row);
    }
    let ids: Vec<u64> = observed.devices.keys().copied().collect();
    read_components(client, &mut observed, &ids).await?;
    for row in client.list_by_ids::<ModuleRow>("device_id", &ids).await? {
        if observed.devices.contains_key(&row.device.id) {
            observed.modules.insert(row.id, row);
        }
    }
    for row in cables
        .into_iter()
        .filter(|row| plan_id.marks(&row.custom_fields))
    {
        observed.cables.insert(row.id, row);
    }
    adopt_untagged_cables(client, &mut observed).await?;
    read_far_ends(client, &mut observed).await?;
    Ok(observed)
}

/// Reads interfaces and bays of these devices: what a device type brings along.
pub(super) async fn read_components(
    client: &Client,
    observed: &mut Observed,
    ids: &[u64],
) -> Result<(), NetboxError> {
    for row in client.list_by_ids::<InterfaceRow>("device_id", ids).await? {
        if observed.devices.contains_key(&row.device.id) {
            observed.interfaces.insert(row.id, row);
        }
    }
    for row in client.list_by_ids::<ModuleBayRow>("device_id", ids).await? {
        if observed.devices.contains_key(&row.device.id) {
            observed.bays.insert(row.id, row);
        }
    }
    Ok(())
}

/// Cables on our ports that do not carry the tag: ours if they carry the marker.
async fn adopt_untagged_cables(
    client: &Client,
    observed: &mut Observed,
) -> Result<(), NetboxError> {
    let unknown: BTreeSet<u64> = observed
        .interfaces
        .values()
        .filter_map(|row| row.cable.as_ref().map(|cable| cable.id))
        .filter(|id| !observed.cables.contains_key(id))
        .collect();
    let ids: Vec<u64> = unknown.iter().copied().collect();
    observed.unseen.clone_from(&unknown);
    for row in client.list_by_ids::<CableRow>("id", &ids).await? {
        observed.unseen.remove(&row.id);
        if unknown.contains(&row.id) && observed.plan_id.marks(&row.custom_fields) {
            observed.cables.insert(row.id, row);
        }
    }
    Ok(())
}

/// Ends of our cables that are not on our devices: somebody moved them.
async fn read_far_ends(client: &Client, observed: &mut Observed) -> Result<(), NetboxError> {
    let ends = observed.ends();
    let half: Vec<u64> = observed
        .cables
        .keys()
        .copied()
        .filter(|id| {
            !ends
                .get(id)
                .is_some_and(|(a, b)| a.is_some() && b.is_some())
        })
        .collect();
    let terminations: Vec<CableTerminationRow> = client.list_by_ids("cable_id", &half).await?;
    for row in terminations {
        if observed.cables.contains_key(&row.cable)
            && !observed.interfaces.contains_key(&row.termination_id)
        {
            let label = format!("{} {}", row.termination_type, row.termination_id);
            observed
                .far_ends
                .insert((row.cable, row.cable_end == "A"), label);
        }
    }
    Ok(())
}

pub(super) fn query(filters: &[(&str, &str)]) -> Query {
    filters
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}
