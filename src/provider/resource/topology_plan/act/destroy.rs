//! Removing what a plan has in `NetBox`: for good, or because it becomes a draft again.

use super::super::timeouts::{Operation, Watch};
use super::super::{TopologyPlanResource, refresh, target};
use super::said;
use crate::diag::{Diagnostic, Diagnostics};
use crate::netbox::Client;
use crate::provider::record::Record;
use crate::provider::session::NoClient;
use crate::reconcile::{self, Outcome, Scope, Target};
use crate::tf::resource::{ApplyAnswer, ApplyRequest, Context};
use crate::tf::value::Value;

/// Removes everything that carries the plan's marker, and its tag.
pub(super) async fn destroy(
    resource: &TopologyPlanResource,
    context: &Context,
    request: ApplyRequest,
) -> ApplyAnswer {
    let ApplyRequest { prior, private, .. } = request;
    let Some(state) = prior else {
        return ApplyAnswer::default();
    };
    let Some(scope) = target::scope(&state) else {
        return ApplyAnswer::default();
    };
    let landed = target::landed(&state, &private);
    let client = match resource.session.client().await {
        Ok(client) => client,
        // A draft whose first apply to NetBox was killed would have left something there.
        Err(fault) if !landed => {
            return ApplyAnswer {
                diagnostics: not_searched(&fault),
                ..ApplyAnswer::default()
            };
        }
        Err(fault) => {
            return ApplyAnswer {
                state: Some(state),
                private,
                diagnostics: fault.into_diagnostics(),
            };
        }
    };
    let place = Place {
        client: &client,
        scope: &scope,
        state: &state,
        private: &private,
    };
    match remove(resource, context, place).await {
        Ok(removed) => {
            let mut diagnostics = removed.diagnostics;
            diagnostics.extend(removed.superseded_by.as_deref().map(superseded));
            ApplyAnswer {
                diagnostics,
                ..ApplyAnswer::default()
            }
        }
        Err(left) => ApplyAnswer {
            state: Some(left.shown(state)),
            private,
            diagnostics: left.diagnostics,
        },
    }
}

/// What a removal that ended well has to tell.
pub(super) struct Removed {
    pub(super) diagnostics: Diagnostics,
    /// Nothing was removed: the plan is of the creation that this run was.
    pub(super) superseded_by: Option<String>,
}

/// What is there after a removal that did not finish.
pub(super) struct Left {
    pub(super) diagnostics: Diagnostics,
    outcome: Option<Outcome>,
}

impl Left {
    /// The state as far as it is known.
    pub(super) fn shown(&self, state: Value) -> Value {
        let outcome = self.outcome.as_ref();
        match outcome.and_then(|outcome| outcome.observed.as_ref()) {
            // What was refused before the first write is as whole as it was.
            Some(observed) => refresh::ended(refresh::shown(&state, observed, None), observed),
            None => state,
        }
    }
}

/// What is removed, and where it is.
pub(super) struct Place<'a> {
    pub(super) client: &'a Client,
    pub(super) scope: &'a Scope,
    pub(super) state: &'a Value,
    pub(super) private: &'a [u8],
}

/// Removes what carries the plan's marker from the server that has it.
pub(super) async fn remove(
    resource: &TopologyPlanResource,
    context: &Context,
    place: Place<'_>,
) -> Result<Removed, Left> {
    let Place {
        client,
        scope,
        state,
        private,
    } = place;
    if let Err(diagnostics) = refresh::ensure_same_place(client, private, scope).await {
        return Err(Left {
            diagnostics,
            outcome: None,
        });
    }
    let watch = Watch::start(state, Operation::Delete, &context.cancel);
    let target = removal(resource, scope.clone(), state, private);
    let outcome = reconcile::destroy_seen(client, &target, &watch.cancel).await;
    let diagnostics = said(&outcome, &watch, None);
    if diagnostics.has_errors() {
        return Err(Left {
            diagnostics,
            outcome: Some(outcome),
        });
    }
    Ok(Removed {
        diagnostics,
        superseded_by: outcome.superseded_by,
    })
}

/// A plan that wants nothing: whatever is there goes.
pub(in super::super) fn removal(
    resource: &TopologyPlanResource,
    scope: Scope,
    state: &Value,
    private: &[u8],
) -> Target {
    let record = Record::decode(private).ok().flatten().unwrap_or_default();
    let mut target = Target::new(scope, "");
    target.lease = resource.session.policy().lease;
    target.seen = record.seen;
    target.birth = record.birth.unwrap_or_default();
    target.promised = target::device_ids(state);
    target
}

/// A state that another creation has gone on from removes nothing.
fn superseded(run: &str) -> Diagnostic {
    Diagnostic::warning(
        "Nothing was removed from NetBox",
        format!(
            "The creation that this state knows failed, and another one ({run}) went on with what it had made. \
             The plan in NetBox is that one's. This is as it should be with create_before_destroy. If \
             Terraform has no other state of the plan, import the plan by its name, and then remove it."
        ),
    )
}

/// Without a server there was never anything to leave behind; one that cannot be asked may have it.
fn not_searched(fault: &NoClient) -> Diagnostics {
    if matches!(fault, NoClient::Missing { .. }) {
        return Diagnostics::new();
    }
    Diagnostic::warning(
        "NetBox was not asked for remains of the draft",
        "The draft is destroyed. If an apply that was to bring it to NetBox was killed, what that \
         apply made is still there, under the tag named after the plan.",
    )
    .into()
}
