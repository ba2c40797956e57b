//! What Terraform's core demands of a plan and of the result of an apply, and what it proposes. Our
//! own text, from the rules in words. A fault that is found here is a bug in the provider: with real
//! Terraform it reads "Provider produced invalid plan" or "inconsistent result after apply".

use std::collections::BTreeMap;

use hedgehog::diag::Path;
use hedgehog::tf::schema::{Attribute, Block, Mode, NestedBlock, Nesting, Schema, Shape};
use hedgehog::tf::types::Type;
use hedgehog::tf::value::{Refinement, Value};

/// Faults of a plan. `None` stands for null: nothing exists, or nothing shall.
pub fn plan_faults(
    schema: &Schema,
    prior: Option<&Value>,
    config: Option<&Value>,
    planned: Option<&Value>,
) -> Vec<String> {
    let mut faults = Vec::new();
    match (config, planned) {
        (None, None) => {}
        (None, Some(_)) => faults.push("planned for existence, but it is to be destroyed".into()),
        (Some(_), None) => faults.push("planned for absence, but the config wants it".into()),
        (Some(config), Some(planned)) => {
            let prior = prior.unwrap_or(&Value::Null);
            block_plan(
                &schema.block,
                [prior, config, planned],
                &Path::root(),
                &mut faults,
            );
        }
    }
    faults
}

/// Prior, config and planned, at one place.
type Three<'a> = [&'a Value; 3];

fn inside<'a>([prior, config, planned]: Three<'a>, name: &str) -> Three<'a> {
    // Lifetimes: `get` borrows from the value or from a constant.
    [prior.get(name), config.get(name), planned.get(name)]
}

fn block_plan(block: &Block, three: Three<'_>, path: &Path, faults: &mut Vec<String>) {
    object_keys(&block.attributes, &block.blocks, three[2], path, faults);
    for attribute in &block.attributes {
        let path = path.attribute(attribute.name);
        attribute_plan(attribute, inside(three, attribute.name), &path, faults);
    }
    for nested in &block.blocks {
        let path = path.attribute(nested.name);
        let [prior, config, planned] = inside(three, nested.name);
        if planned.is_unknown() {
            faults.push(format!("{path}: a block cannot be unknown"));
            continue;
        }
        if planned.is_null() && nested.nesting != Nesting::Single {
            faults.push(format!("{path}: a list or map of blocks cannot be null"));
            continue;
        }
        each(
            nested.nesting,
            [prior, config, planned],
            &path,
            faults,
            |three, path, faults| {
                block_plan(&nested.block, three, path, faults);
            },
        );
    }
}

fn object_keys(
    attributes: &[Attribute],
    blocks: &[NestedBlock],
    planned: &Value,
    path: &Path,
    faults: &mut Vec<String>,
) {
    let names = attributes
        .iter()
        .map(|a| a.name)
        .chain(blocks.iter().map(|b| b.name));
    let mut missing: Vec<_> = names.collect();
    for key in planned.as_map().into_iter().flat_map(BTreeMap::keys) {
        match missing.iter().position(|name| name == key) {
            Some(at) => drop(missing.remove(at)),
            None => faults.push(format!("{path}: no attribute {key} in the schema")),
        }
    }
    for name in missing {
        faults.push(format!("{path}: attribute {name} is missing"));
    }
}

/// Visits the objects of a nesting whose number and keys the config fixes.
fn each(
    nesting: Nesting,
    [prior, config, planned]: Three<'_>,
    path: &Path,
    faults: &mut Vec<String>,
    mut visit: impl FnMut(Three<'_>, &Path, &mut Vec<String>),
) {
    match nesting {
        Nesting::Single => {
            if config.is_null() != planned.is_null() {
                faults.push(format!("{path}: null in one of config and plan"));
            } else if !config.is_null() {
                visit([prior, config, planned], path, faults);
            }
        }
        Nesting::List => {
            let (wanted, got) = (
                config.as_list().unwrap_or_default(),
                planned.as_list().unwrap_or_default(),
            );
            if wanted.len() != got.len() {
                faults.push(format!(
                    "{path}: {} elements planned for {}",
                    got.len(),
                    wanted.len()
                ));
                return;
            }
            let before = prior.as_list().unwrap_or_default();
            for (index, (config, planned)) in wanted.iter().zip(got).enumerate() {
                let prior = before.get(index).unwrap_or(&Value::Null);
                visit([prior, config, planned], &path.index(index as u64), faults);
            }
        }
        Nesting::Map => {
            let empty = BTreeMap::new();
            let (wanted, got) = (
                config.as_map().unwrap_or(&empty),
                planned.as_map().unwrap_or(&empty),
            );
            if !wanted.keys().eq(got.keys()) {
                faults.push(format!("{path}: other keys planned than configured"));
                return;
            }
            for (key, config) in wanted {
                visit([prior.get(key), config, &got[key]], &path.key(key), faults);
            }
        }
    }
}

fn attribute_plan(attribute: &Attribute, three: Three<'_>, path: &Path, faults: &mut Vec<String>) {
    let [prior, config, planned] = three;
    if same(planned, config) {
        return;
    }
    if same(planned, prior) && !prior.is_null() && !config.is_null() {
        return;
    }
    if attribute.mode.is_computed() && config.is_null() {
        return;
    }
    match &attribute.shape {
        Shape::Nested {
            nesting,
            attributes,
        } if !config.is_unknown() && !config.is_null() && !planned.is_unknown() => {
            each(*nesting, three, path, faults, |three, path, faults| {
                object_keys(attributes, &[], three[2], path, faults);
                for attribute in attributes {
                    let path = path.attribute(attribute.name);
                    attribute_plan(attribute, inside(three, attribute.name), &path, faults);
                }
            });
        }
        Shape::Plain(_) | Shape::Nested { .. } => {
            let why = if attribute.mode == Mode::Computed {
                ""
            } else {
                ", and config says otherwise"
            };
            faults.push(format!(
                "{path}: planned neither as configured nor as before{why}"
            ));
        }
    }
}

/// Equal but for what is promised about unknown values.
fn same(a: &Value, b: &Value) -> bool {
    strip(a) == strip(b)
}

fn strip(value: &Value) -> Value {
    match value {
        Value::Unknown(_) => Value::Unknown(Refinement::default()),
        Value::List(elements) => Value::List(elements.iter().map(strip).collect()),
        Value::Map(entries) => Value::Map(
            entries
                .iter()
                .map(|(key, value)| (key.clone(), strip(value)))
                .collect(),
        ),
        Value::Dynamic(inner) => Value::Dynamic(Box::new((inner.0.clone(), strip(&inner.1)))),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

/// Faults of an apply's result, or of a second plan against the first (then `partly` is true, and
/// what was unknown may still be).
pub fn result_faults(
    schema: &Schema,
    planned: Option<&Value>,
    actual: Option<&Value>,
    partly: bool,
) -> Vec<String> {
    let mut faults = Vec::new();
    match (planned, actual) {
        (None, None) => {}
        (None, Some(_)) => faults.push("it was to be destroyed and is still there".into()),
        (Some(_), None) => faults.push("it was planned and is not there".into()),
        (Some(planned), Some(actual)) => {
            compatible(
                &schema.ty(),
                planned,
                actual,
                &Path::root(),
                partly,
                &mut faults,
            );
        }
    }
    faults
}

fn compatible(
    ty: &Type,
    planned: &Value,
    actual: &Value,
    path: &Path,
    partly: bool,
    faults: &mut Vec<String>,
) {
    if actual.is_unknown() && !(partly && planned.is_unknown()) {
        faults.push(format!("{path}: is unknown"));
        return;
    }
    match (planned, actual, ty) {
        (Value::Unknown(Refinement { not_null: true }), Value::Null, _) => {
            faults.push(format!("{path}: is null, though promised otherwise"));
        }
        (Value::Unknown(_), actual, _) => {
            if !partly && !actual.is_wholly_known() {
                faults.push(format!("{path}: holds something unknown"));
            }
        }
        (Value::List(planned), Value::List(actual), Type::Set(_)) => {
            if !same_sets(planned, actual) {
                faults.push(format!("{path}: elements of the set vanished or appeared"));
            }
        }
        (Value::List(planned), Value::List(actual), ty) => {
            if planned.len() != actual.len() {
                faults.push(format!(
                    "{path}: {} elements became {}",
                    planned.len(),
                    actual.len()
                ));
                return;
            }
            for (index, (planned, actual)) in planned.iter().zip(actual).enumerate() {
                let ty = element(ty, index);
                compatible(
                    &ty,
                    planned,
                    actual,
                    &path.index(index as u64),
                    partly,
                    faults,
                );
            }
        }
        (Value::Map(planned), Value::Map(actual), ty) => {
            if !planned.keys().eq(actual.keys()) {
                faults.push(format!("{path}: keys vanished or appeared"));
                return;
            }
            for (key, planned) in planned {
                let (ty, path) = if let Type::Object(types) = ty {
                    (types[key].clone(), path.attribute(key))
                } else {
                    (element(ty, 0), path.key(key))
                };
                compatible(&ty, planned, &actual[key], &path, partly, faults);
            }
        }
        (Value::Dynamic(planned), Value::Dynamic(actual), _) => {
            if planned.0 == actual.0 || !planned.1.is_wholly_known() {
                compatible(&actual.0, &planned.1, &actual.1, path, partly, faults);
            } else {
                faults.push(format!("{path}: the type changed"));
            }
        }
        (planned, actual, _) => {
            if planned != actual {
                faults.push(format!("{path}: was planned otherwise"));
            }
        }
    }
}

/// Matched in pairs: each of the planned needs one of its own.
fn same_sets(planned: &[Value], actual: &[Value]) -> bool {
    let mut left: Vec<_> = actual.iter().collect();
    let known = planned.iter().filter(|value| value.is_wholly_known());
    let vanished = known.filter(|planned| {
        let found = left.iter().position(|actual| actual == planned);
        found.map(|at| left.remove(at)).is_none()
    });
    vanished.count() == 0 && planned.len() >= actual.len()
}

fn element(ty: &Type, index: usize) -> Type {
    match ty {
        Type::List(element) | Type::Set(element) | Type::Map(element) => (**element).clone(),
        Type::Tuple(types) => types[index].clone(),
        Type::Bool | Type::Number | Type::String | Type::Dynamic | Type::Object(_) => Type::Dynamic,
    }
}

/// What core proposes: the configuration, with prior values where the provider decides.
pub fn proposed(schema: &Schema, prior: Option<&Value>, config: &Value) -> Value {
    propose_block(&schema.block, prior.unwrap_or(&Value::Null), config)
}

fn propose_block(block: &Block, prior: &Value, config: &Value) -> Value {
    if !matches!(config, Value::Map(_)) {
        return config.clone();
    }
    let attributes = propose_attributes(&block.attributes, prior, config);
    let blocks = block.blocks.iter().map(|nested| {
        let (prior, config) = (prior.get(nested.name), config.get(nested.name));
        let propose = |prior: &Value, config: &Value| propose_block(&nested.block, prior, config);
        (
            nested.name.to_owned(),
            propose_each(nested.nesting, prior, config, propose),
        )
    });
    attributes.chain(blocks).collect()
}

fn propose_attributes(
    attributes: &[Attribute],
    prior: &Value,
    config: &Value,
) -> impl Iterator<Item = (String, Value)> {
    attributes
        .iter()
        .map(move |attribute| {
            let (prior, config) = (prior.get(attribute.name), config.get(attribute.name));
            let value = match &attribute.shape {
                _ if config.is_null() && attribute.mode.is_computed() => prior.clone(),
                Shape::Plain(_) => config.clone(),
                Shape::Nested {
                    nesting,
                    attributes,
                } => propose_each(*nesting, prior, config, |prior, config| {
                    if config.as_map().is_none() {
                        return config.clone();
                    }
                    propose_attributes(attributes, prior, config).collect()
                }),
            };
            (attribute.name.to_owned(), value)
        })
        .collect::<Vec<_>>()
        .into_iter()
}

fn propose_each(
    nesting: Nesting,
    prior: &Value,
    config: &Value,
    propose: impl Fn(&Value, &Value) -> Value,
) -> Value {
    match (nesting, config) {
        (Nesting::List, Value::List(elements)) => {
            let before = prior.as_list().unwrap_or_default();
            let prior = |index| before.get(index).unwrap_or(&Value::Null);
            let elements = elements.iter().enumerate();
            elements
                .map(|(index, config)| propose(prior(index), config))
                .collect()
        }
        (Nesting::Map, Value::Map(entries)) => entries
            .iter()
            .map(|(key, config)| (key, propose(prior.get(key), config)))
            .collect(),
        (Nesting::Single, Value::Map(_)) => propose(prior, config),
        (_, other) => other.clone(),
    }
}

mod tests {
    use super::*;

    fn schema() -> Schema {
        let inner = || {
            vec![
                Attribute::optional("o", Type::String, "."),
                Attribute::computed("c", Type::String, "."),
            ]
        };
        let attributes = vec![
            Attribute::optional("name", Type::String, "."),
            Attribute::optional_computed("size", Type::Number, "."),
            Attribute::computed("id", Type::String, "."),
            Attribute::optional("set", Type::set(Type::String), "."),
            Attribute::nested("map", Mode::Optional, Nesting::Map, inner(), "."),
        ];
        let block = Block {
            attributes: inner(),
            blocks: Vec::new(),
        };
        let nested = NestedBlock {
            name: "b",
            nesting: Nesting::List,
            description: ".",
            block,
        };
        Schema {
            version: 0,
            description: ".",
            block: Block {
                attributes,
                blocks: vec![nested],
            },
        }
    }

    fn full(pairs: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
        let mut value: Value = pairs.into_iter().collect();
        schema().block.complete(&mut value);
        value
    }

    #[expect(clippy::needless_pass_by_value, reason = "shorter to call")]
    fn plan(prior: Option<Value>, config: Value, planned: Value) -> Vec<String> {
        plan_faults(&schema(), prior.as_ref(), Some(&config), Some(&planned))
    }

    #[test]
    fn a_plan_follows_config_or_prior_or_is_the_providers() {
        let config = full([("name", "a".into())]);
        let unknown = full([
            ("name", "a".into()),
            ("id", Value::unknown()),
            ("size", 1.into()),
        ]);
        assert!(plan(None, config.clone(), unknown).is_empty());
        let prior = full([("name", "A".into())]);
        assert!(plan(Some(prior.clone()), config.clone(), prior).is_empty());
        let other = full([("name", "b".into())]);
        assert_eq!(plan(None, config.clone(), other).len(), 1);
        let default = full([("name", "a".into()), ("set", Vec::<String>::new().into())]);
        assert_eq!(plan(None, config, default).len(), 1);
        let sized = full([("size", 3.into())]);
        assert_eq!(plan(None, sized, full([("size", 4.into())])).len(), 1);
    }

    #[test]
    fn a_plan_keeps_keys_and_counts() {
        let entry = |c: Value| Value::object([("o", "x".into()), ("c", c)]);
        let map = |c| Value::object([("k", entry(c))]);
        let config = full([("map", map(Value::Null))]);
        assert!(plan(None, config.clone(), full([("map", map(Value::unknown()))])).is_empty());
        let renamed = Value::object([("l", entry(Value::Null))]);
        assert_eq!(
            plan(None, config.clone(), full([("map", renamed)])).len(),
            1
        );
        assert_eq!(
            plan(None, config, full([("map", Value::unknown())])).len(),
            1
        );

        let block = |c| Value::List(vec![entry(c)]);
        let config = full([("b", block(Value::Null))]);
        assert!(plan(None, config.clone(), full([("b", block("new".into()))])).is_empty());
        assert_eq!(plan(None, config.clone(), full([])).len(), 1);
        assert_eq!(plan(None, config, full([]).with("b", Value::Null)).len(), 1);
    }

    #[test]
    fn existence_follows_config() {
        let some = full([]);
        assert_eq!(plan_faults(&schema(), None, Some(&some), None).len(), 1);
        assert_eq!(
            plan_faults(&schema(), Some(&some), None, Some(&some)).len(),
            1
        );
        assert!(plan_faults(&schema(), Some(&some), None, None).is_empty());
        assert_eq!(
            plan(None, some.clone(), some.clone().with("extra", 1)).len(),
            1
        );
        assert_eq!(
            plan(None, some, Value::object([])).len(),
            7,
            "six are missing, one of them a block"
        );
    }

    #[test]
    fn a_result_is_what_was_planned_and_known() {
        let faults = |planned: Value, actual: Value| {
            result_faults(&schema(), Some(&planned), Some(&actual), false)
        };
        let planned = full([("name", "a".into()), ("id", Value::unknown_not_null())]);
        let with_id = |id: Value| full([("name", "a".into()), ("id", id)]);
        assert!(faults(planned.clone(), with_id("1".into())).is_empty());
        assert_eq!(faults(planned.clone(), with_id(Value::Null)).len(), 1);
        assert_eq!(faults(planned.clone(), with_id(Value::unknown())).len(), 1);
        assert_eq!(
            faults(planned, full([("name", "b".into()), ("id", "1".into())])).len(),
            1
        );
        let set =
            |names: &[&str]| full([("set", names.iter().map(|name| Value::from(*name)).collect())]);
        assert!(faults(set(&["a", "b"]), set(&["b", "a"])).is_empty());
        assert_eq!(faults(set(&["a", "b"]), set(&["a"])).len(), 1);
        assert_eq!(faults(set(&["a"]), set(&["a", "b"])).len(), 1);
        let map = |key: &'static str| {
            full([(
                "map",
                Value::object([(key, Value::object([("o", Value::Null), ("c", Value::Null)]))]),
            )])
        };
        assert!(faults(map("k"), map("k")).is_empty());
        assert_eq!(faults(map("k"), map("l")).len(), 1);
    }

    #[test]
    fn what_is_proposed_has_prior_values_where_the_provider_decides() {
        let prior = full([("id", "1".into()), ("size", 3.into()), ("name", "a".into())]);
        let proposal = proposed(&schema(), Some(&prior), &full([("name", "b".into())]));
        assert_eq!(
            proposal,
            full([("id", "1".into()), ("size", 3.into()), ("name", "b".into())])
        );
        assert_eq!(proposed(&schema(), None, &full([])), full([]));
    }
}
