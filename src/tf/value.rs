//! Terraform values, decoded once at the border of a request.

use std::collections::BTreeMap;

use unicode_normalization::{UnicodeNormalization, is_nfc_quick};

use super::number::Number;
use super::types::Type;
use crate::diag::{Path, Step};

/// A value of any Terraform type. Objects and maps, and lists, sets and tuples, look alike here:
/// the schema's [`Type`] tells them apart.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Value {
    #[default]
    Null,
    /// Not known yet; the refinement says what is promised about it.
    Unknown(Refinement),
    Bool(bool),
    Number(Number),
    String(String),
    List(Vec<Self>),
    Map(BTreeMap<String, Self>),
    /// A value of a dynamic attribute, with the type it has this time.
    Dynamic(Box<(Type, Self)>),
}

/// What is promised about an unknown value.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Refinement {
    pub not_null: bool,
}

static NULL: Value = Value::Null;

impl Value {
    /// Unknown, and nothing promised.
    pub fn unknown() -> Self {
        Self::Unknown(Refinement::default())
    }

    /// Unknown, but never null: conditions in a user's configuration can be decided by it.
    pub fn unknown_not_null() -> Self {
        Self::Unknown(Refinement { not_null: true })
    }

    /// An object with these attributes. Attributes that the schema has and this lacks are null when
    /// it is sent.
    pub fn object<const N: usize>(attributes: [(&str, Self); N]) -> Self {
        attributes.into_iter().collect()
    }

    pub fn is_null(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Dynamic(inner) => inner.1.is_null(),
            Self::Unknown(_)
            | Self::Bool(_)
            | Self::Number(_)
            | Self::String(_)
            | Self::List(_)
            | Self::Map(_) => false,
        }
    }

    pub fn is_unknown(&self) -> bool {
        match self {
            Self::Unknown(_) => true,
            Self::Dynamic(inner) => inner.1.is_unknown(),
            Self::Null
            | Self::Bool(_)
            | Self::Number(_)
            | Self::String(_)
            | Self::List(_)
            | Self::Map(_) => false,
        }
    }

    /// Whether neither it nor anything in it is unknown.
    pub fn is_wholly_known(&self) -> bool {
        match self {
            Self::Unknown(_) => false,
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) => true,
            Self::List(elements) => elements.iter().all(Self::is_wholly_known),
            Self::Map(entries) => entries.values().all(Self::is_wholly_known),
            Self::Dynamic(inner) => inner.1.is_wholly_known(),
        }
    }

    /// The attribute or entry; null where there is none.
    pub fn get(&self, name: &str) -> &Self {
        self.as_map()
            .and_then(|entries| entries.get(name))
            .unwrap_or(&NULL)
    }

    /// What a path leads to; `None` where it leads nowhere.
    pub fn at(&self, path: &Path) -> Option<&Self> {
        path.steps()
            .iter()
            .try_fold(self, |value, step| match step {
                Step::Attribute(name) | Step::Key(name) => value.as_map()?.get(name),
                Step::Index(index) => value.as_list()?.get(usize::try_from(*index).ok()?),
            })
    }

    /// Sets an attribute of an object; null becomes an object first. Anything else is left alone.
    pub fn set(&mut self, name: &str, value: Self) {
        if matches!(self, Self::Null) {
            *self = Self::Map(BTreeMap::new());
        }
        if let Self::Map(entries) = self {
            entries.insert(name.to_owned(), value);
        }
    }

    /// [`Value::set`], for building.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Self>) -> Self {
        self.set(name, value.into());
        self
    }

    pub fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(value) = self {
            Some(*value)
        } else {
            None
        }
    }

    pub fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self {
            Some(text)
        } else {
            None
        }
    }

    pub fn as_number(&self) -> Option<&Number> {
        if let Self::Number(number) = self {
            Some(number)
        } else {
            None
        }
    }

    /// `None` also for numbers that are no integer or do not fit.
    pub fn as_i64(&self) -> Option<i64> {
        self.as_number()?.as_i64()
    }

    pub fn as_u32(&self) -> Option<u32> {
        self.as_number()?.as_u32()
    }

    pub fn as_u64(&self) -> Option<u64> {
        self.as_number()?.as_u64()
    }

    pub fn as_list(&self) -> Option<&[Self]> {
        if let Self::List(elements) = self {
            Some(elements)
        } else {
            None
        }
    }

    /// Entries of a map or attributes of an object.
    pub fn as_map(&self) -> Option<&BTreeMap<String, Self>> {
        if let Self::Map(entries) = self {
            Some(entries)
        } else {
            None
        }
    }
}

/// Terraform compares strings after this normalisation, so ours are normalised at the border.
pub(crate) fn normalised(text: &str) -> std::borrow::Cow<'_, str> {
    if text.is_ascii() {
        return text.into();
    }
    match is_nfc_quick(text.chars()) {
        unicode_normalization::IsNormalized::Yes => text.into(),
        unicode_normalization::IsNormalized::No | unicode_normalization::IsNormalized::Maybe => {
            text.nfc().collect::<String>().into()
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(normalised(text).into_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        if text.is_ascii() {
            Self::String(text)
        } else {
            text.as_str().into()
        }
    }
}

impl From<Number> for Value {
    fn from(number: Number) -> Self {
        Self::Number(number)
    }
}

macro_rules! from_integers {
    ($($integer:ty),*) => {$(
        impl From<$integer> for Value {
            fn from(integer: $integer) -> Self {
                Self::Number(integer.into())
            }
        }
    )*};
}
from_integers!(i32, i64, u16, u32, u64, usize);

impl<T: Into<Self>> From<Vec<T>> for Value {
    fn from(elements: Vec<T>) -> Self {
        elements.into_iter().collect()
    }
}

/// `None` is null.
impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl<T: Into<Self>> From<BTreeMap<String, T>> for Value {
    fn from(entries: BTreeMap<String, T>) -> Self {
        entries.into_iter().collect()
    }
}

impl<T: Into<Self>> FromIterator<T> for Value {
    fn from_iter<I: IntoIterator<Item = T>>(elements: I) -> Self {
        Self::List(elements.into_iter().map(Into::into).collect())
    }
}

impl<K: Into<String>, T: Into<Self>> FromIterator<(K, T)> for Value {
    fn from_iter<I: IntoIterator<Item = (K, T)>>(entries: I) -> Self {
        Self::Map(
            entries
                .into_iter()
                .map(|(k, v)| (k.into(), v.into()))
                .collect(),
        )
    }
}
