//! A topology plan as `terraform show -json` prints it, back to a design.

use serde_json::Value as Json;

use super::decode::Findings;
use super::resource::topology_plan::schema;
use super::translate;
use crate::diag::{Diagnostics, Path};
use crate::fabric::design::Design;
use crate::tf::value::Value;
use crate::tf::{ValueError, json};

/// The type of the resource.
pub const TOPOLOGY_PLAN: &str = "hedgehog_topology_plan";

/// What was printed of one plan.
#[derive(Debug)]
pub struct ShownPlan {
    /// Its `name`; empty while that is unknown.
    pub name: String,
    /// What is unknown or wrong is `unread`. `None`: not even the names of the classes are known.
    pub design: Option<Design>,
    /// Arguments that are not known before something else is applied.
    pub unknown: Vec<Path>,
    pub diagnostics: Diagnostics,
}

/// Reads the resource's `values`. `after_unknown` is what a plan says of values that are not known
/// yet; `null` for a state.
///
/// # Errors
/// The values are not those of a topology plan.
pub fn topology_plan(values: &Json, after_unknown: &Json) -> Result<ShownPlan, ValueError> {
    let schema = schema::schema();
    let mut value = json::from_json(values, &schema.ty())?;
    let mut unknown = Vec::new();
    for attribute in schema.block.attributes {
        if attribute.mode.is_configurable() {
            let path = Path::root().attribute(attribute.name);
            let marks = &after_unknown[attribute.name];
            let argument = value.get(attribute.name).clone();
            let argument = mark(argument, marks, &path, &mut unknown);
            value.set(attribute.name, argument);
        }
    }
    let mut findings = Findings::default();
    let design = translate::read(&value, &mut findings);
    Ok(ShownPlan {
        name: value.get("name").as_str().unwrap_or_default().to_owned(),
        design,
        unknown,
        diagnostics: findings.diagnostics,
    })
}

/// The value with unknown put where the marks are true. They have the value's shape.
fn mark(value: Value, marks: &Json, at: &Path, unknown: &mut Vec<Path>) -> Value {
    match (value, marks) {
        (_, Json::Bool(true)) => {
            unknown.push(at.clone());
            Value::unknown()
        }
        (Value::List(elements), Json::Array(marks)) => {
            let marked = elements.into_iter().zip(0_u64..).map(|(element, index)| {
                let marks = usize::try_from(index).ok().and_then(|at| marks.get(at));
                mark(
                    element,
                    marks.unwrap_or(&Json::Null),
                    &at.index(index),
                    unknown,
                )
            });
            Value::List(marked.collect())
        }
        (Value::Map(mut entries), Json::Object(marks)) => {
            for (key, marks) in marks {
                let value = entries.remove(key).unwrap_or(Value::Null);
                let marked = mark(value, marks, &at.attribute(key), unknown);
                entries.insert(key.clone(), marked);
            }
            Value::Map(entries)
        }
        (value, _) => value,
    }
}
