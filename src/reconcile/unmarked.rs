//! Devices that a plan is known to have made, and that are there without its mark: somebody took it off.
//! What is not marked is not written, so they would be left behind, and be in the way of new ones.

use std::collections::BTreeMap;

use crate::diag::Diagnostic;
use crate::netbox::kind::device::DeviceRow;
use crate::netbox::{Client, NetboxError};

use super::error::listed;
use super::fields;
use super::observed::Observed;
use super::scope::Scope;

/// Some of a plan's devices, with their ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmarked {
    plan_id: String,
    tag: String,
    devices: Vec<(String, u64)>,
}

impl Unmarked {
    pub fn explain(&self) -> Diagnostic {
        let Self {
            plan_id,
            tag,
            devices,
        } = self;
        let lines = devices.iter().map(|(name, id)| format!("{name} (id {id})"));
        Diagnostic::error(
            "Devices have lost the plan's mark",
            format!(
                "These devices are there under their ids and names, but their custom field hedgehog_plan_id does \
                 not say that they are of this plan:\n{}\n\nWhat is not marked is never written, so nothing is \
                 done. Either somebody removed the mark, or the token may not see tags and custom fields.\n\nSet \
                 hedgehog_plan_id of these devices to \"{plan_id}\", with a bulk edit of what has the tag {tag} \
                 if they are many, or let the token see it. A device that is not the plan's any more has to be \
                 renamed. The guide \"Drift\" tells what to do if the custom field itself was deleted.",
                listed(&lines.collect::<Vec<_>>())
            ),
        )
    }
}

/// Of devices that the plan is known to have, by name, those that a read did not find and that still have
/// their id and their name. `observed` is what it did find; `None`: nothing at all.
pub async fn find_unmarked(
    client: &Client,
    scope: &Scope,
    known: &BTreeMap<String, u64>,
    observed: Option<&Observed>,
) -> Result<Option<Unmarked>, NetboxError> {
    let found = |id: &u64| observed.is_some_and(|observed| observed.devices.contains_key(id));
    let missing = known.values().copied().filter(|id| !found(id));
    let missing: Vec<u64> = missing.collect();
    let rows = client.list_by_ids::<DeviceRow>("id", &missing).await?;
    let unmarked = rows.into_iter().filter_map(|row| {
        let name = row.name?;
        let is_known = known.get(&name) == Some(&row.id) && missing.contains(&row.id);
        let mark = row.custom_fields.get(fields::PLAN_ID);
        // One that has another's mark, DIET's for example, is another's.
        let lost = mark.is_none_or(|mark| mark.is_null() || mark == "");
        // Where the tag is gone and nothing else is found, the token may not see what marks it.
        let unseen = observed.is_none() && scope.plan_id.marks(&row.custom_fields);
        (is_known && (lost || unseen)).then_some((name, row.id))
    });
    let mut devices: Vec<(String, u64)> = unmarked.collect();
    devices.sort();
    Ok((!devices.is_empty()).then(|| Unmarked {
        plan_id: scope.plan_id.as_str().to_owned(),
        tag: scope.tag_slug(),
        devices,
    }))
}
