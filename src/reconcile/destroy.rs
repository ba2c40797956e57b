//! Removes everything that carries a plan's marker, and then its tag. Needs no blueprint. Custom
//! fields and device roles stay: other plans and people use them.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::fabric::blueprint::Blueprint;
use crate::netbox::kind::tag::TAG;
use crate::netbox::{Client, NetboxError, Patience};

use super::apply::{Outcome, message};
use super::diff::{Changes, Conflict, Delete, diff};
use super::error::ReconcileError;
use super::finding::Finding;
use super::foreign_cables::{add_untold, foreign_cables};
use super::journal::Phase;
use super::lease::{LOOKS_MAX, Lease, busy};
use super::lower::{Desired, lower};
use super::missing::{ensure_gone, ensure_seen};
use super::observe::{observe, observe_marked};
use super::observed::Observed;
use super::overtaken::Since;
use super::permissions;
use super::pour::Pen;
use super::receipt::{Receipt, Verb};
use super::resolve::Resolved;
use super::scope::{Scope, Target};
use super::steps::Work;

/// Removes what the plan owns. [`Outcome::complete`] means that nothing of it is left; also where
/// nothing was there.
pub async fn destroy(
    client: &Client,
    scope: &Scope,
    lease: Duration,
    cancel: &CancellationToken,
) -> Outcome {
    let mut target = Target::new(scope.clone(), "");
    target.lease = lease;
    destroy_seen(client, &target, cancel).await
}

/// As [`destroy`], unless others changed since what the plan saw and would lose their change, or another
/// creation has made the plan its own. Of the target only what says whose the plan is matters.
pub async fn destroy_seen(client: &Client, target: &Target, cancel: &CancellationToken) -> Outcome {
    let scope = &target.scope;
    let working = client.until(cancel.clone());
    let mut receipt = Receipt::default();
    let result = run(&working, client, target, &mut receipt).await;
    let observed = match &result {
        // What is read without seeing all would drop the ids that tell so.
        Ok(_) | Err(ReconcileError::Hidden(_) | ReconcileError::Unmarked(_)) => None,
        Err(error) => look(&error.last_words(client), scope).await.ok().flatten(),
    };
    let complete = result.is_ok();
    let (superseded_by, error) = match result {
        Ok(Removal::Done) => (None, None),
        Ok(Removal::NotOurs { run }) => (Some(run), None),
        Err(error) => (None, Some(error)),
    };
    Outcome {
        plan_id: scope.plan_id.clone(),
        observed,
        complete,
        errors: error.into_iter().collect(),
        receipt,
        superseded_by,
    }
}

/// What would stop a removal, as far as it shows without writing.
pub async fn check_removal(
    client: &Client,
    target: &Target,
) -> Result<Vec<Finding>, ReconcileError> {
    let scope = &target.scope;
    let lacking = client.lacking(&permissions::needed_to_destroy()).await?;
    let permissions: Vec<_> = lacking.into_iter().flatten().collect();
    if !permissions.is_empty() {
        return Ok(vec![Finding::NotPermitted { permissions }]);
    }
    let Some(observed) = look(client, scope).await? else {
        ensure_gone(client, scope, &target.promised, None).await?;
        return Ok(Vec::new());
    };
    if superseded(target, &observed).is_some() {
        return Ok(Vec::new());
    }
    ensure_gone(client, scope, &target.promised, Some(&observed)).await?;
    ensure_seen(target.seen.as_deref(), Some(&observed))?;
    let mut conflicts = diff(&lower(&Blueprint::default(), target), &observed).conflicts;
    add_untold(&mut conflicts, halves(client, &observed).await?);
    let found = (!conflicts.is_empty()).then_some(Finding::Conflicts(conflicts));
    Ok(found.into_iter().collect())
}

/// How a removal ended well.
enum Removal {
    Done,
    /// The plan is another creation's now, and stays.
    NotOurs {
        run: String,
    },
}

async fn run(
    working: &Client,
    client: &Client,
    target: &Target,
    receipt: &mut Receipt,
) -> Result<Removal, ReconcileError> {
    let scope = &target.scope;
    let desired = lower(&Blueprint::default(), target);
    let mut looks = 0;
    let (mut observed, lease) = loop {
        let observed = match look(working, scope).await {
            Ok(Some(observed)) => observed,
            Ok(None) => {
                ensure_gone(working, scope, &target.promised, None).await?;
                return Ok(Removal::Done);
            }
            // NetBox refuses a filter by what another run has removed while we looked.
            Err(NetboxError::Rejected { .. }) if looks < LOOKS_MAX => {
                looks += 1;
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        if let Some(run) = superseded(target, &observed) {
            return Ok(Removal::NotOurs { run });
        }
        ensure_gone(working, scope, &target.promised, Some(&observed)).await?;
        ensure_seen(target.seen.as_deref(), Some(&observed))?;
        let tag = observed.tag.clone();
        refuse_harm(&desired, &observed)?;
        refuse_halves(working, &observed).await?;
        refuse_loss(&desired, &observed)?;
        permissions::ensure(working, &permissions::needed_to_destroy()).await?;
        match Lease::open(working, target, Phase::Destroying, tag.as_ref()).await? {
            Some(lease) => break (observed, lease),
            None if looks < LOOKS_MAX => looks += 1,
            None => return Err(busy(&scope.tag_slug())),
        }
    };
    let message = message(scope, &lease.journal.run);
    let mut pen = Pen::new(working, lease, message);
    let result = rounds(scope, &desired, &mut observed, &mut pen).await;
    *receipt = pen.receipt.clone();
    if let Err(error @ ReconcileError::LeaseLost { .. }) = result {
        return Err(error);
    }
    if let Err(error) = result {
        let kept = pen
            .lease
            .close(
                &error.last_words(client),
                Phase::Incomplete,
                observed.devices.len(),
                observed.cables.len(),
            )
            .await;
        if let Err(second) = kept {
            tracing::warn!(error = %second, "the plan's tag could not be closed");
        }
        return Err(error);
    }
    // Last: until then the next run finds everything by it.
    pen.lease.remove(&pen.message).await?;
    receipt.add(Verb::Deleted, TAG.name, 1);
    Ok(Removal::Done)
}

/// The creation that took the plan over after the one that this state knows had failed. With
/// `create_before_destroy` Terraform removes the failed one after it. What no creation has finished is
/// nobody's yet.
fn superseded(target: &Target, observed: &Observed) -> Option<String> {
    let journal = observed.journal()?;
    let known = !target.birth.is_empty() && !journal.birth.is_empty();
    let other = known && journal.birth != target.birth && !journal.phase.is_adoptable();
    other.then_some(journal.birth)
}

async fn rounds(
    scope: &Scope,
    desired: &Desired,
    observed: &mut Observed,
    pen: &mut Pen,
) -> Result<(), ReconcileError> {
    let mut patience = Patience::new(&pen.client);
    loop {
        refuse_harm(desired, observed)?;
        let changes = Changes {
            delete: deletes(observed),
            ..Changes::default()
        };
        let devices = diff(desired, observed).devices.delete;
        let resolved = Resolved::default();
        let mut work = Work {
            desired,
            resolved: &resolved,
            observed,
            pen,
        };
        let result = match work.delete_cables(&changes).await {
            Ok(()) => work.delete_devices(&devices).await,
            Err(error) => Err(error),
        };
        let Err(error) = result else {
            if !std::mem::take(&mut pen.lease.unsettled) {
                return Ok(());
            }
            // What the run before us still had under way came after we looked.
            match look(&pen.client, scope).await? {
                Some(truth) => *observed = truth,
                None => return Ok(()),
            }
            continue;
        };
        let ReconcileError::Netbox(failure) = &error else {
            return Err(error);
        };
        let told = matches!(
            failure,
            NetboxError::Changed { .. } | NetboxError::Rejected { .. }
        );
        let passing = told || failure.is_uncertain();
        if !passing || !patience.lasts(Some(failure)).await {
            return Err(error);
        }
        pen.lease.keep().await?;
        let before = observed.devices.len() + observed.cables.len();
        *observed = match look(&pen.client, scope).await? {
            Some(observed) => observed,
            None => Observed::new(scope.plan_id.clone()),
        };
        if observed.devices.len() + observed.cables.len() < before {
            patience = Patience::new(&pen.client);
        }
    }
}

/// All of the plan. What somebody took the tag from is ours all the same, and nobody looks for it once
/// the plan is gone: so it is looked for each time, also when the tag is one that this run has made.
async fn look(client: &Client, scope: &Scope) -> Result<Option<Observed>, NetboxError> {
    let Some(mut observed) = observe(client, scope).await? else {
        return Ok(None);
    };
    observed.join(observe_marked(client, &scope.plan_id).await?);
    Ok(Some(observed))
}

fn deletes(observed: &Observed) -> Vec<Delete> {
    observed
        .cables
        .keys()
        .map(|id| Delete {
            id: *id,
            label: format!("cable {id}"),
        })
        .collect()
}

/// A device under a cable of others leaves half a cable behind, so it stays.
fn refuse_harm(desired: &Desired, observed: &Observed) -> Result<(), ReconcileError> {
    ReconcileError::in_the_way(diff(desired, observed).conflicts)
}

/// Likewise for power, console and all other ports.
async fn refuse_halves(client: &Client, observed: &Observed) -> Result<(), ReconcileError> {
    ReconcileError::in_the_way(halves(client, observed).await?)
}

async fn halves(client: &Client, observed: &Observed) -> Result<Vec<Conflict>, NetboxError> {
    let devices = observed.devices.values();
    let devices = devices.map(|row| (row.id, row.name.clone().unwrap_or_default()));
    foreign_cables(client, &devices.collect(), Some(observed)).await
}

/// What others changed since the plan saw it is not removed unseen.
fn refuse_loss(desired: &Desired, observed: &Observed) -> Result<(), ReconcileError> {
    let Some(seen) = desired.target.seen.as_deref() else {
        return Ok(());
    };
    let since = Since {
        seen,
        desired,
        observed,
    };
    let overtaken = since.overtaken(&diff(desired, observed));
    if overtaken.is_empty() {
        return Ok(());
    }
    Err(ReconcileError::Stale {
        overtaken,
        wrote: false,
    })
}
