//! The one definition of an attribute: type, mode, words.

use std::collections::BTreeMap;

use super::types::Type;
use super::value::Value;

#[derive(Debug, Clone)]
pub struct Schema {
    /// Raised when old states need an upgrade.
    pub version: i64,
    pub description: &'static str,
    pub block: Block,
}

#[derive(Debug, Clone, Default)]
pub struct Block {
    pub attributes: Vec<Attribute>,
    pub blocks: Vec<NestedBlock>,
}

#[derive(Debug, Clone)]
pub struct Attribute {
    pub name: &'static str,
    pub mode: Mode,
    pub shape: Shape,
    pub description: &'static str,
    pub sensitive: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Required,
    Optional,
    Computed,
    /// Set by the user, or by us when left out.
    OptionalComputed,
}

#[derive(Debug, Clone)]
pub enum Shape {
    Plain(Type),
    Nested {
        nesting: Nesting,
        attributes: Vec<Attribute>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nesting {
    Single,
    List,
    Map,
}

/// A block inside a resource: `zone "servers" { .. }` (map) or `redundancy { .. }` (single).
#[derive(Debug, Clone)]
pub struct NestedBlock {
    pub name: &'static str,
    pub nesting: Nesting,
    pub description: &'static str,
    pub block: Block,
}

impl Attribute {
    pub fn required(name: &'static str, ty: Type, description: &'static str) -> Self {
        Self::plain(name, Mode::Required, ty, description)
    }

    pub fn optional(name: &'static str, ty: Type, description: &'static str) -> Self {
        Self::plain(name, Mode::Optional, ty, description)
    }

    pub fn computed(name: &'static str, ty: Type, description: &'static str) -> Self {
        Self::plain(name, Mode::Computed, ty, description)
    }

    pub fn optional_computed(name: &'static str, ty: Type, description: &'static str) -> Self {
        Self::plain(name, Mode::OptionalComputed, ty, description)
    }

    pub fn nested(
        name: &'static str,
        mode: Mode,
        nesting: Nesting,
        attributes: Vec<Self>,
        description: &'static str,
    ) -> Self {
        let shape = Shape::Nested {
            nesting,
            attributes,
        };
        Self {
            name,
            mode,
            shape,
            description,
            sensitive: false,
        }
    }

    fn plain(name: &'static str, mode: Mode, ty: Type, description: &'static str) -> Self {
        Self {
            name,
            mode,
            shape: Shape::Plain(ty),
            description,
            sensitive: false,
        }
    }

    #[must_use]
    pub fn sensitive(mut self) -> Self {
        self.sensitive = true;
        self
    }

    /// The type of its value.
    pub fn ty(&self) -> Type {
        match &self.shape {
            Shape::Plain(ty) => ty.clone(),
            Shape::Nested {
                nesting,
                attributes,
            } => {
                let object = attributes
                    .iter()
                    .map(|a| (a.name.to_owned(), a.ty()))
                    .collect();
                nesting.around(Type::Object(object))
            }
        }
    }
}

impl Mode {
    /// Whether the provider may decide the value.
    pub fn is_computed(self) -> bool {
        match self {
            Self::Computed | Self::OptionalComputed => true,
            Self::Required | Self::Optional => false,
        }
    }

    /// Whether a user may set the value.
    pub fn is_configurable(self) -> bool {
        self != Self::Computed
    }
}

impl Nesting {
    fn around(self, object: Type) -> Type {
        match self {
            Self::Single => object,
            Self::List => Type::list(object),
            Self::Map => Type::map(object),
        }
    }
}

impl Schema {
    /// The type of a whole resource.
    pub fn ty(&self) -> Type {
        self.block.ty()
    }
}

impl Block {
    /// The object that a block becomes: attributes and nested blocks side by side.
    pub fn ty(&self) -> Type {
        let attributes = self.attributes.iter().map(|a| (a.name.to_owned(), a.ty()));
        let blocks = self
            .blocks
            .iter()
            .map(|b| (b.name.to_owned(), b.nesting.around(b.block.ty())));
        Type::Object(attributes.chain(blocks).collect())
    }

    /// Puts in what Terraform wants to see where nothing is said: null attributes, and empty lists
    /// and maps of blocks. Leaves null and unknown objects alone.
    pub fn complete(&self, value: &mut Value) {
        let Value::Map(entries) = value else { return };
        for attribute in &self.attributes {
            if !entries.contains_key(attribute.name) {
                entries.insert(attribute.name.to_owned(), Value::Null);
            }
        }
        for nested in &self.blocks {
            let entry = entries.entry(nested.name.to_owned()).or_insert(Value::Null);
            match (nested.nesting, &mut *entry) {
                (Nesting::List, Value::Null) => *entry = Value::List(Vec::new()),
                (Nesting::Map, Value::Null) => *entry = Value::Map(BTreeMap::new()),
                (Nesting::Single, inner) => nested.block.complete(inner),
                (Nesting::List, Value::List(elements)) => {
                    for element in elements {
                        nested.block.complete(element);
                    }
                }
                (Nesting::Map, Value::Map(elements)) => {
                    for element in elements.values_mut() {
                        nested.block.complete(element);
                    }
                }
                (Nesting::List | Nesting::Map, _) => {}
            }
        }
    }
}
