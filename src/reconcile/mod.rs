//! Makes `NetBox` equal to a blueprint: lower, observe, diff, act.
//!
//! The steps of an apply, in order:
//! 1. [`lower`]: blueprint and target become what has to be there, by names.
//! 2. [`observe`]: what is there and ours, checked row by row.
//! 3. [`diff`]: which of it is which (`identity`), and what differs in fields that we own. Empty: done. What somebody changed since the plan
//!    looked ([`seen`]) is not overwritten ([`overtaken`]).
//! 4. [`preflight`]: references become ids; all that is wrong is said at once, before any write.
//! 5. `register`: custom fields, roles and tags that are missing.
//! 6. `lease`: the plan's tag is taken; only its holder writes.
//! 7. `steps`: writes, keeping [`observed::Observed`] true to the
//!    answers. A lost answer leads back to 2, never to a blind second request.
//!
//! For callers: [`observe`], [`preflight`], [`create_or_update`], [`destroy()`], [`drift`].

mod aboard;
pub mod adoption;
pub mod apply;
pub mod bay;
pub mod cabling;
mod claim;
pub mod destroy;
pub mod diff;
mod draft;
pub mod error;
pub mod fields;
pub mod finding;
mod foreign_cables;
mod hidden;
mod identity;
pub mod journal;
mod label;
mod lease;
pub mod lookup;
pub mod lower;
pub mod missing;
pub mod observe;
pub mod observed;
pub mod overtaken;
mod owned;
mod payload;
pub mod permissions;
mod pour;
pub mod preflight;
mod promise;
mod racked;
pub mod receipt;
pub mod recollect;
mod references;
mod register;
pub mod resolve;
pub mod scope;
pub mod seen;
mod similar;
mod steps;
mod summary;
mod told;
pub mod types;
mod unmarked;
pub mod waves;

pub use apply::{Outcome, create_or_update};
pub use destroy::{check_removal, destroy, destroy_seen};
pub use error::ReconcileError;
pub use finding::Finding;
pub use label::class_in;
pub use observe::{Known, find_tag, observe, observe_known};
pub use observed::Observed;
pub use preflight::preflight;
pub use scope::{PlanId, PlanStatus, Released, Scope, Target};
pub use seen::Seen;

use std::collections::{BTreeMap, BTreeSet};

use crate::fabric::blueprint::Blueprint;

/// How `NetBox` differs from a blueprint.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Drift {
    /// Difference by difference; empty if there is none.
    pub lines: Vec<String>,
    /// Devices that cannot be put right in place: the next apply deletes these ids.
    pub doomed: BTreeSet<u64>,
    /// Devices that somebody renamed: the names that the next apply gives them back.
    pub renamed: BTreeMap<u64, String>,
}

pub fn drift(blueprint: &Blueprint, target: &Target, observed: &Observed) -> Drift {
    let desired = lower::lower(blueprint, target);
    let changes = diff::diff(&desired, observed);
    let lines = changes.summary(&desired);
    let changes = changes.devices;
    let new_name = |update: &diff::Update| {
        let name = update.fields.get("name")?.as_str()?;
        Some((update.id, name.to_owned()))
    };
    Drift {
        lines,
        doomed: changes.delete.iter().map(|delete| delete.id).collect(),
        renamed: changes.update.iter().filter_map(new_name).collect(),
    }
}
