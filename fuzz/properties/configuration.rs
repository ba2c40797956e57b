//! What Terraform makes of an imported configuration, as `terraform show -json` would print it: as much
//! of HCL as `import` writes, read by a parser that is not ours.

use std::collections::BTreeMap;

use hcl_edit::expr::{Expression, ObjectKey, TraversalOperator};
use hcl_edit::structure::{Block, Body};
use hedgehog::fabric::design::Design;
use hedgehog::provider::shown::topology_plan;
use serde_json::{Map, Value};

/// Resources by `type.name`.
type Resources = BTreeMap<String, Map<String, Value>>;

/// Name and design of the plan. `None`: the provider refuses the configuration.
pub fn shown(files: &[(&str, String)]) -> Option<(String, Design)> {
    let bodies: Vec<Body> = files
        .iter()
        .map(|(name, text)| parsed(name, text))
        .collect();
    let mut resources = Resources::new();
    // The plan comes first in its file and refers to the classes.
    for block in bodies.iter().rev().flat_map(Body::blocks) {
        if let [kind, name] = &block.labels[..] {
            let address = format!("{}.{}", kind.as_str(), name.as_str());
            let values = members(&block.body, &resources);
            let other = resources.insert(address.clone(), values);
            assert!(other.is_none(), "{address} is there twice");
        }
    }
    let plan = resources.remove("hedgehog_topology_plan.this");
    let plan = Value::Object(plan.expect("the plan is a resource"));
    let shown = topology_plan(&plan, &Value::Null).expect("values of a plan");
    Some((shown.name, shown.design?))
}

fn parsed(name: &str, text: &str) -> Body {
    let body = text.parse();
    body.unwrap_or_else(|error| panic!("{name} does not parse: {error}\n{text}"))
}

/// Arguments and blocks. Blocks with a label are members of a map.
fn members(body: &Body, resources: &Resources) -> Map<String, Value> {
    let mut members = Map::new();
    for attribute in body.attributes() {
        let value = value(&attribute.value, resources);
        members.insert(attribute.key.as_str().to_owned(), value);
    }
    for block in body.blocks() {
        put(&mut members, block, resources);
    }
    members
}

fn put(members: &mut Map<String, Value>, block: &Block, resources: &Resources) {
    let value = Value::Object(self::members(&block.body, resources));
    let name = block.ident.as_str().to_owned();
    let Some(label) = block.labels.first() else {
        members.insert(name, value);
        return;
    };
    let of_kind = members.entry(name).or_insert_with(|| Map::new().into());
    let of_kind = of_kind.as_object_mut().expect("blocks of one kind");
    let other = of_kind.insert(label.as_str().to_owned(), value);
    assert!(other.is_none(), "{} is there twice", label.as_str());
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "what else HCL has is not for us to list"
)]
fn value(expression: &Expression, resources: &Resources) -> Value {
    match expression {
        Expression::String(text) => Value::String(text.as_str().to_owned()),
        Expression::Bool(truth) => Value::Bool(*truth.value()),
        Expression::Number(number) => number.to_string().parse().expect("a number"),
        Expression::Array(elements) => elements
            .iter()
            .map(|element| value(element, resources))
            .collect(),
        Expression::Object(entries) => {
            let entries = entries.iter();
            entries
                .map(|(key, entry)| (name(key), value(entry.expr(), resources)))
                .collect()
        }
        Expression::Traversal(reference) => {
            let kind = reference.expr.as_variable().expect("a name");
            // The `.ref` of a type says what NetBox calls it, which decides nothing.
            let ([operator] | [operator, _]) = &reference.operators[..] else {
                panic!("{reference:?}")
            };
            let TraversalOperator::GetAttr(name) = operator.value() else {
                panic!("{reference:?}")
            };
            if kind.as_str() == "var" {
                return Value::String(name.as_str().to_owned());
            }
            let address = format!("{}.{}", kind.as_str(), name.as_str());
            let resource = &resources[&address];
            if reference.operators.len() > 1 {
                return Value::String(address);
            }
            Value::Object(resource.clone())
        }
        // Not written by `import`; a template would be a text that was not escaped.
        other => panic!("{other:?}"),
    }
}

fn name(key: &ObjectKey) -> String {
    match key {
        ObjectKey::Ident(name) => name.as_str().to_owned(),
        ObjectKey::Expression(key) => key.as_str().expect("a text").to_owned(),
    }
}
