//! Carrying out: what to make was decided; here it is only made.
//!
//! | file | what it does |
//! |---|---|
//! | `task` | what one apply is to make |
//! | `write` | create, update |
//! | `draft` | a plan that is not in `NetBox`, or leaves it |
//! | `destroy` | the end of a plan |

mod destroy;
mod draft;
mod task;
mod write;

use std::time::Duration;

use super::TopologyPlanResource;
use super::status::Status;
use crate::diag::{Diagnostic, Diagnostics};
use crate::reconcile::{Outcome, ReconcileError};
use crate::tf::resource::{ApplyAnswer, ApplyRequest, Context};

/// How long a run that was killed keeps others away.
const LEASE: Duration = Duration::from_mins(2);

pub async fn apply(
    resource: &TopologyPlanResource,
    context: &Context,
    request: ApplyRequest,
) -> ApplyAnswer {
    let (Some(planned), Some(config)) = (&request.planned, &request.config) else {
        return destroy::destroy(resource, context, request).await;
    };
    let task = match task::task(resource, &request, planned, config) {
        Ok(task) => task,
        Err(fault) => return nothing_done(&request, fault.into()),
    };
    if Status::of(planned) == Some(Status::Draft) {
        draft::keep(resource, context, &request, planned, task).await
    } else {
        write::write(resource, context, &request, planned, task).await
    }
}

/// Nothing was written, or nobody could look: what was known before still holds.
fn nothing_done(request: &ApplyRequest, diagnostics: Diagnostics) -> ApplyAnswer {
    ApplyAnswer {
        state: request.prior.clone(),
        private: request.private.clone(),
        diagnostics,
    }
}

/// What a run has to tell.
fn said(outcome: &Outcome) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    diagnostics.extend(outcome.errors.iter().flat_map(ReconcileError::explain));
    diagnostics
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
