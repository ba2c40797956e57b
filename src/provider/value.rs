//! Putting values together.

use std::collections::BTreeMap;

use crate::tf::schema::{Mode, Schema};
use crate::tf::value::Value;

/// The object with some attributes set.
#[must_use]
pub fn with(object: &Value, overrides: BTreeMap<String, Value>) -> Value {
    let mut object = object.clone();
    for (name, value) in overrides {
        object.set(&name, value);
    }
    object
}

/// All purely computed attributes of a resource, not known before apply.
pub fn computed_unknown(schema: &Schema) -> BTreeMap<String, Value> {
    let computed = schema
        .block
        .attributes
        .iter()
        .filter(|a| a.mode == Mode::Computed);
    computed
        .map(|a| (a.name.to_owned(), Value::unknown()))
        .collect()
}
