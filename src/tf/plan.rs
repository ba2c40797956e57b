//! What every plan starts with and ends with, as steps for [`Resource::plan`]. Pure.
//!
//! In this order: [`start`]; then the resource's own decisions; [`replaced_by`].
//!
//! [`Resource::plan`]: super::resource::Resource::plan

use super::resource::PlanRequest;
use super::schema::{Attribute, Block, Nesting, Schema, Shape};
use super::value::Value;
use crate::diag::Path;

/// The proposed state, in which every computed attribute that nobody set is unknown if there is no
/// prior state, and keeps its prior value if there is. Null on destroy.
pub fn start(schema: &Schema, request: &PlanRequest) -> Value {
    let mut planned = request.proposed.clone().unwrap_or(Value::Null);
    schema.block.complete(&mut planned);
    if request.prior.is_none() {
        unknown_in_block(&schema.block, &mut planned);
    }
    planned
}

/// The paths of those attributes whose change needs a new object: different from a prior state, or
/// not known yet.
pub fn replaced_by(prior: Option<&Value>, planned: &Value, names: &[&str]) -> Vec<Path> {
    let Some(prior) = prior else {
        return Vec::new();
    };
    let differs = |name: &&&str| prior.get(name) != planned.get(name);
    names
        .iter()
        .filter(differs)
        .map(|name| Path::root().attribute(name))
        .collect()
}

fn unknown_in_block(block: &Block, value: &mut Value) {
    unknown_in(&block.attributes, value);
    let Value::Map(entries) = value else { return };
    for nested in &block.blocks {
        if let Some(value) = entries.get_mut(nested.name) {
            each(nested.nesting, value, |value| {
                unknown_in_block(&nested.block, value);
            });
        }
    }
}

fn unknown_in(attributes: &[Attribute], value: &mut Value) {
    let Value::Map(entries) = value else { return };
    for attribute in attributes {
        let Some(value) = entries.get_mut(attribute.name) else {
            continue;
        };
        if attribute.mode.is_computed() && value.is_null() {
            *value = Value::unknown();
        } else if let Shape::Nested {
            nesting,
            attributes,
        } = &attribute.shape
        {
            each(*nesting, value, |value| unknown_in(attributes, value));
        }
    }
}

fn each(nesting: Nesting, value: &mut Value, mut visit: impl FnMut(&mut Value)) {
    match (nesting, value) {
        (Nesting::Single, value) => visit(value),
        (Nesting::List, Value::List(elements)) => elements.iter_mut().for_each(visit),
        (Nesting::Map, Value::Map(entries)) => entries.values_mut().for_each(visit),
        (Nesting::List | Nesting::Map, _) => {}
    }
}
