//! [`Value`] to bytes.

use rmp::encode as wire;

use super::{REFINED, REFINED_NULL, UNKNOWN};
use crate::tf::number::Number;
use crate::tf::trail::{Trail, ValueError};
use crate::tf::types::Type;
use crate::tf::value::{Refinement, Value, normalised};

const IN_MEMORY: &str = "writing to memory does not fail";

/// Fails where the value is not of the type: a fault of the caller. Attributes that an object lacks
/// are sent as null.
pub fn encode(value: &Value, ty: &Type) -> Result<Vec<u8>, ValueError> {
    let mut out = Vec::new();
    put(&mut out, value, ty, &Trail::Root)?;
    Ok(out)
}

fn put(out: &mut Vec<u8>, value: &Value, ty: &Type, at: &Trail<'_>) -> Result<(), ValueError> {
    match (value, ty) {
        (Value::Null, _) => wire::write_nil(out).expect(IN_MEMORY),
        (Value::Unknown(refinement), _) => put_unknown(out, refinement),
        (Value::Dynamic(inner), Type::Dynamic) => {
            let (ty, value) = &**inner;
            wire::write_array_len(out, 2).expect(IN_MEMORY);
            wire::write_bin(out, &ty.to_json_bytes()).expect(IN_MEMORY);
            return put(out, value, ty, at);
        }
        (Value::Bool(value), Type::Bool) => wire::write_bool(out, *value).expect(IN_MEMORY),
        (Value::Number(number), Type::Number) => put_number(out, number),
        (Value::String(text), Type::String) => {
            wire::write_str(out, &normalised(text)).expect(IN_MEMORY);
        }
        (Value::List(elements), Type::List(element) | Type::Set(element)) => {
            wire::write_array_len(out, length(elements.len(), at)?).expect(IN_MEMORY);
            for (index, value) in elements.iter().enumerate() {
                put(out, value, element, &Trail::Index(at, index))?;
            }
        }
        (Value::List(elements), Type::Tuple(types)) => {
            if elements.len() != types.len() {
                let (is, wanted) = (elements.len(), types.len());
                return Err(at.error(format!(
                    "a tuple of {wanted} elements is required, not {is}"
                )));
            }
            wire::write_array_len(out, length(elements.len(), at)?).expect(IN_MEMORY);
            for (index, (value, ty)) in elements.iter().zip(types).enumerate() {
                put(out, value, ty, &Trail::Index(at, index))?;
            }
        }
        (Value::Map(entries), Type::Map(element)) => {
            wire::write_map_len(out, length(entries.len(), at)?).expect(IN_MEMORY);
            for (key, value) in entries {
                wire::write_str(out, &normalised(key)).expect(IN_MEMORY);
                put(out, value, element, &Trail::Key(at, key))?;
            }
        }
        (Value::Map(entries), Type::Object(attributes)) => {
            if let Some(extra) = entries.keys().find(|name| !attributes.contains_key(*name)) {
                return Err(at.error(format!("there is no attribute {extra:?} in the schema")));
            }
            wire::write_map_len(out, length(attributes.len(), at)?).expect(IN_MEMORY);
            for (name, ty) in attributes {
                wire::write_str(out, name).expect(IN_MEMORY);
                let value = entries.get(name).unwrap_or(&Value::Null);
                put(out, value, ty, &Trail::Attribute(at, name))?;
            }
        }
        (value, ty) => {
            return Err(at.error(format!("{} is not a {}", kind(value), ty.to_json())));
        }
    }
    Ok(())
}

fn length(length: usize, at: &Trail<'_>) -> Result<u32, ValueError> {
    u32::try_from(length).map_err(|_| at.error(format!("{length} elements are too many")))
}

/// What a value is, without saying its contents: they may be secret.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Unknown(_) => "an unknown value",
        Value::Bool(_) => "a bool",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::List(_) => "a list",
        Value::Map(_) => "a map or object",
        Value::Dynamic(_) => "a dynamic value",
    }
}

fn put_unknown(out: &mut Vec<u8>, refinement: &Refinement) {
    let Refinement { not_null } = refinement;
    if !not_null {
        wire::write_ext_meta(out, 1, UNKNOWN).expect(IN_MEMORY);
        out.push(0);
        return;
    }
    let mut body = Vec::new();
    wire::write_map_len(&mut body, 1).expect(IN_MEMORY);
    wire::write_uint(&mut body, REFINED_NULL).expect(IN_MEMORY);
    wire::write_bool(&mut body, false).expect(IN_MEMORY);
    let length = u32::try_from(body.len()).expect("three bytes");
    wire::write_ext_meta(out, length, REFINED).expect(IN_MEMORY);
    out.extend(body);
}

/// Integers of 64 bits as such, what a float holds exactly as float, all else as decimal text.
fn put_number(out: &mut Vec<u8>, number: &Number) {
    if let Some(integer) = number.as_i64() {
        wire::write_sint(out, integer).expect(IN_MEMORY);
    } else if let Some(float) = number.as_exact_f64().filter(|_| !number.is_integer()) {
        wire::write_f64(out, float).expect(IN_MEMORY);
    } else {
        wire::write_str(out, number.as_str()).expect(IN_MEMORY);
    }
}
