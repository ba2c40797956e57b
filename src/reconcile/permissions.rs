//! Pure: which object permissions a plan needs. The guide on permissions lists the same.

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
    let mut needed = BTreeSet::new();
    for kind in OWN {
        needed.extend(
            ["add", "change", "delete", "view"].map(|action| Permission::new(kind, action)),
        );
    }
    needed.extend(REFERRED.map(|kind| Permission::new(kind, "view")));
    for (kind, given) in [(&LOCATION, &target.location), (&TENANT, &target.tenant)] {
        if given.is_some() {
            needed.insert(Permission::new(kind, "view"));
        }
    }
    needed
}
