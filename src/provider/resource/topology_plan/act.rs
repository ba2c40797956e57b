//! Carrying out: create, update, destroy. What to make was decided; here it is only made.

use std::time::Duration;

use aws_lc_rs::rand;

use super::{TopologyPlanResource, gather, planned, target};
use crate::diag::{Diagnostic, Diagnostics};
use crate::fabric;
use crate::fabric::blueprint::Blueprint;
use crate::provider::decode::Findings;
use crate::provider::record::Record;
use crate::provider::translate;
use crate::reconcile::{self, PlanId, Released, Scope, Target};
use crate::tf::resource::{ApplyAnswer, ApplyRequest, Context};
use crate::tf::value::Value;

/// How long a run that was killed keeps others away.
const LEASE: Duration = Duration::from_mins(2);

/// Arguments of which an apply needs to know the value before.
const COMPARED: [&str; 5] = ["status", "location", "tenant", "description", "tags"];

/// What one apply is to make.
struct Task {
    blueprint: Blueprint,
    target: Target,
    record: Record,
}

/// Makes `NetBox` equal to what was planned. When it fails half-way, the state that is returned is
/// what is true.
pub async fn write(
    resource: &TopologyPlanResource,
    context: &Context,
    request: &ApplyRequest,
    planned: &Value,
    config: &Value,
) -> ApplyAnswer {
    let failed = |diagnostics: Diagnostics| ApplyAnswer {
        state: request.prior.clone(),
        private: request.private.clone(),
        diagnostics,
    };
    let client = match resource.session.client().await {
        Ok(client) => client,
        Err(fault) => return failed(fault.into_diagnostics()),
    };
    let task = match task(resource, request, planned, config) {
        Ok(task) => task,
        Err(fault) => return failed(fault.into()),
    };
    if let Some(scope) = request.prior.as_ref().and_then(target::scope)
        && let Err(elsewhere) = gather::ensure_same_server(&client, &request.private, &scope).await
    {
        return failed(elsewhere);
    }
    let outcome =
        reconcile::create_or_update(&client, &task.target, &task.blueprint, &context.cancel).await;
    let mut diagnostics = Diagnostics::new();
    diagnostics.extend(
        outcome
            .errors
            .iter()
            .flat_map(reconcile::ReconcileError::explain),
    );
    let Some(observed) = &outcome.observed else {
        // Nothing of the plan is there, or nobody could look: what was known before still holds.
        return failed(diagnostics);
    };
    let complete = outcome.complete && !diagnostics.has_errors();
    let intended = (task.blueprint, task.target);
    let state = gather::shown(planned, observed, Some(&intended))
        .with("complete", complete)
        .with("id", outcome.plan_id.as_str());
    // What was not finished is still to be done: the next apply sees these change again.
    let before = request.prior.as_ref().filter(|_| !complete);
    let state = before.into_iter().fold(state, |state, prior| {
        COMPARED.iter().fold(state, |state, name| {
            state.with(name, prior.get(name).clone())
        })
    });
    let record = Record {
        id: Some(outcome.plan_id.as_str().to_owned()),
        server_url: Some(client.server_url().to_owned()),
        ..task.record
    };
    // The planned record was of the same size, so this one fits too.
    let private = record.encode().unwrap_or(request.private.clone());
    ApplyAnswer {
        state: Some(state),
        private,
        diagnostics,
    }
}

fn task(
    resource: &TopologyPlanResource,
    request: &ApplyRequest,
    planned: &Value,
    config: &Value,
) -> Result<Task, Diagnostic> {
    let mut findings = Findings::default();
    let internal = |what: &str| {
        Diagnostic::error(
            "The plan cannot be carried out",
            format!("{what}. This is a fault of the provider; please report it with the plan."),
        )
    };
    let record = Record::decode(&request.private)
        .map_err(|error| internal(&format!("The planned record cannot be read: {error}")))?
        .ok_or_else(|| internal("The planned record is missing"))?;
    let design = translate::design(config, &mut findings)
        .ok_or_else(|| internal("The configuration is still unknown"))?;
    if planned::digest(&design).as_deref() != planned.get("digest").as_str() {
        return Err(internal(
            "The configuration is not the one that was planned",
        ));
    }
    let blueprint = fabric::assemble(&design, resource.catalog, &record.placement)
        .map_err(|_| internal("The planned record does not fit the configuration"))?;
    let known = request
        .prior
        .as_ref()
        .and_then(target::scope)
        .map(|scope| scope.plan_id);
    let created = known.is_none();
    let plan_id = known.map_or_else(new_id, Ok)?;
    let plan_name = planned.get("name").as_str().unwrap_or_default().to_owned();
    let mut target = target::target(config, Scope { plan_id, plan_name }, &mut findings)
        .ok_or_else(|| internal("The configuration is still unknown"))?;
    planned
        .get("digest")
        .as_str()
        .unwrap_or_default()
        .clone_into(&mut target.digest);
    target.adopt_unfinished = created;
    target.released = request
        .prior
        .as_ref()
        .map(|prior| released(prior, &target))
        .unwrap_or_default();
    let status = |value: Option<&Value>| value.map(|value| value.get("status").clone());
    target.write_status = !created && status(request.prior.as_ref()) != status(Some(planned));
    Ok(Task {
        blueprint,
        target,
        record,
    })
}

/// What the last apply set and this one does not.
fn released(prior: &Value, target: &Target) -> Released {
    let gone = |name: &str, now: &Option<String>| {
        let before = prior.get(name).as_str().filter(|_| now.is_none());
        before.map(str::to_owned)
    };
    let tags = prior
        .get("tags")
        .as_list()
        .unwrap_or_default()
        .iter()
        .filter_map(Value::as_str);
    Released {
        location: gone("location", &target.location),
        tenant: gone("tenant", &target.tenant),
        description: gone("description", &target.description),
        tags: tags
            .filter(|tag| !target.tags.iter().any(|t| t == tag))
            .map(str::to_owned)
            .collect(),
    }
}

/// 128 random bits.
fn new_id() -> Result<PlanId, Diagnostic> {
    let mut bytes = [0_u8; 16];
    let drawn = rand::fill(&mut bytes)
        .ok()
        .and_then(|()| PlanId::parse(&hex::encode(bytes)));
    drawn.ok_or_else(|| {
        Diagnostic::error(
            "No random numbers",
            "The operating system gave no random numbers for the plan's id. Apply again.",
        )
    })
}

/// Removes everything that carries the plan's marker, and its tag.
pub async fn destroy(
    resource: &TopologyPlanResource,
    context: &Context,
    request: ApplyRequest,
) -> ApplyAnswer {
    let ApplyRequest { prior, private, .. } = request;
    let Some(scope) = prior.as_ref().and_then(target::scope) else {
        return ApplyAnswer::default();
    };
    let client = match resource.session.client().await {
        Ok(client) => client,
        Err(fault) => {
            return ApplyAnswer {
                state: prior,
                private,
                diagnostics: fault.into_diagnostics(),
            };
        }
    };
    if let Err(diagnostics) = gather::ensure_same_server(&client, &private, &scope).await {
        return ApplyAnswer {
            state: prior,
            private,
            diagnostics,
        };
    }
    let outcome = reconcile::destroy(&client, &scope, LEASE, &context.cancel).await;
    let mut diagnostics = Diagnostics::new();
    diagnostics.extend(
        outcome
            .errors
            .iter()
            .flat_map(reconcile::ReconcileError::explain),
    );
    if !diagnostics.has_errors() {
        return ApplyAnswer {
            diagnostics,
            ..ApplyAnswer::default()
        };
    }
    let left = prior.map(|prior| match &outcome.observed {
        Some(observed) => gather::shown(&prior, observed, None).with("complete", false),
        None => prior,
    });
    ApplyAnswer {
        state: left,
        private,
        diagnostics,
    }
}

/// Import rebuilds intention and id from `NetBox`, which is not there yet.
pub fn refuse_import(id: &str) -> ApplyAnswer {
    let fault = Diagnostic::error(
        "A topology plan cannot be imported yet",
        format!(
            "\"{id}\" was not imported. If the plan's state is lost, remove its devices and cables \
             (they carry the tag that is named after the plan) and apply again."
        ),
    );
    ApplyAnswer {
        diagnostics: fault.into(),
        ..ApplyAnswer::default()
    }
}
