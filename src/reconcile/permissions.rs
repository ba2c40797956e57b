//! Which object permissions a plan needs, and which of them the token's user lacks. The guide on
//! permissions lists the same.

use std::collections::BTreeSet;

use crate::netbox::kind::Kind;
use crate::netbox::kind::cable::CABLE;
use crate::netbox::kind::cable_termination::CABLE_TERMINATION;
use crate::netbox::kind::custom_field::CUSTOM_FIELD;
use crate::netbox::kind::device::DEVICE;
use crate::netbox::kind::device_role::DEVICE_ROLE;
use crate::netbox::kind::device_type::DEVICE_TYPE;
use crate::netbox::kind::interface::INTERFACE;
use crate::netbox::kind::interface_template::INTERFACE_TEMPLATE;
use crate::netbox::kind::location::LOCATION;
use crate::netbox::kind::module::MODULE;
use crate::netbox::kind::module_bay::MODULE_BAY;
use crate::netbox::kind::module_type::MODULE_TYPE;
use crate::netbox::kind::site::SITE;
use crate::netbox::kind::tag::TAG;
use crate::netbox::kind::tenant::TENANT;
use crate::netbox::permission::Permission;
use crate::netbox::{Client, NetboxError};

use super::error::ReconcileError;
use super::finding::Finding;
use super::scope::Target;

/// What a plan is made of: it creates, changes and deletes these.
const OWN: [&Kind; 6] = [&CABLE, &DEVICE, &INTERFACE, &MODULE, &MODULE_BAY, &TAG];
/// What it refers to.
const REFERRED: [&Kind; 7] = [
    &CABLE_TERMINATION,
    &CUSTOM_FIELD,
    &DEVICE_ROLE,
    &DEVICE_TYPE,
    &INTERFACE_TEMPLATE,
    &MODULE_TYPE,
    &SITE,
];

/// What a plan needs over its life: a token that can build and not take away would leave half a change.
pub fn needed(target: &Target) -> BTreeSet<Permission> {
    let mut needed = of_own(&["add", "change", "delete", "view"]);
    needed.extend(REFERRED.map(|kind| Permission::new(kind, "view")));
    for (kind, given) in [(&LOCATION, &target.location), (&TENANT, &target.tenant)] {
        if given.is_some() {
            needed.insert(Permission::new(kind, "view"));
        }
    }
    needed
}

/// What it takes to remove a plan: components go with their devices, and its tag tells who is at work.
pub(super) fn needed_to_destroy() -> BTreeSet<Permission> {
    let mut needed = of_own(&["view"]);
    needed.insert(Permission::new(&CABLE_TERMINATION, "view"));
    needed.insert(Permission::new(&TAG, "change"));
    needed.extend([&CABLE, &DEVICE, &TAG].map(|kind| Permission::new(kind, "delete")));
    needed
}

fn of_own(actions: &[&'static str]) -> BTreeSet<Permission> {
    let of = |kind: &&'static Kind| {
        let kind = *kind;
        actions
            .iter()
            .map(|action| Permission::new(kind, action))
            .collect::<Vec<_>>()
    };
    OWN.iter().flat_map(of).collect()
}

/// What creates custom fields and roles that are missing.
pub fn registering() -> BTreeSet<Permission> {
    [
        (&CUSTOM_FIELD, "add"),
        (&CUSTOM_FIELD, "change"),
        (&DEVICE_ROLE, "add"),
    ]
    .map(|(kind, action)| Permission::new(kind, action))
    .into()
}

/// What is known of the user's permissions before anything is written.
#[derive(Debug, Default)]
pub(super) struct Lacking {
    /// The plan cannot do without these.
    pub(super) needed: Vec<Permission>,
    /// The plan needs these where something is to be registered.
    pub(super) registering: Vec<Permission>,
}

impl Lacking {
    /// What is there would only be seen in part.
    pub(super) fn is_blind(&self) -> bool {
        self.needed.iter().any(|lacking| lacking.action == "view")
    }
}

/// Reads only, so that it may say less than is lacking.
pub(super) async fn lacking(client: &Client, target: &Target) -> Result<Lacking, NetboxError> {
    let registering = registering();
    let mut all = needed(target);
    all.extend(registering.iter().cloned());
    let lacking = client.lacking(&all).await?.unwrap_or_default();
    let (registering, needed) = lacking.into_iter().partition(|p| registering.contains(p));
    Ok(Lacking {
        needed,
        registering,
    })
}

/// Right before the first write, where it may ask by requests that write nothing: all that lacks.
pub(super) async fn ensure(
    client: &Client,
    needed: &BTreeSet<Permission>,
) -> Result<(), ReconcileError> {
    let doubtful = client.lacking(needed).await?;
    let permissions = client.refused(doubtful.as_ref().unwrap_or(needed)).await?;
    if permissions.is_empty() {
        return Ok(());
    }
    Err(ReconcileError::Preflight(vec![Finding::NotPermitted {
        permissions,
    }]))
}
