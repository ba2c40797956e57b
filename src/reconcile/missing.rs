//! What the state knows and a read did not find is not gone for that: it may be hidden, or have lost its mark.

use std::collections::BTreeMap;

use crate::netbox::Client;

use super::error::ReconcileError;
use super::hidden::{Hidden, find_hidden};
use super::observed::Observed;
use super::scope::Scope;
use super::seen::Seen;
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

/// An error if a cable on a port of the plan is not shown, and was the plan's when it was last seen: it would be
/// taken for one of others.
pub fn ensure_seen(seen: Option<&Seen>, observed: Option<&Observed>) -> Result<(), ReconcileError> {
    let Some((seen, observed)) = seen.zip(observed) else {
        return Ok(());
    };
    let mut unseen = observed.unseen.iter();
    match unseen.find(|id| seen.has_cable(**id)) {
        Some(id) => Err(ReconcileError::Hidden(Hidden::Cable { id: *id })),
        None => Ok(()),
    }
}
