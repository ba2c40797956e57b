//! The two classes as Terraform sees them. One definition serves the blocks of the class resources
//! and the nested attributes of the plan, so that a class resource can be passed as it stands.
//!
//! To add an argument to a class: one line in its `arguments` (or in one of its members), one in its
//! `decode`.

mod custom_profile;
pub mod server;
pub mod switch;

use super::decode::{Findings, Object};
use crate::tf::schema::{Attribute, Block, Mode, NestedBlock, Nesting, Shape};
use crate::tf::types::Type;

/// A part of a class that comes several times, or once, with arguments of its own.
#[derive(Debug)]
pub struct Member {
    pub name: &'static str,
    pub nesting: Nesting,
    pub description: &'static str,
    pub arguments: Vec<Attribute>,
    /// Parts of the part.
    pub members: Vec<Self>,
}

impl Member {
    /// As it is written in a class resource: `zone "servers" { .. }`.
    fn block(self) -> NestedBlock {
        NestedBlock {
            name: self.name,
            nesting: self.nesting,
            description: self.description,
            block: Block {
                attributes: self.arguments,
                blocks: blocks(self.members),
            },
        }
    }

    /// As it is written inside the plan: `zone = { servers = { .. } }`.
    fn attribute(self) -> Attribute {
        Attribute {
            name: self.name,
            mode: Mode::Optional,
            shape: Shape::Nested {
                nesting: self.nesting,
                attributes: attributes(self.arguments, self.members),
            },
            description: self.description,
            sensitive: false,
        }
    }
}

/// The blocks of a class resource.
pub fn blocks(members: Vec<Member>) -> Vec<NestedBlock> {
    members.into_iter().map(Member::block).collect()
}

/// Arguments and members side by side.
fn attributes(arguments: Vec<Attribute>, members: Vec<Member>) -> Vec<Attribute> {
    let members = members.into_iter().map(Member::attribute);
    arguments.into_iter().chain(members).collect()
}

/// A text that has to be there; empty where it could not be read, which is noted.
fn required(object: &Object<'_>, name: &str, findings: &mut Findings) -> String {
    object.required_text(name, findings).unwrap_or_default()
}

/// A map of classes by name, as the plan takes it.
pub fn map_of_classes(
    name: &'static str,
    description: &'static str,
    arguments: Vec<Attribute>,
    members: Vec<Member>,
) -> Attribute {
    let own = Attribute::optional(
        "name",
        Type::String,
        "Name of the class: the same as its key.",
    );
    let attributes = std::iter::once(own)
        .chain(attributes(arguments, members))
        .collect();
    Attribute {
        name,
        mode: Mode::Required,
        shape: Shape::Nested {
            nesting: Nesting::Map,
            attributes,
        },
        description,
        sensitive: false,
    }
}
