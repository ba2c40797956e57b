//! A type that a state has lost, or that no state ever knew, comes into this one with its owner's mark.

use super::{Managed, TypeResource};
use crate::diag::{Diagnostic, Diagnostics};
use crate::provider::decode::Findings;
use crate::provider::session::NoClient;
use crate::reconcile::types::{Known, TypeKind, TypeSpec, known};
use crate::tf::resource::{Context, Resource};
use crate::tf::value::Value;

/// The state of the type that is called `manufacturer/name`, as a block would have to write it.
pub(super) async fn import<T: TypeResource>(
    resource: &Managed<T>,
    context: &Context,
    id: &str,
) -> Result<Value, Diagnostics> {
    let Some((manufacturer, name)) = id.split_once('/') else {
        return Err(not_a_name(id).into());
    };
    let client = resource.session.client().await;
    let client = client.map_err(NoClient::into_diagnostics)?;
    let client = client.until(context.cancel.clone());
    let kind = resource.kind.named(name);
    let word = kind.word();
    let found = known(&client, kind, manufacturer, name).await;
    let found = found.map_err(|error| Diagnostics::from(error.explain()))?;
    match found {
        None => Err(missing(word, id).into()),
        Some(Known { owner: None, .. }) => Err(of_others(word, id).into()),
        Some(Known {
            id,
            spec,
            owner: Some(owner),
        }) => {
            let state = shortest(resource, &spec);
            Ok(state
                .with("id", id)
                .with("ref", spec.reference())
                .with("adopted", false)
                .with("in_sync", true)
                .with("owner", owner.as_str()))
        }
    }
}

/// The shortest way to write the type with all its ports.
fn shortest<T: TypeResource>(resource: &Managed<T>, spec: &TypeSpec) -> Value {
    let schema = resource.schema();
    let mut ways: Vec<Value> = resource.kind.written(spec);
    for way in &mut ways {
        if let Some(part_number) = &spec.part_number {
            way.set("part_number", part_number.as_str().into());
        }
        if let TypeKind::Device {
            u_height,
            is_full_depth,
            ..
        } = spec.kind
        {
            way.set(
                "u_height",
                u_height.map_or(Value::Null, |height| u64::from(height).into()),
            );
            way.set(
                "is_full_depth",
                is_full_depth.map_or(Value::Null, Value::Bool),
            );
        }
        if !spec.bays.is_empty() {
            way.set("optic_bays", Value::Bool(true));
        }
        schema.block.complete(way);
    }
    let says = |way: &Value| {
        let read = resource.spec(way, &mut Findings::default());
        read.is_some_and(|read| {
            read.reference() == spec.reference() && read.interfaces == spec.interfaces
        })
    };
    let found = ways.iter().position(says);
    let last = ways.len().saturating_sub(1);
    ways.swap_remove(found.unwrap_or(last))
}

fn not_a_name(id: &str) -> Diagnostic {
    Diagnostic::error(
        "Not the name of a type",
        format!(
            "\"{id}\" has no \"/\". Give the manufacturer's slug, and the slug of the device type or the model \
             of the module type, as in nvidia/BlueField-3."
        ),
    )
}

fn missing(word: &str, id: &str) -> Diagnostic {
    Diagnostic::error(
        format!("NetBox has no such {word}"),
        format!(
            "No {word} \"{id}\" was found, or the token does not see it. The first part is the slug of the \
             manufacturer. A type that is not there needs no import: the next apply creates it."
        ),
    )
}

fn of_others(word: &str, id: &str) -> Diagnostic {
    Diagnostic::error(
        "A type of others needs no import",
        format!(
            "The {word} \"{id}\" has no hedgehog_owner, so this provider did not create it. Write the block of the \
             type: the next apply finds it in NetBox by manufacturer and name, and adopts it as it is."
        ),
    )
}
