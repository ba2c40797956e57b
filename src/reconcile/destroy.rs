//! Removes everything that carries a plan's marker, and then its tag. Needs no blueprint. Custom
//! fields and device roles stay: other plans and people use them.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::netbox::kind::tag::TAG;
use crate::netbox::{Client, NetboxError};

use super::apply::{Outcome, message};
use super::diff::{Changes, Conflict, Delete, diff};
use super::error::ReconcileError;
use super::journal::Phase;
use super::lease::Lease;
use super::lower::{Desired, lower};
use super::observe::{observe, observe_marked};
use super::observed::Observed;
use super::pour::Pen;
use super::receipt::{Receipt, Verb};
use super::resolve::Resolved;
use super::scope::{Scope, Target};
use super::steps::Work;

const ROUNDS_MAX: u32 = 5;

/// Removes what the plan owns. [`Outcome::complete`] means that nothing of it is left; also where
/// nothing was there.
pub async fn destroy(
    client: &Client,
    scope: &Scope,
    lease: Duration,
    cancel: &CancellationToken,
) -> Outcome {
    let working = client.until(cancel.clone());
    let mut receipt = Receipt::default();
    let result = run(&working, client, scope, lease, &mut receipt).await;
    let observed = match &result {
        Ok(()) => None,
        Err(_) => observe(client, scope).await.ok().flatten(),
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
    scope: &Scope,
    lease: Duration,
    receipt: &mut Receipt,
) -> Result<(), ReconcileError> {
    let Some(mut observed) = observe(working, scope).await? else {
        return Ok(());
    };
    // What somebody took the tag from is ours all the same, and nobody looks for it afterwards.
    observed.join(observe_marked(working, &scope.plan_id).await?);
    // A plan that wants nothing: whatever is there goes.
    let target = Target::new(scope.clone(), "");
    let desired = lower(&crate::fabric::blueprint::Blueprint::default(), &target);
    refuse_harm(&desired, &observed)?;
    let lease = Lease::open(working, scope, "", Phase::Destroying, lease).await?;
    let message = message(scope, &lease.journal.run);
    let mut pen = Pen {
        client: working.clone(),
        lease,
        receipt: Receipt::default(),
        message,
    };
    let result = rounds(scope, &desired, &mut observed, &mut pen).await;
    *receipt = pen.receipt.clone();
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
    remove_tag(&mut pen).await?;
    receipt.add(Verb::Deleted, TAG.name, 1);
    Ok(())
}

async fn rounds(
    scope: &Scope,
    desired: &Desired,
    observed: &mut Observed,
    pen: &mut Pen,
) -> Result<(), ReconcileError> {
    let mut round = 0;
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
        let Err(error) = result else { return Ok(()) };
        let passing = matches!(&error, ReconcileError::Netbox(error) if error.is_uncertain()
            || matches!(error, NetboxError::Changed { .. } | NetboxError::Rejected { .. }));
        round += 1;
        if !passing || round >= ROUNDS_MAX {
            return Err(error);
        }
        pen.client.pause(round).await;
        *observed = match observe(&pen.client, scope).await? {
            Some(observed) => observed,
            None => Observed::new(scope.plan_id.clone()),
        };
    }
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

/// The tag last: until then the next run finds everything by it.
async fn remove_tag(pen: &mut Pen) -> Result<(), ReconcileError> {
    let id = pen.lease.row.id;
    match pen
        .client
        .delete(&TAG, &[id], &pen.message, Vec::new())
        .await
    {
        Ok(()) => Ok(()),
        Err(error) if error.is_uncertain() || matches!(error, NetboxError::Rejected { .. }) => {
            let slug = pen.lease.row.slug.clone();
            let rows = pen
                .client
                .list::<crate::netbox::kind::tag::TagRow>(&super::observe::query(&[(
                    "slug", &slug,
                )]))
                .await?;
            if rows.iter().any(|row| row.id == id) {
                Err(error.into())
            } else {
                Ok(())
            }
        }
        Err(error) => Err(error.into()),
    }
}
