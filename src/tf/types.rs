//! Type constraints and their JSON form. A wrong type string crashes Terraform itself, so it cannot
//! be built here.

use std::collections::BTreeMap;

use serde_json::Value as Json;

/// Deeper types are refused when read.
pub(crate) const DEPTH_MAX: usize = 64;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    Bool,
    Number,
    String,
    Dynamic,
    List(Box<Self>),
    Set(Box<Self>),
    Map(Box<Self>),
    Tuple(Vec<Self>),
    Object(BTreeMap<String, Self>),
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

    pub fn to_json(&self) -> Json {
        match self {
            Self::Bool => "bool".into(),
            Self::Number => "number".into(),
            Self::String => "string".into(),
            Self::Dynamic => "dynamic".into(),
            Self::List(element) => Json::Array(vec!["list".into(), element.to_json()]),
            Self::Set(element) => Json::Array(vec!["set".into(), element.to_json()]),
            Self::Map(element) => Json::Array(vec!["map".into(), element.to_json()]),
            Self::Tuple(elements) => Json::Array(vec![
                "tuple".into(),
                elements.iter().map(Self::to_json).collect(),
            ]),
            Self::Object(attributes) => {
                let attributes = attributes
                    .iter()
                    .map(|(n, t)| (n.clone(), t.to_json()))
                    .collect();
                Json::Array(vec!["object".into(), Json::Object(attributes)])
            }
        }
    }

    /// The bytes that stand in schemas and before dynamic values.
    pub fn to_json_bytes(&self) -> Vec<u8> {
        self.to_json().to_string().into_bytes()
    }

    /// `None` if it is no type constraint, or nests too deep.
    pub fn from_json(json: &Json) -> Option<Self> {
        Self::from_json_within(json, DEPTH_MAX)
    }

    fn from_json_within(json: &Json, depth: usize) -> Option<Self> {
        let depth = depth.checked_sub(1)?;
        if let Some(name) = json.as_str() {
            return match name {
                "bool" => Some(Self::Bool),
                "number" => Some(Self::Number),
                "string" => Some(Self::String),
                "dynamic" => Some(Self::Dynamic),
                _ => None,
            };
        }
        let parts = json.as_array()?;
        let (kind, inner) = (parts.first()?.as_str()?, parts.get(1)?);
        let element = || Self::from_json_within(inner, depth);
        match (kind, parts.len()) {
            ("list", 2) => Some(Self::list(element()?)),
            ("set", 2) => Some(Self::set(element()?)),
            ("map", 2) => Some(Self::map(element()?)),
            ("tuple", 2) => {
                let elements = inner.as_array()?.iter();
                Some(Self::Tuple(
                    elements
                        .map(|e| Self::from_json_within(e, depth))
                        .collect::<Option<_>>()?,
                ))
            }
            // A third part names optional attributes; they are attributes all the same.
            ("object", 2 | 3) => {
                let attributes = inner.as_object()?.iter();
                let typed = |(name, json): (&String, &Json)| {
                    Some((name.clone(), Self::from_json_within(json, depth)?))
                };
                Some(Self::Object(attributes.map(typed).collect::<Option<_>>()?))
            }
            _ => None,
        }
    }
}
