//! What the state knows and a read did not find is not gone for that: it may be hidden, or have lost its mark.

use std::collections::BTreeMap;

use crate::netbox::Client;

use super::error::ReconcileError;
use super::hidden::find_hidden;
use super::observed::Observed;
use super::scope::Scope;
use super::unmarked::find_unmarked;

/// An error if any of these devices, by name, is there although it was not found, or the plan's tag. `observed`
/// is what was found; `None`: nothing at all.
pub async fn ensure_gone(
    client: &Client,
    scope: &Scope,
    known: &BTreeMap<String, u64>,
    observed: Option<&Observed>,
) -> Result<(), ReconcileError> {
    let ids = known.values().copied().collect();
    if let Some(hidden) = find_hidden(client, scope, ids, observed).await? {
        return Err(ReconcileError::Hidden(hidden));
    }
    match find_unmarked(client, scope, known, observed).await? {
        Some(unmarked) => Err(ReconcileError::Unmarked(unmarked)),
        None => Ok(()),
    }
}
