//! Removes everything that carries a plan's marker, and then its tag. Needs no blueprint. Custom
//! fields and device roles stay: other plans and people use them.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::fabric::blueprint::Blueprint;
use crate::netbox::kind::tag::TAG;
use crate::netbox::{Client, NetboxError, Patience};

use super::apply::{Outcome, message};
use super::diff::{Changes, Conflict, Delete, diff};
use super::error::ReconcileError;
use super::journal::Phase;
use super::lease::{LOOKS_MAX, Lease, busy};
use super::lower::{Desired, lower};
use super::observe::{observe, observe_marked};
use super::observed::Observed;
use super::overtaken::Since;
use super::permissions;
use super::pour::Pen;
use super::receipt::{Receipt, Verb};
use super::resolve::Resolved;
use super::scope::{Scope, Target};
use super::seen::Seen;
use super::steps::Work;

/// Removes what the plan owns. [`Outcome::complete`] means that nothing of it is left; also where
/// nothing was there.
pub async fn destroy(
    client: &Client,
    scope: &Scope,
    lease: Duration,
    cancel: &CancellationToken,
) -> Outcome {
    destroy_seen(client, scope, lease, None, cancel).await
}

/// As [`destroy`], unless others changed since what the plan saw and would lose their change.
pub async fn destroy_seen(
    client: &Client,
    scope: &Scope,
    lease: Duration,
    seen: Option<Arc<Seen>>,
    cancel: &CancellationToken,
) -> Outcome {
    let working = client.until(cancel.clone());
    let mut receipt = Receipt::default();
    // A plan that wants nothing: whatever is there goes.
    let mut target = Target::new(scope.clone(), "");
    (target.lease, target.seen) = (lease, seen);
    let result = run(&working, client, &target, &mut receipt).await;
    let observed = match &result {
        Ok(()) => None,
        Err(_) => look(client, scope).await.ok().flatten(),
    };
    Outcome {
        plan_id: scope.plan_id.clone(),
        observed,
        complete: result.is_ok(),
        errors: result.err().into_iter().collect(),
        receipt,
    }
}

async fn run(
    working: &Client,
    client: &Client,
    target: &Target,
    receipt: &mut Receipt,
) -> Result<(), ReconcileError> {
    let scope = &target.scope;
    let desired = lower(&Blueprint::default(), target);
    let mut looks = 0;
    let (mut observed, lease) = loop {
        let observed = match look(working, scope).await {
            Ok(Some(observed)) => observed,
            Ok(None) => return Ok(()),
            // NetBox refuses a filter by what another run has removed while we looked.
            Err(NetboxError::Rejected { .. }) if looks < LOOKS_MAX => {
                looks += 1;
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        let tag = observed.tag.clone();
        refuse_harm(&desired, &observed)?;
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
                client,
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
    Ok(())
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
    let conflicts: Vec<Conflict> = diff(desired, observed).conflicts;
    if conflicts.is_empty() {
        Ok(())
    } else {
        Err(ReconcileError::Conflicts(conflicts))
    }
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
