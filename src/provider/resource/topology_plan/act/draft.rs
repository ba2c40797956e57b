//! Keeping a draft: nothing of it is in `NetBox`, or is there any more.

use super::super::{TopologyPlanResource, target};
use super::destroy::Removed;
use super::task::Task;
use super::{destroy, nothing_done};
use crate::diag::{Diagnostic, Diagnostics};
use crate::provider::record::Record;
use crate::tf::resource::{ApplyAnswer, ApplyRequest, Context};
use crate::tf::value::Value;

/// The planned state, after what an earlier status brought to `NetBox` was removed.
pub(super) async fn keep(
    resource: &TopologyPlanResource,
    context: &Context,
    request: &ApplyRequest,
    planned: &Value,
    task: Task,
) -> ApplyAnswer {
    let landed = |prior: &&Value| target::landed(prior, &request.private);
    let mut diagnostics = Diagnostics::new();
    if let Some(prior) = request.prior.as_ref().filter(landed) {
        let client = match resource.session.client().await {
            Ok(client) => client,
            Err(fault) => return nothing_done(request, fault.into_diagnostics()),
        };
        let scope = &task.target.scope;
        let place = destroy::Place {
            client: &client,
            scope,
            state: prior,
            private: &request.private,
        };
        match destroy::remove(resource, context, place).await {
            Ok(Removed {
                superseded_by: Some(run),
                ..
            }) => return nothing_done(request, not_ours(&run).into()),
            Ok(removed) => diagnostics.extend(removed.diagnostics),
            Err(left) => {
                return ApplyAnswer {
                    state: Some(left.shown(prior.clone())),
                    private: request.private.clone(),
                    diagnostics: left.diagnostics,
                };
            }
        }
    }
    let id = task.target.scope.plan_id.as_str();
    let record = Record {
        id: Some(id.to_owned()),
        server_url: None,
        branch: None,
        seen: None,
        ..task.record
    };
    ApplyAnswer {
        state: Some(planned.clone().with("id", id)),
        // The planned record was of the same size, so this one fits too.
        private: record.encode().unwrap_or(request.private.clone()),
        diagnostics,
    }
}

/// As a draft it would keep the id of what is another creation's, and take it over when it is approved.
fn not_ours(run: &str) -> Diagnostic {
    Diagnostic::error(
        "The plan in NetBox is another creation's",
        format!(
            "The creation that this state knows failed, and another one ({run}) went on with what it had made. \
             Nothing was changed. If the other one has a state of its own, let go of this one with terraform \
             state rm; otherwise do that and import the plan by its name."
        ),
    )
}
