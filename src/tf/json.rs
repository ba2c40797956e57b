//! Values as JSON, the form of state files. Follows a [`Type`] as `MessagePack` does, but takes what an
//! older or newer version of a schema left behind: attributes that are gone are dropped, attributes
//! that were added are null.

use serde_json::Value as Json;
use serde_json::json;

use super::trail::{Trail, ValueError};
use super::types::{DEPTH_MAX, Type};
use super::value::{Value, normalised};

/// The value that a state file holds for this type.
pub fn from_json(json: &Json, ty: &Type) -> Result<Value, ValueError> {
    read(json, ty, &Trail::Root, DEPTH_MAX)
}

/// For state files there is no unknown: it is an error here.
pub fn to_json(value: &Value, ty: &Type) -> Result<Json, ValueError> {
    write(value, ty, &Trail::Root)
}

fn read(json: &Json, ty: &Type, at: &Trail<'_>, depth: usize) -> Result<Value, ValueError> {
    let depth = depth.checked_sub(1).ok_or_else(|| at.error("too deep"))?;
    match (json, ty) {
        (Json::Null, _) => Ok(Value::Null),
        (Json::Object(wrapper), Type::Dynamic) => {
            let ty = wrapper.get("type").and_then(Type::from_json);
            let ty = ty.ok_or_else(|| at.error("a dynamic value has no type"))?;
            let value = read(wrapper.get("value").unwrap_or(&Json::Null), &ty, at, depth)?;
            Ok(Value::Dynamic(Box::new((ty, value))))
        }
        (Json::Bool(value), Type::Bool) => Ok(Value::Bool(*value)),
        (Json::Number(number), Type::Number) => {
            let number = number.to_string().parse();
            number
                .map(Value::Number)
                .map_err(|_| at.error("this number cannot be kept"))
        }
        // Written so by versions of Terraform that kept numbers beyond 64 bits as text.
        (Json::String(text), Type::Number) => text
            .parse()
            .map(Value::Number)
            .map_err(|_| at.error("the text is not a number")),
        (Json::String(text), Type::String) => Ok(Value::String(normalised(text).into_owned())),
        (Json::Array(elements), Type::List(element) | Type::Set(element)) => {
            let read =
                |(index, json): (usize, _)| read(json, element, &Trail::Index(at, index), depth);
            Ok(Value::List(
                elements
                    .iter()
                    .enumerate()
                    .map(read)
                    .collect::<Result<_, _>>()?,
            ))
        }
        (Json::Array(elements), Type::Tuple(types)) if elements.len() == types.len() => {
            let read = |(index, (json, ty)): (usize, (_, _))| {
                read(json, ty, &Trail::Index(at, index), depth)
            };
            let elements = elements.iter().zip(types).enumerate();
            Ok(Value::List(elements.map(read).collect::<Result<_, _>>()?))
        }
        (Json::Object(entries), Type::Map(element)) => {
            let read = |(key, json): (&String, _)| {
                let value = read(json, element, &Trail::Key(at, key), depth)?;
                Ok((normalised(key).into_owned(), value))
            };
            Ok(Value::Map(
                entries.iter().map(read).collect::<Result<_, _>>()?,
            ))
        }
        (Json::Object(entries), Type::Object(types)) => {
            let read = |(name, ty): (&String, _)| {
                let json = entries.get(name).unwrap_or(&Json::Null);
                Ok((
                    name.clone(),
                    read(json, ty, &Trail::Attribute(at, name), depth)?,
                ))
            };
            Ok(Value::Map(
                types.iter().map(read).collect::<Result<_, _>>()?,
            ))
        }
        (_, ty) => Err(at.error(format!("not a {}", ty.to_json()))),
    }
}

fn write(value: &Value, ty: &Type, at: &Trail<'_>) -> Result<Json, ValueError> {
    Ok(match (value, ty) {
        (Value::Null, _) => Json::Null,
        (Value::Unknown(_), _) => return Err(at.error("is not known")),
        (Value::Dynamic(inner), Type::Dynamic) => {
            let (ty, value) = &**inner;
            json!({ "value": write(value, ty, at)?, "type": ty.to_json() })
        }
        (Value::Bool(value), Type::Bool) => Json::Bool(*value),
        (Value::Number(number), Type::Number) => serde_json::from_str(number.as_str())
            .map_err(|_| at.error("this number has no JSON form"))?,
        (Value::String(text), Type::String) => Json::String(normalised(text).into_owned()),
        (Value::List(elements), Type::List(element) | Type::Set(element)) => {
            let write =
                |(index, value): (usize, _)| write(value, element, &Trail::Index(at, index));
            Json::Array(
                elements
                    .iter()
                    .enumerate()
                    .map(write)
                    .collect::<Result<_, _>>()?,
            )
        }
        (Value::List(elements), Type::Tuple(types)) if elements.len() == types.len() => {
            let write =
                |(index, (value, ty)): (usize, (_, _))| write(value, ty, &Trail::Index(at, index));
            let elements = elements.iter().zip(types).enumerate();
            Json::Array(elements.map(write).collect::<Result<_, _>>()?)
        }
        (Value::Map(entries), Type::Map(element)) => {
            let write = |(key, value): (&String, _)| {
                Ok((key.clone(), write(value, element, &Trail::Key(at, key))?))
            };
            Json::Object(entries.iter().map(write).collect::<Result<_, _>>()?)
        }
        (Value::Map(entries), Type::Object(types)) => {
            let write = |(name, ty): (&String, _)| {
                let value = entries.get(name).unwrap_or(&Value::Null);
                Ok((name.clone(), write(value, ty, &Trail::Attribute(at, name))?))
            };
            Json::Object(types.iter().map(write).collect::<Result<_, _>>()?)
        }
        (_, ty) => return Err(at.error(format!("not a {}", ty.to_json()))),
    })
}
