//! What a type in `NetBox` means for its state.

use serde_json::Value as Json;

use crate::diag::{Diagnostic, Diagnostics};
use crate::netbox::Client;
use crate::reconcile::Finding;
use crate::reconcile::types::{
    Absence, FoundType, Owner, TypeError, TypeSpec, absence, find_type, import_advice, lacking,
};
use crate::tf::value::Value;

/// Arguments that are fields of the type in `NetBox`.
const OWNED: [&str; 3] = ["part_number", "u_height", "is_full_depth"];

/// Whether this state made it.
pub(super) fn is_ours(state: &Value) -> bool {
    state.get("adopted").as_bool() != Some(true)
}

/// The mark of what this state makes; empty before it made anything.
pub(super) fn owner(state: Option<&Value>) -> &str {
    let owner = state.and_then(|state| state.get("owner").as_str());
    owner.unwrap_or_default()
}

/// That a type of ours is not found by its name does not mean that it is gone: its id tells.
pub(super) async fn really_gone(
    client: &Client,
    state: &Value,
    spec: &TypeSpec,
    word: &str,
) -> Result<(), Diagnostics> {
    let Some(id) = state.get("id").as_u64() else {
        return Ok(());
    };
    let absence = absence(client, &spec.kind, id, word).await;
    let (summary, detail) = match absence.map_err(|error| Diagnostics::from(error.explain()))? {
        Absence::Gone => return Ok(()),
        Absence::Hidden => (
            "The API token does not see the type",
            format!(
                "NetBox has the {kind} with the id {id}, which is {reference} in the state, and does not show it \
                 to this token. What is hidden is not gone, so the state is kept as it is.\n\nWiden the \
                 constraints of the view permissions of the token's user, or give the provider the NetBox that \
                 has the type.",
                kind = spec.kind.word(),
                reference = spec.reference(),
            ),
        ),
        Absence::Renamed { reference } => (
            "The type was renamed in NetBox",
            format!(
                "The {kind} with the id {id} was {before}, and somebody called it {reference}. It is not made a \
                 second time.\n\nGive it its name back in NetBox. Or name it so here: run terraform state rm on \
                 the resource first, and the next apply finds it under that name.",
                kind = spec.kind.word(),
                before = spec.reference(),
            ),
        ),
    };
    Err(Diagnostic::error(summary, detail).into())
}

/// A type that this state made is not called its own any more.
pub(super) fn disowned(
    state: &Value,
    found: &FoundType,
    spec: &TypeSpec,
    word: &str,
) -> Option<Diagnostic> {
    if !is_ours(state) || found.owner.is_ours() {
        return None;
    }
    let (kind, reference, id) = (spec.kind.word(), spec.reference(), found.id);
    let told = if found.owner == Owner::AnotherState {
        Diagnostic::warning(
            "The type has another owner",
            format!(
                "The {kind} {reference} (id {id}) was made by this state, and now its custom field hedgehog_owner \
                 names another: a new resource takes over a type that nothing uses. From now on this state uses \
                 it as one of others: it is not changed, and a destroy leaves it.\n\nLeave its block in one of \
                 the configurations, and refer to it by its name in the other. To own it again here, take the \
                 resource out of the state there (terraform state rm) and set hedgehog_owner of the type to \
                 \"{word}\" in NetBox.",
            ),
        )
    } else {
        Diagnostic::warning(
            "The type has lost its mark",
            format!(
                "The {kind} {reference} (id {id}) was made by this state, and its custom field hedgehog_owner does \
                 not say so any more. From now on it counts as one of others: it is not changed, and a destroy \
                 leaves it.\n\nTo own it again, set hedgehog_owner of the type to \"{word}\" in NetBox; if the \
                 custom field was deleted, create it first (text, for device types, module types and \
                 manufacturers).",
            ),
        )
    };
    Some(told)
}

/// What there is to say of the type before it is applied.
pub(super) async fn check(
    client: &Client,
    spec: &TypeSpec,
    prior: Option<&Value>,
    register: bool,
) -> Diagnostics {
    let found = match find_type(client, spec, owner(prior)).await {
        Ok(found) => found,
        Err(error) => return error.explain().into(),
    };
    let refused = found.as_ref().and_then(|found| TypeError::of(spec, found));
    if let Some(refused) = refused {
        return refused.explain().into_iter().collect();
    }
    let new = prior.is_none();
    let writes = found.as_ref().is_none_or(|found| found.is_written(new));
    let met = found.filter(|_| new).and_then(|found| met(&found, spec));
    let mut said: Diagnostics = met.into_iter().collect();
    if writes {
        match lacking(client, &spec.kind, register).await {
            Ok(lacking) => said.extend(lacking.iter().map(Finding::explain)),
            Err(error) => said.push(error.explain()),
        }
    }
    said
}

/// A new resource meets a type that another one made.
fn met(found: &FoundType, spec: &TypeSpec) -> Option<Diagnostic> {
    let (kind, reference) = (spec.kind.word(), spec.reference());
    if found.is_left_behind() {
        return Some(Diagnostic::warning(
            "The type is taken over",
            format!(
                "NetBox has the {kind} {reference} just as wished. Another Terraform resource made it, and nothing \
                 uses it, as where a provider was killed before it could say that it had created the type. This \
                 resource becomes its owner. If a state has it all the same, it goes on using it, and does not \
                 own it any more.",
            ),
        ));
    }
    (found.owner == Owner::AnotherState).then(|| {
        Diagnostic::warning(
            "The type is of another state",
            format!(
                "NetBox has the {kind} {reference}, which another Terraform resource made. This one uses it, and \
                 does not change it; a destroy leaves it.{}",
                import_advice(&reference)
            ),
        )
    })
}

/// The state of a type that is gone, and whose manufacturer is still to go: a destroy removes that, and another
/// apply makes the type anew.
pub(super) fn half_gone(state: &Value) -> Value {
    state.clone().with("id", Value::Null).with("in_sync", false)
}

/// What `NetBox` has in place of a value that is written.
fn like(written: &Value, found: &Json) -> Option<Value> {
    let text = written.as_str().and_then(|_| found.as_str());
    let number = written.as_u64().and_then(|_| found.as_u64());
    let flag = written.as_bool().and_then(|_| found.as_bool());
    text.map(Value::from)
        .or(number.map(Value::from))
        .or(flag.map(Value::from))
}

/// The state with the fields that somebody changed. What is not written is not owned, and what another owns is no
/// drift.
pub(super) fn drifted(state: &Value, found: &FoundType) -> Value {
    let ours = found.owner.is_ours();
    OWNED.into_iter().fold(state.clone(), |state, name| {
        let found = found.field(name).filter(|_| ours);
        match found.and_then(|found| like(state.get(name), found)) {
            Some(found) => state.with(name, found),
            None => state,
        }
    })
}

/// The state with what was found in it.
pub(super) fn shown(state: &Value, spec: &TypeSpec, found: &FoundType) -> Value {
    let ours = found.owner.is_ours();
    let in_sync = if ours {
        found.is_as_wished()
    } else {
        found.lacking().is_empty()
    };
    state
        .clone()
        .with("id", found.id)
        .with("ref", spec.reference())
        .with("adopted", !ours)
        .with("in_sync", in_sync)
}
