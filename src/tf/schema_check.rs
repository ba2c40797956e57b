//! What follows from the schema alone: that required attributes are there, and that nobody sets what
//! only the provider may set. Core checks this too, but hosts are not all core.

use super::schema::{Attribute, Block, Mode, Nesting, Schema, Shape};
use super::value::Value;
use crate::diag::{Diagnostic, Diagnostics, Path};

impl Schema {
    /// Faults of a configuration, unknown values being none.
    pub fn validate(&self, config: &Value) -> Diagnostics {
        let mut found = Diagnostics::new();
        block(&self.block, config, &Path::root(), &mut found);
        found
    }
}

fn block(block: &Block, value: &Value, path: &Path, found: &mut Diagnostics) {
    if value.is_null() || value.is_unknown() {
        return;
    }
    attributes(&block.attributes, value, path, found);
    for nested in &block.blocks {
        let path = path.attribute(nested.name);
        each(
            nested.nesting,
            value.get(nested.name),
            &path,
            |value, path| {
                self::block(&nested.block, value, path, found);
            },
        );
    }
}

fn attributes(attributes: &[Attribute], value: &Value, path: &Path, found: &mut Diagnostics) {
    if value.is_null() || value.is_unknown() {
        return;
    }
    for attribute in attributes {
        let value = value.get(attribute.name);
        let path = path.attribute(attribute.name);
        match attribute.mode {
            Mode::Required if value.is_null() => found.push(
                Diagnostic::error(
                    "A required argument is missing",
                    format!("{path} must be set."),
                )
                .at(path.clone()),
            ),
            Mode::Computed if !value.is_null() => found.push(
                Diagnostic::error(
                    "A computed attribute cannot be set",
                    format!("The provider decides {path}; remove it from the configuration."),
                )
                .at(path.clone()),
            ),
            Mode::Required | Mode::Optional | Mode::Computed | Mode::OptionalComputed => {}
        }
        if let (
            Shape::Nested {
                nesting,
                attributes,
            },
            true,
        ) = (&attribute.shape, attribute.mode.is_configurable())
        {
            each(*nesting, value, &path, |value, path| {
                self::attributes(attributes, value, path, found);
            });
        }
    }
}

/// The objects under a nesting.
fn each(nesting: Nesting, value: &Value, path: &Path, mut visit: impl FnMut(&Value, &Path)) {
    match nesting {
        Nesting::Single => visit(value, path),
        Nesting::List => {
            for (index, element) in (0..).zip(value.as_list().unwrap_or_default()) {
                visit(element, &path.index(index));
            }
        }
        Nesting::Map => {
            for (key, element) in value.as_map().into_iter().flatten() {
                visit(element, &path.key(key));
            }
        }
    }
}
