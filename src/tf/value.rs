//! Terraform values, decoded once at the border of a request.

use std::collections::BTreeMap;

use super::number::Number;
use super::types::Type;

/// A value of any Terraform type. Objects and maps, and lists, sets and tuples, look alike here:
/// the schema's [`Type`] tells them apart.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Null,
    /// Not known yet; the refinement says what is promised about it.
    Unknown(Refinement),
    Bool(bool),
    Number(Number),
    String(String),
    List(Vec<Value>),
    Map(BTreeMap<String, Value>),
    /// A value of a dynamic attribute, with the type it has this time.
    Dynamic(Box<(Type, Value)>),
}

/// What is promised about an unknown value.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Refinement {
    pub not_null: bool,
}
