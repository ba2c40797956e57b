//! The one definition of an attribute: type, mode, words.

use super::types::Type;

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
}
