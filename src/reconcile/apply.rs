//! Makes `NetBox` equal to a blueprint: the only place from which it is written to.

use std::collections::BTreeMap;

use tokio_util::sync::CancellationToken;

use crate::fabric::blueprint::Blueprint;
use crate::netbox::kind::tag::TagRow;
use crate::netbox::{Client, NetboxError, Patience};

use super::adoption;
use super::claim::{Claim, claim};
use super::diff::{diff, gone};
use super::error::ReconcileError;
use super::foreign_cables::{add_untold, foreign_cables};
use super::journal::{Phase, short};
use super::lease::{LOOKS_MAX, Lease, busy};
use super::lower::{Desired, lower};
use super::missing::{ensure_gone, ensure_seen};
use super::observe::{FoundTag, Known, find_tag, observe_known};
use super::observed::Observed;
use super::overtaken::Since;
use super::permissions;
use super::pour::Pen;
use super::preflight::{
    check_references, learn_lost, names_taken, observe_for_apply, observe_from, to_adopt,
};
use super::promise;
use super::racked::racked;
use super::receipt::Receipt;
use super::register::register;
use super::resolve::Resolved;
use super::scope::{PlanId, Scope, Target};
use super::seen::Seen;
use super::steps::Work;

/// What is true after a run, however it ended.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The target's id, or that of the unfinished plan that was taken over.
    pub plan_id: PlanId,
    /// What is in `NetBox` now. `None`: nothing of the plan, or it could not be read.
    pub observed: Option<Observed>,
    /// Everything is as it has to be.
    pub complete: bool,
    /// Why not.
    pub errors: Vec<ReconcileError>,
    pub receipt: Receipt,
    /// Nothing was removed, since another creation has taken the plan over: its run.
    pub superseded_by: Option<String>,
}

/// What is known before the first write.
struct Prepared {
    desired: Desired,
    resolved: Resolved,
    observed: Observed,
}

/// Makes `NetBox` hold the blueprint, and nothing else of this plan. Resumes what an earlier run left
/// unfinished. On an error or a cancellation it returns what is true then.
pub async fn create_or_update(
    client: &Client,
    target: &Target,
    blueprint: &Blueprint,
    cancel: &CancellationToken,
) -> Outcome {
    let working = client.until(cancel.clone());
    let mut target = target.clone();
    for _ in 0..LOOKS_MAX {
        let before = match resume(&working, &mut target).await {
            Ok(before) => before,
            Err(error) => return nothing_done(&target, None, error),
        };
        let seen = before.as_ref().map(|tag| tag.row.clone());
        let prepared = match prepare(&working, &target, blueprint, before).await {
            Ok(prepared) => prepared,
            // What came or went while we looked is another run's, and that is what is to be said.
            Err(_) if is_overtaken(&working, &target, seen.as_ref()).await => continue,
            Err(error) => {
                let observed = standing(&error.last_words(client), &target, blueprint).await;
                return nothing_done(&target, observed, error);
            }
        };
        if is_done(&prepared, &target) {
            return Outcome {
                plan_id: target.scope.plan_id,
                observed: Some(prepared.observed),
                complete: true,
                errors: Vec::new(),
                receipt: Receipt::default(),
                superseded_by: None,
            };
        }
        let phase = phases(&target).0;
        match Lease::open(&working, &target, phase, prepared.observed.tag.as_ref()).await {
            Ok(Some(lease)) => {
                return write(client, &working, &target, blueprint, prepared, lease).await;
            }
            Ok(None) => tracing::info!("another run was at work on the plan: looking again"),
            Err(error) => return nothing_done(&target, Some(prepared.observed), error),
        }
    }
    let observed = standing(client, &target, blueprint).await;
    let error = busy(&target.scope.tag_slug());
    nothing_done(&target, observed, error)
}

/// What is there where nothing was done; `None` also where it cannot be read.
async fn standing(client: &Client, target: &Target, blueprint: &Blueprint) -> Option<Observed> {
    let known = Known::of(target, &lower(blueprint, target));
    let observed = observe_known(client, &target.scope, &known).await;
    observed.ok().flatten()
}

/// Of a run at work, and of one that ended early.
fn phases(target: &Target) -> (Phase, Phase) {
    if target.adopt_unfinished {
        (Phase::Creating, Phase::Unfinished)
    } else {
        (Phase::Applying, Phase::Incomplete)
    }
}

/// Whether another run has written to the plan's tag since.
async fn is_overtaken(client: &Client, target: &Target, before: Option<&TagRow>) -> bool {
    let now = find_tag(client, &target.scope).await;
    now.is_ok_and(|tag| tag.map(|tag| tag.row).as_ref() != before)
}

/// Goes on with what a run has left: takes the id of an unfinished plan of the same name, if the target says
/// so, and writes the statuses that a run may have written in part. Returns the plan's tag.
async fn resume(client: &Client, target: &mut Target) -> Result<Option<FoundTag>, ReconcileError> {
    let tag = find_tag(client, &target.scope).await?;
    if let Some(tag) = &tag
        && let Claim::Adopt(plan_id) =
            claim(tag, &target.scope, target.adopt_unfinished, target.lease)?
    {
        tracing::info!(%plan_id, "resuming an unfinished plan");
        target.scope = Scope {
            plan_id,
            ..target.scope.clone()
        };
        // What it made may have been meant to stand elsewhere.
        target.write_status = true;
    }
    let journal = tag.as_ref().and_then(|tag| tag.journal.as_ref());
    if journal.is_some_and(|j| j.restates && j.plan_id == target.scope.plan_id) {
        target.write_status = true;
    }
    Ok(tag)
}

/// Reads and checks all that can be checked before the first write, then registers.
async fn prepare(
    client: &Client,
    target: &Target,
    blueprint: &Blueprint,
    tag: Option<FoundTag>,
) -> Result<Prepared, ReconcileError> {
    let desired = lower(blueprint, target);
    let (observed, foreign) = observe_from(client, target, &desired, tag).await?;
    ensure_gone(client, &target.scope, &BTreeMap::new(), Some(&observed)).await?;
    ensure_seen(target.seen.as_deref(), Some(&observed))?;
    let mut changes = diff(&desired, &observed);
    let in_the_way = foreign_cables(client, &gone(&changes), Some(&observed)).await?;
    add_untold(&mut changes.conflicts, in_the_way);
    ReconcileError::in_the_way(std::mem::take(&mut changes.conflicts))?;
    let mut stale = promise::broken(&desired, &observed);
    if let Some(seen) = &target.seen {
        let since = Since {
            seen,
            desired: &desired,
            observed: &observed,
        };
        stale.extend(since.overtaken(&changes));
    }
    if !stale.is_empty() {
        return Err(ReconcileError::Stale {
            overtaken: stale,
            wrote: false,
        });
    }
    // What a run before this one still had under way may come, and is then to be put right.
    let settled = observed.journal().is_some_and(|j| !j.phase.is_open());
    if changes.is_empty() && settled {
        return Ok(Prepared {
            desired,
            resolved: Resolved::default(),
            observed,
        });
    }
    let (mut resolved, mut findings) =
        check_references(client, blueprint, target, (&changes, &observed)).await?;
    let taken = names_taken(&foreign, target);
    if !taken.is_empty() {
        // It may be the plan's own, without its mark.
        ensure_gone(client, &target.scope, &target.promised, Some(&observed)).await?;
    }
    findings.extend(taken);
    findings.extend(racked(client, &changes, &observed).await?);
    if !findings.is_empty() {
        return Err(ReconcileError::Preflight(findings));
    }
    permissions::ensure(client, &permissions::needed(target)).await?;
    register(client, &mut resolved, blueprint, target).await?;
    Ok(Prepared {
        desired,
        resolved,
        observed,
    })
}

/// Marks what is taken over from another inventory, and looks again.
async fn take_over(
    target: &Target,
    desired: &Desired,
    resolved: &Resolved,
    observed: &mut Observed,
    pen: &mut Pen,
) -> Result<(), ReconcileError> {
    let Some((mut theirs, _)) = to_adopt(&pen.client, target, desired).await? else {
        return Ok(());
    };
    let marks = adoption::marks(&theirs, &pen.lease.row.slug);
    Work {
        desired,
        resolved,
        observed: &mut theirs.observed,
        pen,
    }
    .mark(&marks)
    .await?;
    *observed = observe_for_apply(&pen.client, target, desired).await?.0;
    Ok(())
}

/// True where neither an object nor the journal has to be written.
fn is_done(prepared: &Prepared, target: &Target) -> bool {
    let journal = prepared.observed.journal();
    let closed = journal.is_some_and(|j| {
        j.phase == Phase::Complete
            && j.digest == short(&target.digest)
            && j.status.is_none_or(|stands| stands == target.status)
    });
    let named = prepared
        .observed
        .tag
        .as_ref()
        .is_some_and(|tag| tag.slug == target.scope.tag_slug());
    closed && named && diff(&prepared.desired, &prepared.observed).is_empty()
}

async fn write(
    client: &Client,
    working: &Client,
    target: &Target,
    blueprint: &Blueprint,
    prepared: Prepared,
    lease: Lease,
) -> Outcome {
    let Prepared {
        desired,
        mut resolved,
        mut observed,
    } = prepared;
    observed.set_tag(lease.row.clone());
    let message = message(&target.scope, &lease.journal.run);
    let mut pen = Pen::new(working, lease, message);
    let mut patience = Patience::new(&pen.client);
    let mut result = loop {
        match take_over(target, &desired, &resolved, &mut observed, &mut pen).await {
            Err(error) if is_passing(&error) && patience.lasts(error.of_netbox()).await => {
                tracing::warn!(%error, "looking again at what is to be taken over");
            }
            result => break result,
        }
    };
    if result.is_ok() {
        let wish = (blueprint, &desired);
        result = rounds(target, wish, &mut resolved, &mut observed, &mut pen).await;
    }
    let mut last = client.clone();
    if let Err(error) = &result
        && !matches!(error, ReconcileError::LeaseLost { .. })
    {
        last = error.last_words(client);
        // What an answer did not tell us has to be read, even when we were told to stop.
        if let Ok((truth, _)) = observe_for_apply(&last, target, &desired).await {
            observed = truth;
        }
    }
    let phase = if result.is_ok() {
        Phase::Complete
    } else {
        phases(target).1
    };
    if !matches!(result, Err(ReconcileError::LeaseLost { .. })) {
        let closed = pen
            .lease
            .close(&last, phase, observed.devices.len(), observed.cables.len())
            .await;
        observed.tag = Some(pen.lease.row.clone());
        result = result.and(closed);
    }
    tracing::info!(
        requests = client.counters().total(),
        devices = blueprint.devices.len(),
        cables = blueprint.cables.len(),
        complete = result.is_ok(),
        "apply ended"
    );
    Outcome {
        plan_id: target.scope.plan_id.clone(),
        observed: Some(observed),
        complete: result.is_ok(),
        errors: result.err().into_iter().collect(),
        receipt: pen.receipt,
        superseded_by: None,
    }
}

/// Works until nothing differs. Where an answer was lost or somebody else was quicker, looks again
/// and goes on with what is missing then: nothing is ever sent twice blindly.
async fn rounds(
    target: &Target,
    (blueprint, desired): (&Blueprint, &Desired),
    resolved: &mut Resolved,
    observed: &mut Observed,
    pen: &mut Pen,
) -> Result<(), ReconcileError> {
    let mut patience = Patience::new(&pen.client);
    let mut idle = false;
    loop {
        let changes = diff(desired, observed);
        let before = changes.len();
        learn_lost(&pen.client, blueprint, &changes, resolved).await?;
        let result = Work {
            desired,
            resolved,
            observed,
            pen,
        }
        .all()
        .await;
        let error = match result {
            Ok(()) => {
                let mut left = diff(desired, observed);
                if left.is_empty() && std::mem::take(&mut pen.lease.unsettled) {
                    // What was still under way then may have come after we looked.
                    *observed = observe_for_apply(&pen.client, target, desired).await?.0;
                    left = diff(desired, observed);
                }
                if left.is_empty() {
                    return Ok(());
                }
                ReconcileError::NotConverged(left.summary(desired))
            }
            Err(error) => error,
        };
        if !worth_another_look(&error) {
            return Err(error);
        }
        tracing::warn!(%error, "looking at NetBox again before going on");
        // NetBox may be at work on it still, and it keeps bays of one name apart by nothing.
        pen.lease.unsettled |= error.of_netbox().is_some_and(NetboxError::is_uncertain);
        let again = patience.lasts(error.of_netbox()).await;
        pen.lease.keep().await?;
        let (truth, foreign) = observe_for_apply(&pen.client, target, desired).await?;
        let taken = names_taken(&foreign, target);
        if !taken.is_empty() {
            return Err(ReconcileError::Preflight(taken));
        }
        let seen = Seen::of(observed, &target.tags);
        let since = Since {
            seen: &seen,
            desired,
            observed: &truth,
        };
        let overtaken = since.overwritten(&diff(desired, &truth));
        *observed = truth;
        if !overtaken.is_empty() {
            return Err(ReconcileError::Stale {
                overtaken,
                wrote: true,
            });
        }
        if diff(desired, observed).len() < before {
            patience = Patience::new(&pen.client);
            idle = false;
        } else if !again || (idle && !is_passing(&error)) {
            return Err(error);
        } else {
            idle = true;
        }
    }
}

/// Errors after which the truth may differ from what we know.
fn worth_another_look(error: &ReconcileError) -> bool {
    let told = |error: &NetboxError| matches!(error, NetboxError::Rejected { .. });
    matches!(error, ReconcileError::NotConverged(_))
        || is_passing(error)
        || matches!(error, ReconcileError::Netbox(error) if told(error))
}

/// Errors that may go away by waiting.
fn is_passing(error: &ReconcileError) -> bool {
    let error = error.of_netbox();
    error.is_some_and(|error| error.is_passing() && !error.is_cancelled())
}

/// What shows in `NetBox`'s change log; 200 characters at most.
pub(super) fn message(scope: &Scope, run: &str) -> String {
    format!("Hedgehog plan {}, run {run}", scope.plan_name)
        .chars()
        .take(200)
        .collect()
}

/// What was known before still holds. A creation that has written nothing knows of nothing: what is there
/// is another's, and Terraform must not take it for this one's.
fn nothing_done(target: &Target, observed: Option<Observed>, error: ReconcileError) -> Outcome {
    Outcome {
        plan_id: target.scope.plan_id.clone(),
        observed: observed.filter(|_| !target.adopt_unfinished),
        complete: false,
        errors: vec![error],
        receipt: Receipt::default(),
        superseded_by: None,
    }
}
