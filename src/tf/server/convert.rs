//! Our types to messages of the protocol. Nothing else builds them.

use tonic::Status;

use crate::diag::{Diagnostic, Diagnostics, Path, Severity, Step};
use crate::tf::function::{FunctionError, Parameter, Signature};
use crate::tf::proto::tfplugin6 as pb;
use crate::tf::schema::{Attribute, Block, Mode, NestedBlock, Nesting, Schema, Shape};
use crate::tf::secrets::hidden;
use crate::tf::types::Type;
use crate::tf::value::Value;
use crate::tf::{ValueError, json, msgpack};

/// The value in a request; nothing at all is null. `what` is for the message only.
pub(super) fn decode(
    value: Option<&pb::DynamicValue>,
    ty: &Type,
    what: &str,
) -> Result<Value, Status> {
    let Some(pb::DynamicValue { msgpack, json }) = value else {
        return Ok(Value::Null);
    };
    let decoded = if !msgpack.is_empty() {
        msgpack::decode(msgpack, ty)
    } else if !json.is_empty() {
        let json = serde_json::from_slice(json)
            .map_err(|error| Status::invalid_argument(format!("{what}: {error}")))?;
        json::from_json(&json, ty)
    } else {
        Ok(Value::Null)
    };
    decoded.map_err(|error| Status::invalid_argument(format!("{what}: {error}")))
}

/// [`decode`], with null as `None`.
pub(super) fn decode_some(
    value: Option<&pb::DynamicValue>,
    ty: &Type,
    what: &str,
) -> Result<Option<Value>, Status> {
    Ok(Some(decode(value, ty, what)?).filter(|value| !value.is_null()))
}

pub(super) fn encode(value: &Value, ty: &Type) -> Result<pb::DynamicValue, ValueError> {
    Ok(pb::DynamicValue {
        msgpack: msgpack::encode(value, ty)?,
        json: Vec::new(),
    })
}

/// What follows where an answer does not fit its own schema.
pub(super) fn misfit(error: &ValueError) -> Diagnostic {
    let detail = format!(
        "The provider made a value that does not fit its own schema. This is a bug in the provider, \
         please report it. {error}."
    );
    Diagnostic::error("The provider made a wrong value", detail)
}

pub(super) fn diagnostics(diagnostics: Diagnostics) -> Vec<pb::Diagnostic> {
    diagnostics.into_iter().map(diagnostic).collect()
}

pub(super) fn diagnostic(diagnostic: Diagnostic) -> pb::Diagnostic {
    let Diagnostic {
        severity,
        summary,
        detail,
        path,
    } = diagnostic;
    let severity = match severity {
        Severity::Error => pb::diagnostic::Severity::Error,
        Severity::Warning => pb::diagnostic::Severity::Warning,
    };
    let attribute = path.as_ref().map(attribute_path);
    pb::Diagnostic {
        severity: severity.into(),
        summary: hidden(&summary).into_owned(),
        detail: hidden(&detail).into_owned(),
        attribute,
    }
}

pub(super) fn attribute_path(path: &Path) -> pb::AttributePath {
    use pb::attribute_path::step::Selector;
    let selector = |step: &Step| match step {
        Step::Attribute(name) => Selector::AttributeName(name.clone()),
        Step::Key(key) => Selector::ElementKeyString(key.clone()),
        Step::Index(index) => Selector::ElementKeyInt(i64::try_from(*index).unwrap_or(i64::MAX)),
    };
    let steps = path.steps().iter();
    let steps = steps.map(|step| pb::attribute_path::Step {
        selector: Some(selector(step)),
    });
    pb::AttributePath {
        steps: steps.collect(),
    }
}

pub(super) fn schema(schema: &Schema) -> pb::Schema {
    let Schema {
        version,
        description,
        block,
    } = schema;
    let block = pb::schema::Block {
        version: *version,
        ..self::block(block, description)
    };
    pb::Schema {
        version: *version,
        block: Some(block),
    }
}

fn block(block: &Block, description: &str) -> pb::schema::Block {
    let Block { attributes, blocks } = block;
    pb::schema::Block {
        attributes: attributes.iter().map(attribute).collect(),
        block_types: blocks.iter().map(nested_block).collect(),
        description: description.to_owned(),
        description_kind: pb::StringKind::Markdown.into(),
        ..pb::schema::Block::default()
    }
}

fn nested_block(nested: &NestedBlock) -> pb::schema::NestedBlock {
    use pb::schema::nested_block::NestingMode;
    let NestedBlock {
        name,
        nesting,
        description,
        block,
    } = nested;
    let nesting = match nesting {
        Nesting::Single => NestingMode::Single,
        Nesting::List => NestingMode::List,
        Nesting::Map => NestingMode::Map,
    };
    pb::schema::NestedBlock {
        type_name: (*name).to_owned(),
        block: Some(self::block(block, description)),
        nesting: nesting.into(),
        min_items: 0,
        max_items: 0,
    }
}

fn attribute(attribute: &Attribute) -> pb::schema::Attribute {
    use pb::schema::object::NestingMode;
    let Attribute {
        name,
        mode,
        shape,
        description,
        sensitive,
    } = attribute;
    let mut message = pb::schema::Attribute {
        name: (*name).to_owned(),
        required: *mode == Mode::Required,
        optional: matches!(mode, Mode::Optional | Mode::OptionalComputed),
        computed: mode.is_computed(),
        description: (*description).to_owned(),
        description_kind: pb::StringKind::Markdown.into(),
        sensitive: *sensitive,
        ..pb::schema::Attribute::default()
    };
    match shape {
        Shape::Plain(ty) => message.r#type = ty.to_json_bytes(),
        Shape::Nested {
            nesting,
            attributes,
        } => {
            let nesting = match nesting {
                Nesting::Single => NestingMode::Single,
                Nesting::List => NestingMode::List,
                Nesting::Map => NestingMode::Map,
            };
            message.nested_type = Some(pb::schema::Object {
                attributes: attributes.iter().map(self::attribute).collect(),
                nesting: nesting.into(),
                ..pb::schema::Object::default()
            });
        }
    }
    message
}

pub(super) fn function(signature: &Signature) -> pb::Function {
    let Signature {
        summary,
        description,
        parameters,
        variadic,
        returns,
    } = signature;
    pb::Function {
        parameters: parameters.iter().map(parameter).collect(),
        variadic_parameter: variadic.as_ref().map(parameter),
        r#return: Some(pb::function::Return {
            r#type: returns.to_json_bytes(),
        }),
        summary: (*summary).to_owned(),
        description: (*description).to_owned(),
        description_kind: pb::StringKind::Markdown.into(),
        deprecation_message: String::new(),
    }
}

fn parameter(parameter: &Parameter) -> pb::function::Parameter {
    let Parameter {
        name,
        ty,
        description,
        takes_null,
        takes_unknown,
    } = parameter;
    pb::function::Parameter {
        name: (*name).to_owned(),
        r#type: ty.to_json_bytes(),
        allow_null_value: *takes_null,
        allow_unknown_values: *takes_unknown,
        description: (*description).to_owned(),
        description_kind: pb::StringKind::Markdown.into(),
    }
}

pub(super) fn function_error(error: FunctionError) -> pb::FunctionError {
    let FunctionError { text, argument } = error;
    let function_argument = argument.and_then(|argument| i64::try_from(argument).ok());
    pb::FunctionError {
        text,
        function_argument,
    }
}
