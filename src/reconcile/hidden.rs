//! What is there although the token does not see it. A filter by a tag or a device is checked against
//! all of them, seen or not: an unknown one is a 400.

use std::collections::BTreeSet;

use crate::diag::Diagnostic;
use crate::netbox::kind::device::DeviceRow;
use crate::netbox::kind::interface::InterfaceRow;
use crate::netbox::{Client, NetboxError};

use super::observe::{find_tag, query};
use super::observed::Observed;
use super::scope::Scope;

/// An end on an interface, before its id.
const INTERFACE_END: &str = "dcim.interface ";
/// So many devices that are not seen are looked for one by one: a token that is restricted seldom
/// hides one alone.
const DEVICES_TRIED: usize = 20;

/// One thing that exists and is not seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hidden {
    Tag {
        slug: String,
    },
    Device {
        id: u64,
    },
    /// What one of the plan's cables is on.
    Interface {
        id: u64,
    },
    /// What ports of the plan are on.
    Module {
        id: u64,
    },
    Cable {
        id: u64,
    },
}

impl Hidden {
    /// What is hidden, and what to do.
    pub fn explain(&self) -> Diagnostic {
        let what = match self {
            Self::Tag { slug } => format!("the plan's tag {slug}"),
            Self::Device { id } => format!("the device with the id {id}"),
            Self::Interface { id } => {
                format!("the interface with the id {id}, which a cable of the plan is on")
            }
            Self::Module { id } => {
                format!("the module with the id {id}, which has interfaces of the plan")
            }
            Self::Cable { id } => format!("the plan's cable with the id {id}"),
        };
        Diagnostic::error(
            "The API token does not see all of the plan",
            format!(
                "NetBox has {what}, and does not show it to this token. What is hidden is not gone, so the \
                 state is kept as it is.\n\nWiden the constraints of the view permissions of the token's \
                 user, or use the token that the plan was applied with."
            ),
        )
    }
}

/// The first hidden one among the plan's tag, the devices that it is known to have, and what belongs to what
/// was found. `observed` is what a
/// read did find; `None`: nothing at all.
pub async fn find_hidden(
    client: &Client,
    scope: &Scope,
    mut devices: BTreeSet<u64>,
    observed: Option<&Observed>,
) -> Result<Option<Hidden>, NetboxError> {
    if let Some(observed) = observed {
        if let Some(hidden) = hidden_part(client, observed).await? {
            return Ok(Some(hidden));
        }
        devices.retain(|id| !observed.devices.contains_key(id));
        if devices.is_empty() && observed.tag.is_some() {
            return Ok(None);
        }
    }
    let slug = scope.tag_slug();
    if find_tag(client, scope).await?.is_none()
        && exists(client.list::<DeviceRow>(&query(&[("tag", &slug)])).await)?
    {
        return Ok(Some(Hidden::Tag { slug }));
    }
    let ids: Vec<u64> = devices.into_iter().take(DEVICES_TRIED).collect();
    let seen: Vec<DeviceRow> = client.list_by_ids("id", &ids).await?;
    for id in ids {
        let filter = query(&[("device_id", &id.to_string())]);
        if !seen.iter().any(|row| row.id == id)
            && exists(client.list::<InterfaceRow>(&filter).await)?
        {
            return Ok(Some(Hidden::Device { id }));
        }
    }
    Ok(None)
}

/// What something that was found refers to, and is not seen: a cable shows its ends, and a port its card, to
/// whoever sees the one and not the other.
async fn hidden_part(client: &Client, observed: &Observed) -> Result<Option<Hidden>, NetboxError> {
    let far = observed.far_ends.values();
    let far = far.filter_map(|end| end.strip_prefix(INTERFACE_END)?.parse().ok());
    let far: Vec<u64> = far.take(DEVICES_TRIED).collect();
    let seen: Vec<InterfaceRow> = client.list_by_ids("id", &far).await?;
    for id in far {
        if !seen.iter().any(|row| row.id == id) && is_there(client, "bridge_id", id).await? {
            return Ok(Some(Hidden::Interface { id }));
        }
    }
    let cards = observed.interfaces.values();
    let cards = cards.filter_map(|row| Some(row.module.as_ref()?.id));
    let cards: BTreeSet<u64> = cards
        .filter(|id| !observed.modules.contains_key(id))
        .collect();
    for id in cards.into_iter().take(DEVICES_TRIED) {
        if is_there(client, "module_id", id).await? {
            return Ok(Some(Hidden::Module { id }));
        }
    }
    Ok(None)
}

/// By a filter of interfaces that takes such an id.
async fn is_there(client: &Client, filter: &str, id: u64) -> Result<bool, NetboxError> {
    let filter = query(&[(filter, &id.to_string())]);
    exists(client.list::<InterfaceRow>(&filter).await)
}

/// Whether what a filter names is there.
pub(super) fn exists<T>(answer: Result<T, NetboxError>) -> Result<bool, NetboxError> {
    match answer {
        Ok(_) => Ok(true),
        Err(NetboxError::Rejected { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}
