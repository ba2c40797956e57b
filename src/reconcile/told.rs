//! Pure: ids of what a plan refers to, as far as its own objects stand on it already. They were read a
//! moment ago, so that nobody has to be asked again.

use std::collections::{BTreeMap, BTreeSet};

use super::observed::Observed;
use super::references::{Referrer, Wishes};
use super::resolve::{Resolved, names_in_full};
use super::scope::Target;

/// What the plan's objects tell of the site and the types that are wished, and of any role.
pub(super) fn told(observed: &Observed, target: &Target, wishes: &Wishes) -> Resolved {
    let devices = || observed.devices.values();
    let here = || devices().filter(|row| row.site.slug == target.site);
    let locations = here().filter_map(|row| row.location.as_ref());
    let tenants = devices().filter_map(|row| row.tenant.as_ref());
    let device_types = devices().map(|row| {
        let kind = &row.device_type;
        ((&kind.manufacturer.slug, &kind.slug), kind.id)
    });
    let module_types = observed.modules.values().map(|row| {
        let kind = &row.module_type;
        ((&kind.manufacturer.slug, &kind.model), kind.id)
    });
    let id_of = |slug: &Option<String>, known: BTreeMap<&String, u64>| {
        slug.as_ref().and_then(|slug| known.get(slug).copied())
    };
    Resolved {
        site: here().next().map(|row| row.site.id),
        location: id_of(
            &target.location,
            locations.map(|l| (&l.slug, l.id)).collect(),
        ),
        tenant: id_of(&target.tenant, tenants.map(|t| (&t.slug, t.id)).collect()),
        roles: devices()
            .map(|row| (row.role.slug.clone(), row.role.id))
            .collect(),
        device_types: of_types(&wishes.device_types, &device_types.collect()),
        module_types: of_types(&wishes.module_types, &module_types.collect()),
        ..Resolved::default()
    }
}

/// By reference, from ids by manufacturer and name. A reference without a manufacturer may mean several
/// types, which only `NetBox` tells.
fn of_types(
    wishes: &BTreeMap<String, BTreeSet<Referrer>>,
    known: &BTreeMap<(&String, &String), u64>,
) -> BTreeMap<String, u64> {
    let find = |reference: &String| {
        let mut known = known.iter();
        let (_, id) = known.find(|((maker, name), _)| names_in_full(reference, maker, name))?;
        Some((reference.clone(), *id))
    };
    wishes.keys().filter_map(find).collect()
}
