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

pub(super) use destroy::removal;
pub use task::new_id;

use super::TopologyPlanResource;
use super::check::class_path;
use super::status::Status;
use super::timeouts::Watch;
use crate::diag::{Diagnostic, Diagnostics};
use crate::fabric::blueprint::Blueprint;
use crate::reconcile::{Outcome, ReconcileError, class_in};
use crate::tf::resource::{ApplyAnswer, ApplyRequest, Context};
use crate::tf::value::Value;

pub async fn apply(
    resource: &TopologyPlanResource,
    context: &Context,
    request: ApplyRequest,
) -> ApplyAnswer {
    // The configuration has what `ignore_changes` keeps out of the plan.
    let Some(planned) = &request.planned else {
        return destroy::destroy(resource, context, request).await;
    };
    let task = match task::task(resource, &request, planned) {
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

/// What a run has to tell. `wish` is what it was to make, and the values that it came from; `None`: to
/// remove everything.
fn said(outcome: &Outcome, watch: &Watch, wish: Option<(&Blueprint, &Value)>) -> Diagnostics {
    let blueprint = wish.map(|(blueprint, _)| blueprint);
    let truth = outcome.observed.as_ref().map(|seen| (seen, blueprint));
    let mut diagnostics = Diagnostics::new();
    for error in &outcome.errors {
        match watch.explain(truth).filter(|_| error.is_cancelled()) {
            Some(over) => diagnostics.push(over),
            None => diagnostics.extend(explained(error, wish)),
        }
    }
    diagnostics
}

/// An error at each class whose objects it is about.
fn explained(error: &ReconcileError, wish: Option<(&Blueprint, &Value)>) -> Vec<Diagnostic> {
    let class_of = |label: &str| Some(class_in(wish?.0, label)?.to_owned());
    let told = error.by_group(class_of).into_iter();
    let told = told.flat_map(|(class, error)| {
        let path = class
            .zip(wish)
            .map(|(class, (_, values))| class_path(&class, values));
        let place = move |told: Diagnostic| path.iter().cloned().fold(told, Diagnostic::at);
        error.explain().into_iter().map(place)
    });
    told.collect()
}
