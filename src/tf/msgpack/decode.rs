//! Bytes to [`Value`]. The bytes may be hostile: nothing is allocated because of a length that they
//! claim, depth and number of values are bounded, and nothing panics.

use std::collections::BTreeMap;

use rmp::Marker;

use super::{REFINED, REFINED_NULL};
use crate::tf::number::Number;
use crate::tf::trail::{Trail, ValueError};
use crate::tf::types::{DEPTH_MAX, Type};
use crate::tf::value::{Refinement, Value, normalised};

/// Each value needs some 40 bytes in memory and may be one byte on the wire.
const VALUES_MAX: usize = 4 << 20;
/// Longer refinements are refused, as in Terraform itself.
const REFINEMENT_BYTES_MAX: usize = 1024;

/// The value of exactly these bytes.
pub fn decode(bytes: &[u8], ty: &Type) -> Result<Value, ValueError> {
    let mut reader = Reader { bytes, values: 0 };
    let value = reader.value(ty, &Trail::Root, DEPTH_MAX)?;
    if reader.bytes.is_empty() {
        Ok(value)
    } else {
        Err(Trail::Root.error("there are bytes after the value"))
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    values: usize,
}

/// What a marker starts. Lengths are those claimed.
enum Token<'a> {
    Nil,
    Bool(bool),
    Number(Option<Number>),
    String(&'a [u8]),
    Bytes(&'a [u8]),
    Array(usize),
    Map(usize),
    Extension(i8, &'a [u8]),
}

impl<'a> Reader<'a> {
    fn value(&mut self, ty: &Type, at: &Trail<'_>, depth: usize) -> Result<Value, ValueError> {
        let depth = depth
            .checked_sub(1)
            .ok_or_else(|| at.error(format!("more than {DEPTH_MAX} values inside each other")))?;
        self.values += 1;
        if self.values > VALUES_MAX {
            return Err(at.error(format!("more than {VALUES_MAX} values")));
        }
        let token = self.token(at)?;
        match (token, ty) {
            (Token::Nil, _) => Ok(Value::Null),
            (Token::Extension(kind, body), _) => unknown(kind, body, at),
            (Token::Array(2), Type::Dynamic) => self.dynamic(at, depth),
            (Token::Bool(value), Type::Bool) => Ok(Value::Bool(value)),
            (Token::Number(number), Type::Number) => number
                .map(Value::Number)
                .ok_or_else(|| at.error("infinite and undefined numbers cannot be used")),
            (Token::String(bytes), Type::Number) => text(bytes, at)?
                .parse()
                .map(Value::Number)
                .map_err(|_| at.error("the text is not a decimal number")),
            (Token::String(bytes), Type::String) => {
                Ok(Value::String(normalised(text(bytes, at)?).into_owned()))
            }
            (Token::Array(length), Type::List(element) | Type::Set(element)) => {
                let mut elements = Vec::new();
                for index in 0..length {
                    elements.push(self.value(element, &Trail::Index(at, index), depth)?);
                }
                Ok(Value::List(elements))
            }
            (Token::Array(length), Type::Tuple(types)) if length == types.len() => {
                let mut elements = Vec::new();
                for (index, ty) in types.iter().enumerate() {
                    elements.push(self.value(ty, &Trail::Index(at, index), depth)?);
                }
                Ok(Value::List(elements))
            }
            (Token::Map(length), Type::Map(element)) => self.map(length, element, at, depth),
            (Token::Map(length), Type::Object(types)) => self.object(length, types, at, depth),
            (token, ty) => Err(mismatch(&token, ty, at)),
        }
    }

    /// The type as JSON, then the value.
    fn dynamic(&mut self, at: &Trail<'_>, depth: usize) -> Result<Value, ValueError> {
        let (Token::Bytes(json) | Token::String(json)) = self.token(at)? else {
            return Err(at.error("a dynamic value does not start with its type"));
        };
        let ty = serde_json::from_slice(json)
            .ok()
            .and_then(|json| Type::from_json(&json));
        let ty = ty.ok_or_else(|| at.error("the type of a dynamic value is none"))?;
        let value = self.value(&ty, at, depth)?;
        Ok(Value::Dynamic(Box::new((ty, value))))
    }

    fn map(
        &mut self,
        length: usize,
        element: &Type,
        at: &Trail<'_>,
        depth: usize,
    ) -> Result<Value, ValueError> {
        let mut entries = BTreeMap::new();
        for _ in 0..length {
            let key = normalised(self.key(at)?).into_owned();
            let value = self.value(element, &Trail::Key(at, &key), depth)?;
            if entries.contains_key(&key) {
                return Err(at.error(format!("the key {key:?} is there twice")));
            }
            entries.insert(key, value);
        }
        Ok(Value::Map(entries))
    }

    fn object(
        &mut self,
        length: usize,
        types: &BTreeMap<String, Type>,
        at: &Trail<'_>,
        depth: usize,
    ) -> Result<Value, ValueError> {
        let mut entries = BTreeMap::new();
        for _ in 0..length {
            let name = self.key(at)?;
            let Some(ty) = types.get(name) else {
                let problem = format!("there is no attribute {name:?} in the schema");
                return Err(at.error(problem));
            };
            let value = self.value(ty, &Trail::Attribute(at, name), depth)?;
            if entries.insert(name.to_owned(), value).is_some() {
                return Err(at.error(format!("the attribute {name:?} is there twice")));
            }
        }
        match types.keys().find(|name| !entries.contains_key(*name)) {
            Some(missing) => Err(at.error(format!("the attribute {missing:?} is missing"))),
            None => Ok(Value::Map(entries)),
        }
    }

    fn key(&mut self, at: &Trail<'_>) -> Result<&'a str, ValueError> {
        match self.token(at)? {
            Token::String(bytes) => text(bytes, at),
            Token::Nil
            | Token::Bool(_)
            | Token::Number(_)
            | Token::Bytes(_)
            | Token::Array(_)
            | Token::Map(_)
            | Token::Extension(..) => Err(at.error("a key is not a string")),
        }
    }

    fn token(&mut self, at: &Trail<'_>) -> Result<Token<'a>, ValueError> {
        self.try_token()
            .ok_or_else(|| at.error("the value is cut off or malformed"))
    }

    fn try_token(&mut self) -> Option<Token<'a>> {
        let integer = |number: i64| Token::Number(Some(number.into()));
        let natural = |number: u64| Token::Number(Some(number.into()));
        Some(match Marker::from_u8(self.take::<1>()?[0]) {
            Marker::Null => Token::Nil,
            Marker::False => Token::Bool(false),
            Marker::True => Token::Bool(true),
            Marker::FixPos(number) => natural(number.into()),
            Marker::FixNeg(number) => integer(number.into()),
            Marker::U8 => natural(u8::from_be_bytes(self.take()?).into()),
            Marker::U16 => natural(u16::from_be_bytes(self.take()?).into()),
            Marker::U32 => natural(u32::from_be_bytes(self.take()?).into()),
            Marker::U64 => natural(u64::from_be_bytes(self.take()?)),
            Marker::I8 => integer(i8::from_be_bytes(self.take()?).into()),
            Marker::I16 => integer(i16::from_be_bytes(self.take()?).into()),
            Marker::I32 => integer(i32::from_be_bytes(self.take()?).into()),
            Marker::I64 => integer(i64::from_be_bytes(self.take()?)),
            Marker::F32 => Token::Number(Number::from_f64(f32::from_be_bytes(self.take()?).into())),
            Marker::F64 => Token::Number(Number::from_f64(f64::from_be_bytes(self.take()?))),
            Marker::FixStr(length) => Token::String(self.slice(length.into())?),
            Marker::Str8 => Token::String(self.slice_8()?),
            Marker::Str16 => Token::String(self.slice_16()?),
            Marker::Str32 => Token::String(self.slice_32()?),
            Marker::Bin8 => Token::Bytes(self.slice_8()?),
            Marker::Bin16 => Token::Bytes(self.slice_16()?),
            Marker::Bin32 => Token::Bytes(self.slice_32()?),
            Marker::FixArray(length) => Token::Array(length.into()),
            Marker::Array16 => Token::Array(self.length_16()?),
            Marker::Array32 => Token::Array(self.length_32()?),
            Marker::FixMap(length) => Token::Map(length.into()),
            Marker::Map16 => Token::Map(self.length_16()?),
            Marker::Map32 => Token::Map(self.length_32()?),
            Marker::FixExt1 => self.extension(1)?,
            Marker::FixExt2 => self.extension(2)?,
            Marker::FixExt4 => self.extension(4)?,
            Marker::FixExt8 => self.extension(8)?,
            Marker::FixExt16 => self.extension(16)?,
            Marker::Ext8 => {
                let length = self.take::<1>()?[0];
                self.extension(length.into())?
            }
            Marker::Ext16 => {
                let length = self.length_16()?;
                self.extension(length)?
            }
            Marker::Ext32 => {
                let length = self.length_32()?;
                self.extension(length)?
            }
            Marker::Reserved => return None,
        })
    }

    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.bytes.split_first_chunk::<N>()?;
        self.bytes = rest;
        Some(*head)
    }

    fn slice(&mut self, length: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.bytes.split_at_checked(length)?;
        self.bytes = rest;
        Some(head)
    }

    fn length_16(&mut self) -> Option<usize> {
        Some(u16::from_be_bytes(self.take()?).into())
    }

    fn length_32(&mut self) -> Option<usize> {
        usize::try_from(u32::from_be_bytes(self.take()?)).ok()
    }

    fn slice_8(&mut self) -> Option<&'a [u8]> {
        let length = self.take::<1>()?[0];
        self.slice(length.into())
    }

    fn slice_16(&mut self) -> Option<&'a [u8]> {
        let length = self.length_16()?;
        self.slice(length)
    }

    fn slice_32(&mut self) -> Option<&'a [u8]> {
        let length = self.length_32()?;
        self.slice(length)
    }

    fn extension(&mut self, length: usize) -> Option<Token<'a>> {
        let kind = i8::from_be_bytes(self.take()?);
        Some(Token::Extension(kind, self.slice(length)?))
    }
}

/// Every short extension is unknown, whatever its type; a longer one has promises, of which the
/// unfamiliar are skipped.
fn unknown(kind: i8, body: &[u8], at: &Trail<'_>) -> Result<Value, ValueError> {
    if body.len() <= 1 {
        return Ok(Value::unknown());
    }
    if kind != REFINED || body.len() > REFINEMENT_BYTES_MAX {
        return Err(at.error("an extension that is no unknown value"));
    }
    let malformed = || at.error("the refinement of an unknown value is malformed");
    let mut reader = Reader {
        bytes: body,
        values: 0,
    };
    let Token::Map(length) = reader.token(at)? else {
        return Err(malformed());
    };
    let mut refinement = Refinement::default();
    for _ in 0..length {
        let Token::Number(Some(key)) = reader.token(at)? else {
            return Err(malformed());
        };
        if key.as_u64() == Some(REFINED_NULL) {
            let Token::Bool(null) = reader.token(at)? else {
                return Err(malformed());
            };
            refinement.not_null = !null;
        } else {
            skip(&mut reader, DEPTH_MAX).ok_or_else(malformed)?;
        }
    }
    if reader.bytes.is_empty() {
        Ok(Value::Unknown(refinement))
    } else {
        Err(malformed())
    }
}

fn skip(reader: &mut Reader<'_>, depth: usize) -> Option<()> {
    let depth = depth.checked_sub(1)?;
    let inside = match reader.try_token()? {
        Token::Array(length) => length,
        Token::Map(length) => length.checked_mul(2)?,
        Token::Nil
        | Token::Bool(_)
        | Token::Number(_)
        | Token::String(_)
        | Token::Bytes(_)
        | Token::Extension(..) => 0,
    };
    (0..inside).try_for_each(|_| skip(reader, depth))
}

fn text<'a>(bytes: &'a [u8], at: &Trail<'_>) -> Result<&'a str, ValueError> {
    std::str::from_utf8(bytes).map_err(|_| at.error("the text is not UTF-8"))
}

/// Names kinds only: contents may be secret.
fn mismatch(token: &Token<'_>, ty: &Type, at: &Trail<'_>) -> ValueError {
    let is = match token {
        Token::Nil => "null".to_owned(),
        Token::Bool(_) => "a bool".to_owned(),
        Token::Number(_) => "a number".to_owned(),
        Token::String(_) => "a string".to_owned(),
        Token::Bytes(_) => "bytes".to_owned(),
        Token::Array(length) => format!("an array of {length}"),
        Token::Map(length) => format!("a map of {length}"),
        Token::Extension(..) => "an extension".to_owned(),
    };
    at.error(format!("{is} where {} is required", ty.to_json()))
}
