//! The arguments and results that both kinds of types have.

use std::collections::BTreeMap;

use crate::diag::{Diagnostic, Path};
use crate::provider::decode::{Findings, Object};
use crate::reconcile::types::{Template, TypeSpec};
use crate::tf::schema::{Attribute, Block, NestedBlock, Nesting};
use crate::tf::types::Type;
use crate::tf::value::Value;

pub(super) fn results() -> Vec<Attribute> {
    vec![
        Attribute::computed("id", Type::Number, "NetBox id."),
        Attribute::computed(
            "ref",
            Type::String,
            "How classes refer to it: `manufacturer/name`. Not known before the type exists, so that \
             what refers to it waits for it.",
        ),
        Attribute::computed(
            "adopted",
            Type::Bool,
            "NetBox had it already, or another Terraform state made it: it is never changed or deleted.",
        ),
        // Not in the private part of the state: Terraform drops that when the provider dies during an apply.
        Attribute::computed(
            "owner",
            Type::String,
            "The mark of what this state makes: `hedgehog_owner` of the type in NetBox.",
        ),
        Attribute::computed(
            "in_sync",
            Type::Bool,
            "Its fields and templates were as wished at the last look.",
        ),
    ]
}

pub(super) fn interfaces_block() -> NestedBlock {
    let attributes = vec![
        Attribute::required(
            "type",
            Type::String,
            "NetBox interface type, `400gbase-x-osfp`.",
        ),
        Attribute::optional("mgmt_only", Type::Bool, "Carries no data. Default: false."),
    ];
    NestedBlock {
        name: "interface",
        nesting: Nesting::Map,
        description: "An interface that every new device or module of the type gets, by name.",
        block: Block {
            attributes,
            blocks: Vec::new(),
        },
    }
}

/// The argument that asks for bays. A device gets its bays one by one when it is made, so that they
/// are not had for nothing.
pub fn optic_bays_argument() -> Attribute {
    Attribute::optional(
        "optic_bays",
        Type::Bool,
        "A module bay for the optic of each port: of a device type called as the port, of a module type \
         `cage-0`, `cage-1`, .. Default: false; a plan then makes the bays of the cages that carry optics.",
    )
}

/// The type, with bays where they are asked for.
pub fn with_bays(mut spec: TypeSpec, arguments: &Object<'_>, findings: &mut Findings) -> TypeSpec {
    if arguments.flag("optic_bays", findings) == Some(true) {
        spec.bays = spec.optic_bays();
    }
    spec
}

/// The same in a state.
pub fn interfaces_value(interfaces: &BTreeMap<String, Template>) -> Value {
    let block = |template: &Template| {
        let mgmt_only = if template.mgmt_only {
            Value::Bool(true)
        } else {
            Value::Null
        };
        Value::object([
            ("type", template.interface_type.as_str().into()),
            ("mgmt_only", mgmt_only),
        ])
    };
    let blocks = interfaces.iter();
    Value::Map(
        blocks
            .map(|(name, template)| (name.clone(), block(template)))
            .collect(),
    )
}

/// The `interface` blocks.
pub fn interfaces(
    arguments: &Object<'_>,
    findings: &mut Findings,
) -> Option<BTreeMap<String, Template>> {
    let blocks = arguments
        .members("interface", findings)
        .into_iter()
        .map(|(name, block)| {
            let template = Template {
                interface_type: block.required_text("type", findings)?,
                mgmt_only: block.flag("mgmt_only", findings).unwrap_or(false),
            };
            Some((name, template))
        });
    blocks.collect()
}

/// An error at one argument.
pub fn fault(findings: &mut Findings, argument: &str, summary: &str, detail: String) {
    let path = Path::root().attribute(argument);
    findings
        .diagnostics
        .push(Diagnostic::error(summary, detail).at(path));
}
