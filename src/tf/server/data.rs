//! Calls about data sources and functions.

use tonic::Status;

use super::convert::{self, decode, encode};
use super::guard::Call;
use crate::tf::data_source::DataAnswer;
use crate::tf::function::{FunctionError, Parameter};
use crate::tf::proto::tfplugin6 as pb;
use crate::tf::value::Value;

pub(super) async fn validate(
    call: Call,
    request: pb::validate_data_resource_config::Request,
) -> Result<pb::validate_data_resource_config::Response, Status> {
    let entry = call.session.data_source(&request.type_name)?;
    let (schema, ty) = entry.schema();
    let config = decode(request.config.as_ref(), ty, "config")?;
    let mut diagnostics = schema.validate(&config);
    diagnostics.extend(entry.item.validate(&config));
    let diagnostics = convert::diagnostics(diagnostics);
    Ok(pb::validate_data_resource_config::Response { diagnostics })
}

pub(super) async fn read(
    call: Call,
    request: pb::read_data_source::Request,
) -> Result<pb::read_data_source::Response, Status> {
    let entry = call.session.data_source(&request.type_name)?;
    let (schema, ty) = entry.schema();
    let config = decode(request.config.as_ref(), ty, "config")?;
    let answer = match call.session.require_configured() {
        Err(diagnostic) if entry.item.needs_provider() => DataAnswer {
            diagnostics: diagnostic.into(),
            ..DataAnswer::default()
        },
        Ok(()) | Err(_) => entry.item.read(&call.context, &config).await,
    };
    let DataAnswer {
        state,
        mut diagnostics,
    } = answer;
    let state = state.and_then(|mut state| {
        schema.block.complete(&mut state);
        encode(&state, ty)
            .map_err(|error| diagnostics.push(convert::misfit(&error)))
            .ok()
    });
    let diagnostics = convert::diagnostics(diagnostics);
    Ok(pb::read_data_source::Response {
        state,
        diagnostics,
        deferred: None,
    })
}

pub(super) async fn functions(
    call: Call,
    _: pb::get_functions::Request,
) -> Result<pb::get_functions::Response, Status> {
    let functions = call.session.functions.iter();
    let functions =
        functions.map(|(name, f)| ((*name).to_owned(), convert::function(&f.signature())));
    Ok(pb::get_functions::Response {
        functions: functions.collect(),
        diagnostics: Vec::new(),
    })
}

pub(super) async fn call(
    call: Call,
    request: pb::call_function::Request,
) -> Result<pb::call_function::Response, Status> {
    let Some(function) = call.session.functions.get(request.name.as_str()) else {
        let problem = format!("this provider has no function {:?}", request.name);
        return Err(Status::invalid_argument(problem));
    };
    let signature = function.signature();
    let arguments = match arguments(&signature.parameters, signature.variadic.as_ref(), &request)? {
        Ok(arguments) => arguments,
        Err(answer) => return Ok(answer),
    };
    Ok(match function.call(&arguments) {
        Ok(value) => match encode(&value, &signature.returns) {
            Ok(result) => pb::call_function::Response {
                result: Some(result),
                error: None,
            },
            Err(error) => refusal(FunctionError::new(convert::misfit(&error).detail)),
        },
        Err(error) => refusal(error),
    })
}

pub(super) fn refusal(error: FunctionError) -> pb::call_function::Response {
    pb::call_function::Response {
        result: None,
        error: Some(convert::function_error(error)),
    }
}

/// The arguments, or the answer that makes a call needless.
fn arguments(
    parameters: &[Parameter],
    variadic: Option<&Parameter>,
    request: &pb::call_function::Request,
) -> Result<Result<Vec<Value>, pb::call_function::Response>, Status> {
    let given = request.arguments.len();
    if given < parameters.len() || (given > parameters.len() && variadic.is_none()) {
        let text = format!("{} arguments are needed, not {given}", parameters.len());
        return Ok(Err(refusal(FunctionError::new(text))));
    }
    let mut values = Vec::new();
    let mut unknown = false;
    let expected = parameters
        .iter()
        .chain(std::iter::repeat_with(|| variadic).flatten());
    for (index, (argument, parameter)) in request.arguments.iter().zip(expected).enumerate() {
        let value = decode(Some(argument), &parameter.ty, parameter.name)?;
        if value.is_null() && !parameter.takes_null {
            let text = format!("{} must not be null", parameter.name);
            return Ok(Err(refusal(FunctionError::of_argument(index, text))));
        }
        unknown |= !parameter.takes_unknown && !value.is_wholly_known();
        values.push(value);
    }
    if unknown {
        let result = encode(&Value::unknown(), &crate::tf::types::Type::Dynamic).ok();
        return Ok(Err(pb::call_function::Response {
            result,
            error: None,
        }));
    }
    Ok(Ok(values))
}
