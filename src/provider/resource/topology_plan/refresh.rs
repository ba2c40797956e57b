//! The refresh of a state from `NetBox`, and whose `NetBox` it is. No write is here.

use super::timeouts::{Operation, Watch};
use super::{TopologyPlanResource, target};
use crate::diag::{Diagnostic, Diagnostics};
use crate::fabric;
use crate::fabric::blueprint::Blueprint;
use crate::netbox::Client;
use crate::provider::decode::Findings;
use crate::provider::record::Record;
use crate::provider::session::NoClient;
use crate::provider::translate;
use crate::reconcile::{self, Drift, Observed, Scope, Target};
use crate::tf::resource::{ApplyAnswer, Context, ReadRequest};
use crate::tf::value::Value;

/// The state as `NetBox` has it: observed cabling and ids, and what else differs from the intention.
pub async fn read(
    resource: &TopologyPlanResource,
    context: &Context,
    request: ReadRequest,
) -> ApplyAnswer {
    let ReadRequest { state, private } = request;
    let (state, diagnostics) = match refresh(resource, context, &state, &private).await {
        Ok(refreshed) => (refreshed, Diagnostics::new()),
        Err(diagnostics) => (Some(state), diagnostics),
    };
    ApplyAnswer {
        state,
        private,
        diagnostics,
    }
}

async fn refresh(
    resource: &TopologyPlanResource,
    context: &Context,
    state: &Value,
    private: &[u8],
) -> Result<Option<Value>, Diagnostics> {
    let Some(scope) = target::scope(state).filter(|_| target::landed(state, private)) else {
        return Ok(Some(state.clone()));
    };
    let record = Record::decode(private).ok().flatten();
    let client = match resource.session.client().await {
        Ok(client) => client,
        Err(NoClient::Unknown { argument }) => return Err(not_refreshed(argument)),
        Err(fault) => return Err(fault.into_diagnostics()),
    };
    let watch = Watch::start(state, Operation::Read, &context.cancel);
    let client = client.until(watch.cancel.clone());
    let observed = reconcile::observe(&client, &scope).await.map_err(|error| {
        let over = watch.explain(None).filter(|_| error.is_cancelled());
        Diagnostics::from(over.unwrap_or_else(|| error.explain()))
    })?;
    let Some(observed) = observed else {
        return same_place(&client, record.as_ref()).map(|()| None);
    };
    let intended = record.and_then(|record| intention(resource, state, &record, scope));
    Ok(Some(shown(state, &observed, intended.as_ref())))
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
/// out, since it is not the one that will be.
pub fn shown(state: &Value, observed: &Observed, intended: Option<&(Blueprint, Target)>) -> Value {
    let drift = intended.map_or_else(Drift::default, |(blueprint, target)| {
        reconcile::drift(blueprint, target, observed)
    });
    let mut device_ids = observed.device_ids();
    device_ids.retain(|_, id| !drift.doomed.contains(id));
    state
        .clone()
        .with("cabling", observed.cabling())
        .with("device_ids", device_ids)
        .with("drift", drift.lines)
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
