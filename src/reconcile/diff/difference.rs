//! One field that differs.

use std::fmt;

use serde_json::Value;

/// What of an object differs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// Of the object itself, or a custom field.
    Named(String),
    /// Whether the object carries the tag of this slug.
    Tag(String),
}

impl Field {
    pub fn named(name: &str) -> Self {
        Self::Named(name.to_owned())
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named(name) => f.write_str(name),
            Self::Tag(slug) => write!(f, "the tag {slug}"),
        }
    }
}

/// A field with what it is and what it has to be. Related objects by slug, tags by whether they are there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub field: Field,
    pub found: Value,
    pub wish: Value,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { field, found, wish } = self;
        match (field, wish) {
            (Field::Tag(_), Value::Bool(true)) => write!(f, "{field} is missing"),
            (Field::Tag(_), _) => write!(f, "{field} is not wanted any more"),
            (Field::Named(_), _) => write!(f, "{field} is {found}, has to be {wish}"),
        }
    }
}
