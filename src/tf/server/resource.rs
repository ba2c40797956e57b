//! Calls about one resource: decode, look up, call, encode. Nothing is decided here.

use tonic::Status;

use super::convert::{self, decode, decode_some, encode};
use super::guard::Call;
use super::session::Entry;
use crate::diag::{Diagnostic, Diagnostics};
use crate::tf::proto::tfplugin6 as pb;
use crate::tf::resource::{
    ApplyAnswer, ApplyRequest, Checkpoint, PlanAnswer, PlanRequest, ReadRequest, Resource,
};
use crate::tf::value::Value;

/// The state in an answer; one that does not fit its schema is dropped and said.
fn encode_state(
    entry: &Entry<dyn Resource>,
    state: Option<Value>,
    diagnostics: &mut Diagnostics,
) -> Option<pb::DynamicValue> {
    let (schema, ty) = entry.schema();
    let mut state = state.unwrap_or(Value::Null);
    schema.block.complete(&mut state);
    encode(&state, ty)
        .map_err(|error| diagnostics.push(convert::misfit(&error)))
        .ok()
}

pub(super) async fn validate(
    call: Call,
    request: pb::validate_resource_config::Request,
) -> Result<pb::validate_resource_config::Response, Status> {
    let entry = call.session.resource(&request.type_name)?;
    let (schema, ty) = entry.schema();
    let config = decode(request.config.as_ref(), ty, "config")?;
    let mut diagnostics = schema.validate(&config);
    diagnostics.extend(entry.item.validate(&config));
    let diagnostics = convert::diagnostics(diagnostics);
    Ok(pb::validate_resource_config::Response { diagnostics })
}

/// Always called before a state is used, also for the present version.
pub(super) async fn upgrade(
    call: Call,
    request: pb::upgrade_resource_state::Request,
) -> Result<pb::upgrade_resource_state::Response, Status> {
    let entry = call.session.resource(&request.type_name)?;
    let (state, mut diagnostics) = match upgraded(entry, &request) {
        Ok(state) => (state, Diagnostics::new()),
        Err(diagnostics) => (None, diagnostics),
    };
    let upgraded_state = if diagnostics.has_errors() {
        None
    } else {
        encode_state(entry, state, &mut diagnostics)
    };
    let diagnostics = convert::diagnostics(diagnostics);
    Ok(pb::upgrade_resource_state::Response {
        upgraded_state,
        diagnostics,
    })
}

fn upgraded(
    entry: &Entry<dyn Resource>,
    request: &pb::upgrade_resource_state::Request,
) -> Result<Option<Value>, Diagnostics> {
    let (schema, ty) = entry.schema();
    let summary = || format!("A saved {} cannot be read", request.type_name);
    let Some(raw) = &request.raw_state else {
        return Ok(None);
    };
    if !raw.flatmap.is_empty() {
        let detail = "The state is from before Terraform 0.12, when this provider did not exist.";
        return Err(Diagnostic::error(summary(), detail).into());
    }
    if raw.json.is_empty() {
        return Ok(None);
    }
    let json: serde_json::Value = serde_json::from_slice(&raw.json).map_err(|error| {
        Diagnostics::from(Diagnostic::error(
            summary(),
            format!("It is not JSON: {error}."),
        ))
    })?;
    if request.version > schema.version {
        let detail = format!(
            "Version {} of its schema wrote it, and this version of the provider knows only version \
             {} and older. Use the version of the provider that wrote it, or a later one.",
            request.version, schema.version,
        );
        return Err(Diagnostic::error(summary(), detail).into());
    }
    if request.version < schema.version {
        return entry.item.upgrade(request.version, &json).map(Some);
    }
    crate::tf::json::from_json(&json, ty)
        .map(Some)
        .map_err(|error| {
            Diagnostic::error(summary(), format!("It does not fit the schema: {error}.")).into()
        })
}

pub(super) async fn read(
    call: Call,
    request: pb::read_resource::Request,
) -> Result<pb::read_resource::Response, Status> {
    let entry = call.session.resource(&request.type_name)?;
    let (_, ty) = entry.schema();
    let state = decode_some(request.current_state.as_ref(), ty, "state")?;
    let answer = match (state, call.session.require_configured()) {
        (None, _) => ApplyAnswer {
            private: request.private,
            ..ApplyAnswer::default()
        },
        (Some(state), Err(diagnostic)) => ApplyAnswer {
            state: Some(state),
            private: request.private,
            diagnostics: diagnostic.into(),
        },
        (Some(state), Ok(())) => {
            let request = ReadRequest {
                state,
                private: request.private,
            };
            entry.item.read(&call.context, request).await
        }
    };
    let ApplyAnswer {
        state,
        private,
        mut diagnostics,
    } = answer;
    let new_state = encode_state(entry, state, &mut diagnostics);
    let diagnostics = convert::diagnostics(diagnostics);
    Ok(pb::read_resource::Response {
        new_state,
        diagnostics,
        private,
        ..pb::read_resource::Response::default()
    })
}

pub(super) async fn plan(
    call: Call,
    request: pb::plan_resource_change::Request,
) -> Result<pb::plan_resource_change::Response, Status> {
    let entry = call.session.resource(&request.type_name)?;
    let (_, ty) = entry.schema();
    let request = PlanRequest {
        prior: decode_some(request.prior_state.as_ref(), ty, "prior state")?,
        config: decode_some(request.config.as_ref(), ty, "config")?,
        proposed: decode_some(request.proposed_new_state.as_ref(), ty, "proposed state")?,
        private: request.prior_private,
    };
    let answer = entry.item.plan(&request);
    let said = match call.session.require_configured() {
        Ok(()) => entry.item.check(&call.context, &request, &answer).await,
        Err(diagnostic) => diagnostic.into(),
    };
    let PlanAnswer {
        planned,
        requires_replace,
        private,
        mut diagnostics,
    } = answer;
    diagnostics.extend(said);
    let planned_state = encode_state(entry, planned, &mut diagnostics);
    Ok(pb::plan_resource_change::Response {
        planned_state,
        requires_replace: requires_replace
            .iter()
            .map(convert::attribute_path)
            .collect(),
        planned_private: private,
        diagnostics: convert::diagnostics(diagnostics),
        ..pb::plan_resource_change::Response::default()
    })
}

pub(super) async fn apply(
    call: Call,
    request: pb::apply_resource_change::Request,
) -> Result<pb::apply_resource_change::Response, Status> {
    let entry = call.session.resource(&request.type_name)?;
    let (_, ty) = entry.schema();
    let prior_message = request.prior_state;
    let planned_private = request.planned_private;
    let request = ApplyRequest {
        prior: decode_some(prior_message.as_ref(), ty, "prior state")?,
        planned: decode_some(request.planned_state.as_ref(), ty, "planned state")?,
        config: decode_some(request.config.as_ref(), ty, "config")?,
        private: planned_private.clone(),
    };
    let answer = match call.session.require_configured() {
        Ok(()) => entry.item.apply(&call.context, request).await,
        Err(diagnostic) => ApplyAnswer {
            state: request.prior,
            private: planned_private,
            diagnostics: diagnostic.into(),
        },
    };
    let ApplyAnswer {
        state,
        private,
        mut diagnostics,
    } = answer;
    let new_state = match encode_state(entry, state, &mut diagnostics) {
        Some(state) => Some(state),
        None => last_known(entry, &call.context.checkpoint, prior_message).0,
    };
    Ok(pb::apply_resource_change::Response {
        new_state,
        private,
        diagnostics: convert::diagnostics(diagnostics),
        ..pb::apply_resource_change::Response::default()
    })
}

/// What to keep when an apply did not say: its last checkpoint, or what was there before.
fn last_known(
    entry: &Entry<dyn Resource>,
    checkpoint: &Checkpoint,
    prior: Option<pb::DynamicValue>,
) -> (Option<pb::DynamicValue>, Option<Vec<u8>>) {
    let saved = checkpoint.take().and_then(|(state, private)| {
        Some((
            encode_state(entry, Some(state), &mut Diagnostics::new())?,
            private,
        ))
    });
    match saved {
        Some((state, private)) => (Some(state), Some(private)),
        None => (prior, None),
    }
}

/// The answer of an apply that panicked. An answer without a state would make core forget what was
/// created.
pub(super) fn rescued_apply(
    session: &super::Session,
    request: AppliedBefore,
    diagnostic: Diagnostic,
    checkpoint: &Checkpoint,
) -> pb::apply_resource_change::Response {
    let AppliedBefore {
        type_name,
        prior,
        planned_private,
    } = request;
    let (new_state, private) = match session.resource(&type_name) {
        Ok(entry) => last_known(entry, checkpoint, prior),
        Err(_) => (prior, None),
    };
    pb::apply_resource_change::Response {
        new_state,
        private: private.unwrap_or(planned_private),
        diagnostics: vec![convert::diagnostic(diagnostic)],
        ..pb::apply_resource_change::Response::default()
    }
}

/// What of a request is needed to answer after a panic.
pub(super) struct AppliedBefore {
    type_name: String,
    prior: Option<pb::DynamicValue>,
    planned_private: Vec<u8>,
}

impl AppliedBefore {
    pub(super) fn new(request: &pb::apply_resource_change::Request) -> Self {
        Self {
            type_name: request.type_name.clone(),
            prior: request.prior_state.clone(),
            planned_private: request.planned_private.clone(),
        }
    }
}

pub(super) async fn import(
    call: Call,
    request: pb::import_resource_state::Request,
) -> Result<pb::import_resource_state::Response, Status> {
    let entry = call.session.resource(&request.type_name)?;
    let answer = if request.id.is_empty() {
        let detail = format!(
            "{} is imported by its id, and none was given.",
            request.type_name
        );
        failed_import(Diagnostic::error("Nothing to import", detail))
    } else if let Err(diagnostic) = call.session.require_configured() {
        failed_import(diagnostic)
    } else {
        entry.item.import(&call.context, &request.id).await
    };
    let ApplyAnswer {
        state,
        private,
        mut diagnostics,
    } = answer;
    if state.is_none() && !diagnostics.has_errors() {
        let detail = format!(
            "There is no {} with the id {:?}.",
            request.type_name, request.id
        );
        diagnostics.push(Diagnostic::error("Nothing to import", detail));
    }
    let state = state.and_then(|state| encode_state(entry, Some(state), &mut diagnostics));
    let imported = state.map(|state| pb::import_resource_state::ImportedResource {
        type_name: request.type_name,
        state: Some(state),
        private,
        identity: None,
    });
    Ok(pb::import_resource_state::Response {
        imported_resources: imported.into_iter().collect(),
        diagnostics: convert::diagnostics(diagnostics),
        deferred: None,
    })
}

fn failed_import(diagnostic: Diagnostic) -> ApplyAnswer {
    ApplyAnswer {
        diagnostics: diagnostic.into(),
        ..ApplyAnswer::default()
    }
}

/// `OpenTofu` calls this without asking whether we can.
pub(super) async fn r#move(
    call: Call,
    request: pb::move_resource_state::Request,
) -> Result<pb::move_resource_state::Response, Status> {
    call.session.resource(&request.target_type_name)?;
    let detail = format!(
        "A {} of {} cannot become a {}. Remove the moved block; to take over existing objects, use an \
         import block.",
        request.source_type_name, request.source_provider_address, request.target_type_name,
    );
    let diagnostic = Diagnostic::error("Moving between resource types is not supported", detail);
    Ok(pb::move_resource_state::Response {
        diagnostics: vec![convert::diagnostic(diagnostic)],
        ..pb::move_resource_state::Response::default()
    })
}
