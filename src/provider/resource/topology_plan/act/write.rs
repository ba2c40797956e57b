//! Creating and updating.

use super::super::timeouts::{Operation, Watch};
use super::super::{TopologyPlanResource, refresh, target};
use super::task::Task;
use super::{nothing_done, said};
use crate::diag::Diagnostic;
use crate::provider::record::Record;
use crate::provider::tried::Tried;
use crate::reconcile;
use crate::tf::resource::{ApplyAnswer, ApplyRequest, Context};
use crate::tf::value::Value;

/// Attributes of which an apply needs to know the value before.
const COMPARED: [&str; 6] = [
    "status",
    "location",
    "tenant",
    "description",
    "tags",
    "adopts",
];

/// Makes `NetBox` equal to what was planned. When it fails half-way, the state that is returned is
/// what is true.
pub(super) async fn write(
    resource: &TopologyPlanResource,
    context: &Context,
    request: &ApplyRequest,
    planned: &Value,
    task: Task,
) -> ApplyAnswer {
    let failed = |diagnostics| nothing_done(request, diagnostics);
    let client = match resource.session.client().await {
        Ok(client) => client,
        Err(fault) => return failed(fault.into_diagnostics()),
    };
    if let Some(scope) = request.prior.as_ref().and_then(target::scope)
        && let Err(elsewhere) = refresh::ensure_same_place(&client, &request.private, &scope).await
    {
        return failed(elsewhere);
    }
    let operation = match request.prior {
        None => Operation::Create,
        Some(_) => Operation::Update,
    };
    let watch = Watch::start(planned, operation, &context.cancel);
    let outcome =
        reconcile::create_or_update(&client, &task.target, &task.blueprint, &watch.cancel).await;
    let mut diagnostics = said(&outcome, &watch, Some((&task.blueprint, planned)));
    let Some(observed) = &outcome.observed else {
        // Nothing of the plan is there, or nobody could look: what was known before still holds.
        return failed(diagnostics);
    };
    let complete = outcome.complete && !diagnostics.has_errors();
    if request.prior.is_none() && !complete {
        diagnostics.push(how_to_go_on());
    }
    let intended = (task.blueprint, task.target);
    let state = refresh::shown(planned, observed, Some(&intended))
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
        birth: target::birth(observed),
        server_url: Some(client.server_url().to_owned()),
        branch: client.branch().map(|branch| branch.name.clone()),
        seen: Some(target::seen(planned, observed)),
        tried: tried(&task.record, planned, complete),
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

/// What later applies may have to take back, should they wish something else.
fn tried(record: &Record, planned: &Value, complete: bool) -> Vec<Tried> {
    if complete {
        return Vec::new();
    }
    let now = Tried::of(planned);
    let mut all = record.tried.clone();
    all.retain(|before| *before != now);
    all.push(now);
    all
}

/// Terraform taints what it could not create, and the next apply would remove it first.
fn how_to_go_on() -> Diagnostic {
    Diagnostic::warning(
        "The plan is in NetBox in part",
        "Run terraform untaint on the plan and then terraform apply: it goes on where this one stopped. \
         Without untaint, Terraform removes all of it and begins anew. With create_before_destroy, only apply \
         again.",
    )
}
