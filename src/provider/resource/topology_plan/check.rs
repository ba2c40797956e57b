//! The checks of a plan before `NetBox`: they read, and only say.

use super::act::removal;
use super::refresh::{ensure_same_place, not_refreshed};
use super::status::Status;
use super::{TopologyPlanResource, target};
use crate::diag::{Diagnostic, Diagnostics, Path};
use crate::fabric;
use crate::fabric::blueprint::Blueprint;
use crate::netbox::Client;
use crate::provider::decode::Findings;
use crate::provider::record::Record;
use crate::provider::session::NoClient;
use crate::provider::translate;
use crate::provider::tried::Tried;
use crate::reconcile::finding::Finding;
use crate::reconcile::resolve::{ReferenceKind, ReferenceProblem, Referrer};
use crate::reconcile::{self, Scope, Target};
use crate::tf::resource::{Context, PlanAnswer, PlanRequest};
use crate::tf::value::Value;

/// Everything that would fail later, found before anything is written. It only says.
pub async fn check(
    resource: &TopologyPlanResource,
    context: &Context,
    request: &PlanRequest,
    answer: &PlanAnswer,
) -> Diagnostics {
    if answer.diagnostics.has_errors() || request.prior == answer.planned {
        return Diagnostics::new();
    }
    let wanted = request.config.as_ref().zip(answer.planned.as_ref());
    let landing = wanted.filter(|(_, planned)| Status::of(planned) != Some(Status::Draft));
    let landed = |prior: &&Value| target::landed(prior, &request.private);
    let prior = request.prior.as_ref().filter(landed);
    if landing.is_none() && prior.is_none() {
        return Diagnostics::new();
    }
    let client = match resource.session.client().await {
        Ok(client) => client.until(context.cancel.clone()),
        Err(NoClient::Unknown { argument }) => return not_refreshed(argument),
        Err(NoClient::Missing { argument, variable }) if landing.is_some() => {
            return needs_netbox(argument, &variable).into();
        }
        Err(fault) => return fault.into_diagnostics(),
    };
    match (landing, prior) {
        (Some((config, planned)), _) => {
            on_arrival(resource, &client, request, (config, planned, answer)).await
        }
        // As a draft, or gone: what is there goes.
        (None, Some(prior)) => on_removal(resource, &client, prior, &request.private).await,
        (None, None) => Diagnostics::new(),
    }
}

/// What would keep what is there from going.
async fn on_removal(
    resource: &TopologyPlanResource,
    client: &Client,
    prior: &Value,
    private: &[u8],
) -> Diagnostics {
    let Some(scope) = target::scope(prior) else {
        return Diagnostics::new();
    };
    if let Err(elsewhere) = ensure_same_place(client, private, &scope).await {
        return elsewhere;
    }
    let target = removal(resource, scope, prior, private);
    match reconcile::check_removal(client, &target).await {
        Ok(findings) => findings.iter().map(Finding::explain).collect(),
        Err(error) => error.explain().into_iter().collect(),
    }
}

/// What would keep the plan from landing.
async fn on_arrival(
    resource: &TopologyPlanResource,
    client: &Client,
    request: &PlanRequest,
    (config, planned, answer): (&Value, &Value, &PlanAnswer),
) -> Diagnostics {
    let Some((blueprint, target)) =
        wish(resource, config, planned, (request.prior.as_ref(), answer))
    else {
        return Diagnostics::new();
    };
    match reconcile::preflight(client, &blueprint, &target).await {
        Ok(findings) => {
            let mut diagnostics = Diagnostics::new();
            diagnostics.extend(resource.session.untested().await);
            diagnostics.extend(findings.iter().map(|finding| shown_at(finding, config)));
            diagnostics
        }
        Err(error) => error.explain().into(),
    }
}

fn needs_netbox(argument: &str, variable: &str) -> Diagnostic {
    Diagnostic::error(
        format!("{argument} is missing"),
        format!(
            "A plan is written to NetBox unless it is a draft. Set {argument} in the provider block, or \
             the environment variable {variable}; or set status to \"draft\", which computes and \
             checks everything without NetBox."
        ),
    )
    .at(Path::root().attribute("status"))
}

/// Where a class is written in the plan; the plan itself if it is not.
pub fn class_path(name: &str, config: &Value) -> Path {
    let maps = ["switch_classes", "server_classes"];
    let map = maps
        .into_iter()
        .find(|map| !config.get(map).get(name).is_null());
    map.map_or_else(Path::root, |map| Path::root().attribute(map).key(name))
}

/// A finding at the argument that refers to what is not right.
fn shown_at(finding: &Finding, config: &Value) -> Diagnostic {
    let root = Path::root();
    let class = |name: &str| class_path(name, config);
    let path = match finding {
        Finding::Reference(ReferenceProblem { referrer, kind, .. }) => match (referrer, kind) {
            (Referrer::Plan, ReferenceKind::Site) => root.attribute("site"),
            (Referrer::Plan, ReferenceKind::Location) => root.attribute("location"),
            (Referrer::Plan, _) => root.attribute("tenant"),
            (
                Referrer::Class { class: name }
                | Referrer::Nic { class: name, .. }
                | Referrer::Transceiver { class: name },
                _,
            ) => class(name),
        },
        Finding::InterfacesMissing { class: name, .. } => class(name),
        Finding::NameTaken { .. } | Finding::Racked { .. } => root.attribute("site"),
        Finding::Tag(_) | Finding::Adoption(_) => root.attribute("name"),
        Finding::Aboard { .. }
        | Finding::Conflicts(_)
        | Finding::MadeAnew { .. }
        | Finding::MayBeMadeAnew { .. }
        | Finding::NotPermitted { .. }
        | Finding::NotRegistered(_) => {
            return finding.explain();
        }
    };
    finding.explain().at(path)
}

/// The planned blueprint and target; `None` while inputs are unknown.
fn wish(
    resource: &TopologyPlanResource,
    config: &Value,
    planned: &Value,
    (prior, answer): (Option<&Value>, &PlanAnswer),
) -> Option<(Blueprint, Target)> {
    let mut findings = Findings::default();
    let record = Record::decode(&answer.private).ok()??;
    let design = translate::design(config, &mut findings)?;
    let blueprint = fabric::assemble(&design, resource.catalog, &record.placement).ok()?;
    let draft = || planned.get("name").as_str().map(Scope::draft);
    let scope = target::scope(planned).or_else(draft)?;
    let mut target = target::target(config, scope, &mut findings)?;
    let policy = resource.session.policy();
    (target.register, target.lease) = (policy.register, policy.lease);
    let mut set = record.tried;
    set.extend(prior.map(Tried::of));
    target.released = target::released(&set, &target);
    target.adopting = target::adopts(prior);
    // When a plan is replaced, what it has now is not in its way, for it goes first. Core says no
    // more than that nothing exists yet; a plan of that name that is another's is found by apply.
    target.adopt_unfinished = target::scope(planned).is_none();
    Some((blueprint, target))
}
