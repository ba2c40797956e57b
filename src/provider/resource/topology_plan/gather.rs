//! What is read from `NetBox`: the refresh of a state, and the checks of a plan. No write is here.

use super::{TopologyPlanResource, target};
use crate::diag::{Diagnostic, Diagnostics, Path};
use crate::fabric;
use crate::fabric::blueprint::Blueprint;
use crate::netbox::Client;
use crate::provider::decode::Findings;
use crate::provider::record::Record;
use crate::provider::session::NoClient;
use crate::provider::translate;
use crate::reconcile::preflight::Finding;
use crate::reconcile::resolve::{ReferenceKind, ReferenceProblem, Referrer};
use crate::reconcile::{self, Drift, Observed, Scope, Target};
use crate::tf::resource::{ApplyAnswer, Context, PlanAnswer, PlanRequest, ReadRequest};
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
    let Some(scope) = target::scope(state) else {
        return Ok(Some(state.clone()));
    };
    let record = Record::decode(private).ok().flatten();
    let client = match resource.session.client().await {
        Ok(client) => client.until(context.cancel.clone()),
        Err(NoClient::Unknown { argument }) => return Err(not_refreshed(argument)),
        Err(fault @ NoClient::Fault(_)) => return Err(fault.into_diagnostics()),
    };
    let observed = reconcile::observe(&client, &scope)
        .await
        .map_err(|error| Diagnostics::from(error.explain()))?;
    let Some(observed) = observed else {
        return same_address(&client, record.as_ref()).map(|()| None);
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

/// Before a write: that the server is the one that has the plan. A server of another address that
/// has it is the same one, moved.
pub async fn ensure_same_server(
    client: &Client,
    private: &[u8],
    scope: &Scope,
) -> Result<(), Diagnostics> {
    let record = Record::decode(private).ok().flatten();
    let Err(elsewhere) = same_address(client, record.as_ref()) else {
        return Ok(());
    };
    let observed = reconcile::observe(client, scope).await;
    match observed.map_err(|error| Diagnostics::from(error.explain()))? {
        Some(_) => Ok(()),
        None => Err(elsewhere),
    }
}

/// That another server does not know the plan does not mean that it is gone.
fn same_address(client: &Client, record: Option<&Record>) -> Result<(), Diagnostics> {
    let Some(before) = record.and_then(|record| record.server_url.as_deref()) else {
        return Ok(());
    };
    let now = client.server_url();
    if before == now {
        return Ok(());
    }
    Err(Diagnostic::error(
        "The plan was applied to another NetBox",
        format!(
            "This plan is in the NetBox at {before}. The provider is configured for {now}, which does \
             not have it. Give the provider the address of the first."
        ),
    )
    .into())
}

fn not_refreshed(argument: &str) -> Diagnostics {
    Diagnostic::warning(
        "The plan was not compared with NetBox",
        format!("The provider's {argument} is not known before something else is applied."),
    )
    .into()
}

/// Everything that would fail later, found before anything is written. It only says.
pub async fn check(
    resource: &TopologyPlanResource,
    context: &Context,
    request: &PlanRequest,
    answer: &PlanAnswer,
) -> Diagnostics {
    let (Some(config), Some(planned)) = (&request.config, &answer.planned) else {
        return Diagnostics::new();
    };
    if answer.diagnostics.has_errors() || request.prior.as_ref() == Some(planned) {
        return Diagnostics::new();
    }
    let client = match resource.session.client().await {
        Ok(client) => client.until(context.cancel.clone()),
        Err(NoClient::Unknown { argument }) => return not_refreshed(argument),
        Err(fault @ NoClient::Fault(_)) => return fault.into_diagnostics(),
    };
    let Some((blueprint, target)) = wish(resource, config, planned, answer) else {
        return Diagnostics::new();
    };
    match reconcile::preflight(&client, &blueprint, &target).await {
        Ok(findings) => {
            let mut diagnostics = Diagnostics::new();
            diagnostics.extend(findings.iter().map(|finding| shown_at(finding, config)));
            diagnostics
        }
        Err(error) => error.explain().into(),
    }
}

/// A finding at the argument that refers to what is not right.
fn shown_at(finding: &Finding, config: &Value) -> Diagnostic {
    let root = Path::root();
    let class = |name: &str| {
        let maps = ["switch_classes", "server_classes"];
        let map = maps
            .into_iter()
            .find(|map| !config.get(map).get(name).is_null());
        map.map_or_else(Path::root, |map| root.attribute(map).key(name))
    };
    let path = match finding {
        Finding::Reference(ReferenceProblem { referrer, kind, .. }) => match (referrer, kind) {
            (Referrer::Plan, ReferenceKind::Site) => root.attribute("site"),
            (Referrer::Plan, ReferenceKind::Location) => root.attribute("location"),
            (Referrer::Plan, _) => root.attribute("tenant"),
            (Referrer::Class { class: name } | Referrer::Nic { class: name, .. }, _) => class(name),
        },
        Finding::InterfacesMissing { class: name, .. } => class(name),
        Finding::NameTaken { .. } => root.attribute("site"),
        Finding::NotRegistered { .. } => return finding.explain(),
    };
    finding.explain().at(path)
}

/// The planned blueprint and target; `None` while inputs are unknown.
fn wish(
    resource: &TopologyPlanResource,
    config: &Value,
    planned: &Value,
    answer: &PlanAnswer,
) -> Option<(Blueprint, Target)> {
    let mut findings = Findings::default();
    let record = Record::decode(&answer.private).ok()??;
    let design = translate::design(config, &mut findings)?;
    let blueprint = fabric::assemble(&design, resource.catalog, &record.placement).ok()?;
    let draft = || planned.get("name").as_str().map(Scope::draft);
    let scope = target::scope(planned).or_else(draft)?;
    let mut target = target::target(config, scope, &mut findings)?;
    // When a plan is replaced, what it has now is not in its way, for it goes first. Core says no
    // more than that nothing exists yet; a plan of that name that is another's is found by apply.
    target.adopt_unfinished = target::scope(planned).is_none();
    Some((blueprint, target))
}
