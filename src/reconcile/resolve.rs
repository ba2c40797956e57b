//! References to things that are in `NetBox` already become ids: all at once, in one request a kind.

use std::collections::{BTreeMap, BTreeSet};

use crate::fabric::blueprint::Blueprint;
use crate::netbox::kind::device_role::DeviceRoleRow;
use crate::netbox::kind::device_type::DeviceTypeRow;
use crate::netbox::kind::location::LocationRow;
use crate::netbox::kind::module_type::ModuleTypeRow;
use crate::netbox::kind::site::SiteRow;
use crate::netbox::kind::tenant::TenantRow;
use crate::netbox::{Client, NetboxError, Query};

use super::observed::Observed;
use super::references::{Wishes, role_slugs, wishes};
use super::scope::{Target, slug};
use super::similar::similar;
use super::told::told;

pub use super::references::Referrer;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReferenceKind {
    Site,
    Location,
    Tenant,
    DeviceType,
    ModuleType,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReferenceFault {
    /// Nothing has that name; these are similar.
    Missing { similar: Vec<String> },
    /// Several have it; each of these names one.
    Ambiguous { candidates: Vec<String> },
}

/// A reference that does not name one object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReferenceProblem {
    pub kind: ReferenceKind,
    pub reference: String,
    pub referrer: Referrer,
    pub fault: ReferenceFault,
}

/// Ids by reference, as written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Resolved {
    pub site: Option<u64>,
    pub location: Option<u64>,
    pub tenant: Option<u64>,
    pub device_types: BTreeMap<String, u64>,
    pub module_types: BTreeMap<String, u64>,
    /// Types of the interfaces that device types bring along, by name; of those that were asked for.
    pub port_types: BTreeMap<String, BTreeMap<String, String>>,
    /// By slug; missing ones are created by `register`.
    pub roles: BTreeMap<String, u64>,
    /// By slug; likewise.
    pub tags: BTreeMap<String, u64>,
}

/// Everything that the plan refers to, asked for where its own objects do not tell. What is unknown
/// yet is skipped.
pub(super) async fn resolve(
    client: &Client,
    target: &Target,
    blueprint: &Blueprint,
    observed: &Observed,
) -> Result<(Resolved, Vec<ReferenceProblem>), NetboxError> {
    let wishes = wishes(blueprint);
    let mut resolved = told(observed, target, &wishes);
    let mut problems = Vec::new();
    resolve_landing(client, target, &mut resolved, &mut problems).await?;
    resolve_device_types(client, &wishes, &mut resolved, &mut problems).await?;
    resolve_module_types(client, &wishes, &mut resolved, &mut problems).await?;
    let mut roles = role_slugs(blueprint);
    roles.retain(|slug| !resolved.roles.contains_key(slug));
    for row in client
        .list_by::<DeviceRoleRow>("slug", &roles, &Query::new())
        .await?
    {
        if roles.contains(&row.slug) {
            resolved.roles.insert(row.slug, row.id);
        }
    }
    Ok((resolved, problems))
}

/// What is wrong with references, as far as the token may read what they refer to.
pub(super) async fn in_sight(
    client: &Client,
    target: &Target,
    blueprint: &Blueprint,
) -> Result<Vec<ReferenceProblem>, NetboxError> {
    let readable = |answer: Result<(), NetboxError>| match answer {
        Err(error) if error.is_forbidden() => Ok(()),
        answer => answer,
    };
    let mut resolved = Resolved::default();
    let mut problems = Vec::new();
    let wishes = wishes(blueprint);
    readable(resolve_landing(client, target, &mut resolved, &mut problems).await)?;
    readable(resolve_device_types(client, &wishes, &mut resolved, &mut problems).await)?;
    readable(resolve_module_types(client, &wishes, &mut resolved, &mut problems).await)?;
    Ok(problems)
}

async fn resolve_landing(
    client: &Client,
    target: &Target,
    resolved: &mut Resolved,
    problems: &mut Vec<ReferenceProblem>,
) -> Result<(), NetboxError> {
    let slug = |slug: &String| vec![("slug".to_owned(), slug.clone())];
    let mut judge = |kind: ReferenceKind, reference: &String, ids: Vec<u64>| match ids.as_slice() {
        [id] => Some(*id),
        several => {
            let fault = if several.is_empty() {
                ReferenceFault::Missing {
                    similar: Vec::new(),
                }
            } else {
                ReferenceFault::Ambiguous {
                    candidates: several.iter().map(|id| format!("id {id}")).collect(),
                }
            };
            problems.push(ReferenceProblem {
                kind,
                reference: reference.clone(),
                referrer: Referrer::Plan,
                fault,
            });
            None
        }
    };
    if resolved.site.is_none() {
        let sites = client.list::<SiteRow>(&slug(&target.site)).await?;
        let ids = sites
            .iter()
            .filter(|row| row.slug == target.site)
            .map(|row| row.id)
            .collect();
        resolved.site = judge(ReferenceKind::Site, &target.site, ids);
    }
    if let (Some(location), None) = (&target.location, resolved.location) {
        let rows = client.list::<LocationRow>(&slug(location)).await?;
        let here = |row: &&LocationRow| row.slug == *location && row.site.slug == target.site;
        resolved.location = judge(
            ReferenceKind::Location,
            location,
            rows.iter().filter(here).map(|row| row.id).collect(),
        );
    }
    if let (Some(tenant), None) = (&target.tenant, resolved.tenant) {
        let rows = client.list::<TenantRow>(&slug(tenant)).await?;
        let ids = rows
            .iter()
            .filter(|row| row.slug == *tenant)
            .map(|row| row.id)
            .collect();
        resolved.tenant = judge(ReferenceKind::Tenant, tenant, ids);
    }
    Ok(())
}

async fn resolve_device_types(
    client: &Client,
    wishes: &Wishes,
    resolved: &mut Resolved,
    problems: &mut Vec<ReferenceProblem>,
) -> Result<(), NetboxError> {
    let open = open(&wishes.device_types, &resolved.device_types);
    let slugs: BTreeSet<String> = open
        .keys()
        .map(|text| text.rsplit('/').next().unwrap_or(text).to_owned())
        .collect();
    let slugs: Vec<String> = slugs.into_iter().collect();
    let rows = client
        .list_by::<DeviceTypeRow>("slug", &slugs, &Query::new())
        .await?;
    let named: Vec<(u64, String, String)> = rows
        .into_iter()
        .map(|row| (row.id, row.manufacturer.slug, row.slug))
        .collect();
    let mut missing = Vec::new();
    for (reference, referrers) in open {
        match pick(reference, &named) {
            Ok(id) => {
                resolved.device_types.insert(reference.clone(), id);
            }
            Err(candidates) => {
                missing.push((ReferenceKind::DeviceType, reference, referrers, candidates));
            }
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let all = client.list::<DeviceTypeRow>(&Query::new()).await?;
    let names: Vec<String> = all
        .iter()
        .map(|row| format!("{}/{}", row.manufacturer.slug, row.slug))
        .collect();
    report(missing, &names, problems);
    Ok(())
}

async fn resolve_module_types(
    client: &Client,
    wishes: &Wishes,
    resolved: &mut Resolved,
    problems: &mut Vec<ReferenceProblem>,
) -> Result<(), NetboxError> {
    // A model may hold slashes: both readings are asked for.
    let open = open(&wishes.module_types, &resolved.module_types);
    let models: BTreeSet<String> = open
        .keys()
        .flat_map(|text| {
            [
                (*text).clone(),
                text.split_once('/')
                    .map_or_else(|| (*text).clone(), |(_, model)| model.to_owned()),
            ]
        })
        .collect();
    let models: Vec<String> = models.into_iter().collect();
    let rows = client
        .list_by::<ModuleTypeRow>("model", &models, &Query::new())
        .await?;
    let named: Vec<(u64, String, String)> = rows
        .into_iter()
        .map(|row| (row.id, row.manufacturer.slug, row.model))
        .collect();
    let mut missing = Vec::new();
    for (reference, referrers) in open {
        match pick(reference, &named) {
            Ok(id) => {
                resolved.module_types.insert(reference.clone(), id);
            }
            Err(candidates) => {
                missing.push((ReferenceKind::ModuleType, reference, referrers, candidates));
            }
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let all = client.list::<ModuleTypeRow>(&Query::new()).await?;
    let names: Vec<String> = all
        .iter()
        .map(|row| format!("{}/{}", row.manufacturer.slug, row.model))
        .collect();
    report(missing, &names, problems);
    Ok(())
}

/// What is wished and not known yet.
fn open<'w>(
    wishes: &'w BTreeMap<String, BTreeSet<Referrer>>,
    known: &BTreeMap<String, u64>,
) -> BTreeMap<&'w String, &'w BTreeSet<Referrer>> {
    let wishes = wishes.iter();
    wishes
        .filter(|(reference, _)| !known.contains_key(*reference))
        .collect()
}

/// The one row that a reference names, or all that it names.
fn pick(reference: &str, rows: &[(u64, String, String)]) -> Result<u64, Vec<String>> {
    let in_full = |row: &&(u64, String, String)| names_in_full(reference, &row.1, &row.2);
    if let Some((id, _, _)) = rows.iter().find(in_full) {
        return Ok(*id);
    }
    match rows
        .iter()
        .filter(|(_, _, name)| name == reference)
        .collect::<Vec<_>>()
        .as_slice()
    {
        [(id, _, _)] => Ok(*id),
        several => Err(several
            .iter()
            .map(|(_, manufacturer, name)| format!("{manufacturer}/{name}"))
            .collect()),
    }
}

/// Whether a reference as written means a type of this manufacturer (its slug) and name.
pub(super) fn means(reference: &str, manufacturer: &str, name: &str) -> bool {
    // A model may hold slashes itself.
    reference == name || names_in_full(reference, manufacturer, name)
}

/// `manufacturer/name`, the manufacturer as its slug or as `NetBox` shows it: `NVIDIA`.
pub(super) fn names_in_full(reference: &str, manufacturer: &str, name: &str) -> bool {
    reference.split_once('/').is_some_and(|(maker, rest)| {
        rest == name && (maker == manufacturer || slug(maker) == manufacturer)
    })
}

type Missing<'a> = (
    ReferenceKind,
    &'a String,
    &'a BTreeSet<Referrer>,
    Vec<String>,
);

fn report(missing: Vec<Missing<'_>>, names: &[String], problems: &mut Vec<ReferenceProblem>) {
    for (kind, reference, referrers, candidates) in missing {
        let fault = if candidates.is_empty() {
            ReferenceFault::Missing {
                similar: similar(reference, names),
            }
        } else {
            ReferenceFault::Ambiguous { candidates }
        };
        problems.extend(referrers.iter().map(|referrer| ReferenceProblem {
            kind,
            reference: reference.clone(),
            referrer: referrer.clone(),
            fault: fault.clone(),
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_enough_where_it_names_one() {
        let rows = [
            (1, "acme".to_owned(), "x1".to_owned()),
            (2, "other".to_owned(), "x1".to_owned()),
            (3, "acme".to_owned(), "a/b".to_owned()),
        ];
        assert_eq!(pick("acme/x1", &rows), Ok(1));
        assert_eq!(
            pick("x1", &rows),
            Err(vec!["acme/x1".to_owned(), "other/x1".to_owned()])
        );
        assert_eq!(pick("a/b", &rows), Ok(3));
        assert_eq!(pick("acme/a/b", &rows), Ok(3));
        assert_eq!(pick("none", &rows), Err(Vec::new()));
    }
}
