//! Environment variables in place of arguments of the provider block.

use std::collections::BTreeMap;

use secrecy::{ExposeSecret, SecretString};

use super::schema;
use crate::tf::number::Number;
use crate::tf::schema::Shape;
use crate::tf::types::Type;
use crate::tf::value::Value;

/// What `main` read from the environment for us, by argument. `Debug` shows no value.
#[derive(Debug, Clone, Default)]
pub struct Environment(BTreeMap<&'static str, SecretString>);

/// The variable of an argument: `NETBOX_SERVER_URL`.
pub fn variable(argument: &str) -> String {
    format!("NETBOX_{}", argument.to_ascii_uppercase())
}

impl Environment {
    /// Takes each argument's variable, where `read` has one. An empty one counts as not set.
    pub fn read(read: impl Fn(&str) -> Option<String>) -> Self {
        let values = schema()
            .block
            .attributes
            .into_iter()
            .filter_map(|attribute| {
                let text = read(&variable(attribute.name)).filter(|text| !text.is_empty())?;
                plain(&attribute.shape).then(|| (attribute.name, SecretString::from(text)))
            });
        Self(values.collect())
    }

    /// The block with the environment's values where it says nothing, and which these are.
    pub fn fill(&self, config: &Value) -> (Value, Vec<&'static str>) {
        let mut filled = config.clone();
        let mut borrowed = Vec::new();
        for attribute in schema().block.attributes {
            if let Some(text) = self.0.get(attribute.name)
                && config.get(attribute.name).is_null()
            {
                filled.set(attribute.name, typed(text.expose_secret(), &attribute.ty()));
                borrowed.push(attribute.name);
            }
        }
        (filled, borrowed)
    }
}

/// Maps have no form in a variable.
fn plain(shape: &Shape) -> bool {
    matches!(
        shape,
        Shape::Plain(Type::Bool | Type::Number | Type::String)
    )
}

/// What cannot be of the type stays a string, which the decoder then refuses at its argument.
fn typed(text: &str, ty: &Type) -> Value {
    let value = match ty {
        Type::Bool => text.parse::<bool>().ok().map(Value::from),
        Type::Number => text
            .parse::<u32>()
            .ok()
            .map(|number| Value::Number(Number::from(number))),
        Type::String
        | Type::Dynamic
        | Type::List(_)
        | Type::Set(_)
        | Type::Map(_)
        | Type::Tuple(_)
        | Type::Object(_) => None,
    };
    value.unwrap_or_else(|| Value::from(text))
}
