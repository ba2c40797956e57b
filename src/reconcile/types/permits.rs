//! What creating and changing types asks of the token's user. Without it a manufacturer would be made for a
//! type that may not be.

use std::collections::BTreeSet;

use crate::netbox::kind::Kind;
use crate::netbox::kind::custom_field::CUSTOM_FIELD;
use crate::netbox::kind::device_type::DEVICE_TYPE;
use crate::netbox::kind::interface_template::INTERFACE_TEMPLATE;
use crate::netbox::kind::manufacturer::MANUFACTURER;
use crate::netbox::kind::module_bay_template::MODULE_BAY_TEMPLATE;
use crate::netbox::kind::module_type::MODULE_TYPE;
use crate::netbox::permission::Permission;
use crate::netbox::{Client, NetboxError};
use crate::reconcile::error::ReconcileError;
use crate::reconcile::finding::Finding;
use crate::reconcile::permissions;
use crate::reconcile::register::check_owner_field;

use super::spec::TypeKind;

/// Asked once for all types of a kind: each question is a request.
#[derive(Debug, Default)]
pub struct Permits {
    /// Paths of the kinds that may be written.
    granted: BTreeSet<&'static str>,
}

impl Permits {
    /// Right before the first write: an error with all that lacks.
    pub(super) async fn ensure(
        &mut self,
        client: &Client,
        kind: &TypeKind,
    ) -> Result<(), ReconcileError> {
        let path = of(kind).path;
        if !self.granted.contains(path) {
            permissions::ensure(client, &needed(kind)).await?;
            self.granted.insert(path);
        }
        Ok(())
    }
}

/// What would stop an apply that writes a type, as far as reading tells.
pub async fn lacking(
    client: &Client,
    kind: &TypeKind,
    register: bool,
) -> Result<Vec<Finding>, NetboxError> {
    let lacking = client.lacking(&needed(kind)).await?;
    let permissions: Vec<Permission> = lacking.into_iter().flatten().collect();
    let lacking = (!permissions.is_empty()).then_some(Finding::NotPermitted { permissions });
    let refused = match check_owner_field(client, register).await {
        Ok(()) => None,
        Err(ReconcileError::Netbox(error)) => return Err(error),
        Err(refused) => Some(Finding::NotRegistered(refused)),
    };
    Ok(lacking.into_iter().chain(refused).collect())
}

/// What it takes to make types of a kind, to change them and to take them away.
pub fn needed(kind: &TypeKind) -> BTreeSet<Permission> {
    let each = |kinds: [&'static Kind; 2], actions: &[&'static str]| {
        let of = |kind| {
            actions
                .iter()
                .map(move |action| Permission::new(kind, action))
        };
        kinds.into_iter().flat_map(of).collect::<Vec<_>>()
    };
    let own = each(
        [of(kind), &INTERFACE_TEMPLATE],
        &["add", "change", "delete", "view"],
    );
    let around = each(
        [&MANUFACTURER, &MODULE_BAY_TEMPLATE],
        &["add", "delete", "view"],
    );
    let field = Permission::new(&CUSTOM_FIELD, "view");
    own.into_iter().chain(around).chain([field]).collect()
}

fn of(kind: &TypeKind) -> &'static Kind {
    match kind {
        TypeKind::Device { .. } => &DEVICE_TYPE,
        TypeKind::Module => &MODULE_TYPE,
    }
}
