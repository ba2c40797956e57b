//! The refresh of a state from `NetBox`, and whose `NetBox` it is. No write is here.

use std::collections::BTreeMap;

use super::status::Status;
use super::timeouts::{Operation, Watch};
use super::{TopologyPlanResource, import, target};
use crate::diag::{Diagnostic, Diagnostics};
use crate::fabric;
use crate::fabric::blueprint::Blueprint;
use crate::netbox::{Client, NetboxError};
use crate::provider::decode::Findings;
use crate::provider::record::Record;
use crate::provider::session::NoClient;
use crate::provider::translate;
use crate::reconcile::journal::Journal;
use crate::reconcile::missing::{ensure_gone, ensure_seen};
use crate::reconcile::{self, Drift, Known, Observed, PlanStatus, Scope, Target};
use crate::tf::resource::{ApplyAnswer, Context, ReadRequest};
use crate::tf::value::Value;

/// The state as `NetBox` has it: observed cabling and ids, and what else differs from the intention.
/// A record that is lost is made anew from what is there.
pub async fn read(
    resource: &TopologyPlanResource,
    context: &Context,
    request: ReadRequest,
) -> ApplyAnswer {
    match refresh(resource, context, &request).await {
        Ok(answer) => answer,
        Err(diagnostics) => ApplyAnswer {
            state: Some(request.state),
            private: request.private,
            diagnostics,
        },
    }
}

async fn refresh(
    resource: &TopologyPlanResource,
    context: &Context,
    request: &ReadRequest,
) -> Result<ApplyAnswer, Diagnostics> {
    let ReadRequest { state, private } = request;
    let answer = |state| ApplyAnswer {
        state,
        private: private.clone(),
        diagnostics: Diagnostics::new(),
    };
    let Some(scope) = target::scope(state) else {
        return Ok(answer(Some(state.clone())));
    };
    let landed = target::landed(state, private);
    let unsearched = |why: Vec<Diagnostic>| ApplyAnswer {
        diagnostics: why.iter().map(not_searched).collect(),
        ..answer(Some(state.clone()))
    };
    let client = match resource.session.client().await {
        Ok(client) => client,
        Err(NoClient::Fault(why)) if !landed => return Ok(unsearched(why.into_iter().collect())),
        // A draft needs no NetBox.
        Err(_) if !landed => return Ok(answer(Some(state.clone()))),
        Err(NoClient::Unknown { argument }) => return Err(not_refreshed(argument)),
        Err(fault) => return Err(fault.into_diagnostics()),
    };
    let begun = match begun(&client, state, &scope, landed).await {
        Ok(begun) => begun,
        Err(error) => return Ok(unsearched(vec![error.explain()])),
    };
    let Some(state) = &begun else {
        return Ok(answer(Some(state.clone())));
    };
    let watch = Watch::start(state, Operation::Read, &context.cancel);
    let client = client.until(watch.cancel.clone());
    // An apply whose provider dies loses the record, and what was imported to be taken over needs none.
    let record = Record::decode(private).ok().flatten();
    let record = record.or_else(|| import::to_take_over(state, &client));
    let observed = observe(&client, state, &scope).await;
    let observed = observed.map_err(|error| {
        let over = watch.explain(None).filter(|_| error.is_cancelled());
        Diagnostics::from(over.unwrap_or_else(|| error.explain()))
    })?;
    if observed.is_none() {
        same_place(&client, record.as_ref())?;
    }
    let known = target::device_ids(state);
    let gone = ensure_gone(&client, &scope, &known, observed.as_ref()).await;
    let seen = record.as_ref().and_then(|record| record.seen.as_deref());
    let gone = gone.and_then(|()| ensure_seen(seen, observed.as_ref()));
    gone.map_err(|error| error.explain().into_iter().collect::<Diagnostics>())?;
    let Some(observed) = observed else {
        return Ok(answer(None));
    };
    let Some(record) = record else {
        return Ok(remembered(resource, &client, state, &observed, scope));
    };
    let intended = intention(resource, state, &record, scope);
    let new = shown(state, &observed, intended.as_ref());
    let new = ended(standing(new, &observed), &observed);
    let record = Record {
        seen: Some(target::seen(state, &observed)),
        ..record
    };
    let fresh = import::is_fresh(state);
    Ok(ApplyAnswer {
        state: Some(if fresh {
            import::filled(new, &observed)
        } else {
            new
        }),
        // Without it the next apply compares with what an earlier one has seen.
        private: record.encode().unwrap_or_else(|_| private.clone()),
        diagnostics: copied(&client, &record).into_iter().collect(),
    })
}

/// The state of a plan that may be in `NetBox`; `None`: of a draft that is not. An apply that was to approve it
/// and was killed could not say that it had begun.
async fn begun(
    client: &Client,
    state: &Value,
    scope: &Scope,
    landed: bool,
) -> Result<Option<Value>, NetboxError> {
    if landed {
        return Ok(Some(state.clone()));
    }
    let tag = reconcile::find_tag(client, scope).await?;
    let journal = tag.and_then(|tag| tag.journal);
    let journal = journal.filter(|journal| journal.plan_id == scope.plan_id);
    Ok(journal.map(|journal| {
        let stands = journal.status.unwrap_or(PlanStatus::Approved);
        state.clone().with("status", stands.word())
    }))
}

/// A draft does without, unless it was about to be approved.
fn not_searched(why: &Diagnostic) -> Diagnostic {
    Diagnostic::warning(
        "NetBox was not searched for the draft",
        format!(
            "An approval that was killed may have left something of it there, and NetBox could not be asked. \
             {}: {}",
            why.summary, why.detail
        ),
    )
}

/// A branch that was made after the plan has a copy of it.
fn copied(client: &Client, record: &Record) -> Option<Diagnostic> {
    let on_main = record.server_url.is_some() && record.branch.is_none();
    let branch = client.branch().filter(|_| on_main)?;
    Some(Diagnostic::warning(
        "The plan was applied to main",
        format!(
            "The branch \"{name}\" has a copy of the plan. What is applied or destroyed now is the copy, and the \
             state is of the branch from then on.\n\nMerge the branch before you go on with main. If the branch may \
             be dropped, work on it with a state of its own, into which the plan is imported.",
            name = branch.name
        ),
    ))
}

/// What is there of the plan, and what it is about to take over.
async fn observe(
    client: &Client,
    state: &Value,
    scope: &Scope,
) -> Result<Option<Observed>, NetboxError> {
    let devices = || state.get("device_ids").as_map().into_iter().flatten();
    let known = Known {
        names: devices().map(|(name, _)| name.clone()).collect(),
        ids: devices().filter_map(|(_, id)| id.as_u64()).collect(),
    };
    let ours = reconcile::observe_known(client, scope, &known).await?;
    let Some(diet) = target::adopts(Some(state)) else {
        return Ok(ours);
    };
    let theirs = reconcile::adoption::read(client, &diet, &scope.plan_id).await?;
    let mut all = theirs.observed;
    if let Some(ours) = ours {
        all.join(ours);
    }
    Ok((!all.is_empty()).then_some(all))
}

/// The refresh of a state that was imported, or lost its record.
fn remembered(
    resource: &TopologyPlanResource,
    client: &Client,
    state: &Value,
    observed: &Observed,
    scope: Scope,
) -> ApplyAnswer {
    let (record, said) = import::recollected(state, observed, client);
    let intended = intention(resource, state, &record, scope);
    let fresh = import::is_fresh(state);
    let state = shown(state, observed, intended.as_ref());
    let state = ended(standing(state, observed), observed);
    let mut diagnostics = Diagnostics::new();
    diagnostics.extend(said);
    ApplyAnswer {
        state: Some(if fresh {
            import::filled(state, observed)
        } else {
            state
        }),
        // Only plans of millions of cables do not fit, and those were never applied.
        private: record.encode().unwrap_or_default(),
        diagnostics,
    }
}

/// What the last apply was to make.
fn intention(
    resource: &TopologyPlanResource,
    state: &Value,
    record: &Record,
    scope: Scope,
) -> Option<(Blueprint, Target)> {
    let mut findings = Findings::default();
    let design = translate::design(state, &mut findings)?;
    let blueprint = fabric::assemble(&design, resource.catalog, &record.placement).ok()?;
    Some((blueprint, target::target(state, scope, &mut findings)?))
}

/// The state with what was observed in it. The id of a device that the next apply makes anew is left
/// out, since it is not the one that will be; a device that was renamed has it under the name that it
/// gets back.
pub fn shown(state: &Value, observed: &Observed, intended: Option<&(Blueprint, Target)>) -> Value {
    let drift = intended.map_or_else(Drift::default, |(blueprint, target)| {
        reconcile::drift(blueprint, target, observed)
    });
    let ids = observed.device_ids().into_iter();
    let device_ids: BTreeMap<String, u64> = ids
        .filter(|(_, id)| !drift.doomed.contains(id))
        .map(|(name, id)| (drift.renamed.get(&id).cloned().unwrap_or(name), id))
        .collect();
    state
        .clone()
        .with("cabling", observed.cabling())
        .with("device_ids", device_ids)
        .with("drift", drift.lines)
}

/// Where the plan stands by its tag: a run that was killed at its very end, or another state, has brought it
/// there.
fn standing(state: Value, observed: &Observed) -> Value {
    let journal = observed.journal().filter(Journal::is_complete);
    let stands = journal.and_then(|journal| journal.status);
    let known = Status::of(&state).filter(|status| *status != Status::Draft);
    match stands {
        Some(stands) if known.map(Status::in_netbox) != Some(stands) => {
            state.with("status", stands.word())
        }
        _ => state,
    }
}

/// Not complete where the plan's tag does not say so: a run that was killed at its very end has left
/// nothing else behind, and the next apply closes what it opened.
pub(super) fn ended(state: Value, observed: &Observed) -> Value {
    let open = observed
        .journal()
        .is_some_and(|journal| !journal.is_complete());
    if open {
        state.with("complete", false)
    } else {
        state
    }
}

/// Before a write: that the server and the branch are those that have the plan. Another address that
/// has it is the same server, moved; main has it after its branch was merged.
pub async fn ensure_same_place(
    client: &Client,
    private: &[u8],
    scope: &Scope,
) -> Result<(), Diagnostics> {
    let record = Record::decode(private).ok().flatten();
    let Err(elsewhere) = same_place(client, record.as_ref()) else {
        return Ok(());
    };
    let observed = reconcile::observe(client, scope).await;
    match observed.map_err(|error| Diagnostics::from(error.explain()))? {
        Some(_) => Ok(()),
        None => Err(elsewhere),
    }
}

/// That another server or branch does not know the plan does not mean that it is gone.
fn same_place(client: &Client, record: Option<&Record>) -> Result<(), Diagnostics> {
    let Some((record, before)) =
        record.and_then(|record| Some((record, record.server_url.as_deref()?)))
    else {
        return Ok(());
    };
    let now = client.server_url();
    if before != now {
        return Err(Diagnostic::error(
            "The plan was applied to another NetBox",
            format!(
                "This plan is in the NetBox at {before}. The provider is configured for {now}, which \
                 does not have it. Give the provider the address of the first."
            ),
        )
        .into());
    }
    let branch = client.branch().map(|branch| branch.name.as_str());
    if record.branch.as_deref() == branch {
        return Ok(());
    }
    let named = |branch: Option<&str>| {
        branch.map_or_else(
            || "main".to_owned(),
            |name| format!("the branch \"{name}\""),
        )
    };
    let (before, now) = (named(record.branch.as_deref()), named(branch));
    Err(Diagnostic::error(
        "The plan was applied to another branch",
        format!(
            "This plan was applied to {before} of NetBox. The provider is configured for {now}, which \
             does not have it.\n\nSet branch in the provider block as it was, or merge the branch in \
             NetBox first. If the branch is gone and the plan with it, run terraform state rm."
        ),
    )
    .into())
}

pub fn not_refreshed(argument: &str) -> Diagnostics {
    Diagnostic::warning(
        "The plan was not compared with NetBox",
        format!("The provider's {argument} is not known before something else is applied."),
    )
    .into()
}
