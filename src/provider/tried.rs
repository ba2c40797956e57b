//! What an apply set, or tried to set before it ended early: values that a later one may have to take
//! back, since nothing in `NetBox` tells that they are ours.

use serde::{Deserialize, Serialize};

use crate::tf::value::Value;

/// The arguments of a plan whose values are on its objects, and that others may change there.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Tried {
    /// As written in the configuration; `None`: the default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
}

/// A text as `NetBox` keeps it: without blanks at its ends. One that is empty is none.
pub fn as_stored(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

impl Tried {
    /// Of a plan's values, planned or in its state.
    pub fn of(values: &Value) -> Self {
        let text = |name: &str| values.get(name).as_str().map(str::to_owned);
        let tags = values.get("tags").as_list().unwrap_or_default().iter();
        Self {
            status: text("status"),
            location: text("location"),
            tenant: text("tenant"),
            description: values.get("description").as_str().and_then(as_stored),
            tags: tags.filter_map(Value::as_str).map(str::to_owned).collect(),
        }
    }
}
