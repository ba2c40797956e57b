//! Type constraints and their JSON form. A wrong type string crashes Terraform itself, so it cannot
//! be built here.

use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    Bool,
    Number,
    String,
    Dynamic,
    List(Box<Type>),
    Set(Box<Type>),
    Map(Box<Type>),
    Tuple(Vec<Type>),
    Object(BTreeMap<String, Type>),
}

impl Type {
    pub fn list(element: Self) -> Self {
        Self::List(Box::new(element))
    }

    pub fn set(element: Self) -> Self {
        Self::Set(Box::new(element))
    }

    pub fn map(element: Self) -> Self {
        Self::Map(Box::new(element))
    }

    pub fn object<const N: usize>(attributes: [(&str, Self); N]) -> Self {
        Self::Object(
            attributes
                .into_iter()
                .map(|(n, t)| (n.to_owned(), t))
                .collect(),
        )
    }
}
