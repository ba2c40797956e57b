//! Reading typed arguments out of a Terraform value, once, at the border.
//!
//! A value may be unknown because another resource supplies it. That is no fault: [`Findings`]
//! remembers it, and who plans then answers that the result is unknown too. [`Findings::part`] notes of
//! which part something is unknown or wrong, so that the rest can be checked.

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::{Diagnostic, Diagnostics, Path};
use crate::fabric::design::Reference;
use crate::fabric::problem::Subject;
use crate::fabric::units::Speed;
use crate::tf::value::Value;

/// What came up while reading.
#[derive(Debug, Default)]
pub struct Findings {
    pub diagnostics: Diagnostics,
    /// Something that decides the result is not known yet.
    pub unknown: bool,
    /// Parts of a design of which something is unknown or wrong.
    pub unread: BTreeSet<Subject>,
}

impl Findings {
    /// Reads a part of a design; notes it if not all of it could be read.
    pub fn part<T>(&mut self, part: Subject, read: impl FnOnce(&mut Self) -> T) -> T {
        let mut own = Self::default();
        let value = read(&mut own);
        if own.unknown || own.diagnostics.has_errors() {
            self.unread.insert(part);
        }
        self.unknown |= own.unknown;
        self.diagnostics.extend(own.diagnostics);
        self.unread.extend(own.unread);
        value
    }

    /// Reads the members of a map, each a part of its own: `part` makes its subject of its name.
    pub fn parts<T>(
        &mut self,
        members: Vec<(String, Object<'_>)>,
        part: impl Fn(String) -> Subject,
        read: impl Fn(&Object<'_>, &mut Self) -> T,
    ) -> BTreeMap<String, T> {
        let read = |(name, object): (String, Object<'_>)| {
            let value = self.part(part(name.clone()), |findings| read(&object, findings));
            (name, value)
        };
        members.into_iter().map(read).collect()
    }

    /// Nothing was unknown or wrong.
    pub fn whole(&self) -> bool {
        !self.unknown && !self.diagnostics.has_errors()
    }
}

/// An object value and where it stands.
#[derive(Debug)]
pub struct Object<'a> {
    attributes: &'a BTreeMap<String, Value>,
    path: Path,
    /// It is not known, so that none of its attributes is.
    unknown: bool,
}

static NO_ATTRIBUTES: BTreeMap<String, Value> = BTreeMap::new();

impl<'a> Object<'a> {
    /// The object at `path`; `None` if the value is null, unknown (which is noted) or no object.
    pub fn at(value: &'a Value, path: Path, findings: &mut Findings) -> Option<Self> {
        match value {
            Value::Map(attributes) => Some(Self {
                attributes,
                path,
                unknown: false,
            }),
            Value::Unknown(_) => {
                findings.unknown = true;
                None
            }
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::List(_)
            | Value::Dynamic(_) => None,
        }
    }

    /// A resource's own value.
    pub fn root(value: &'a Value, findings: &mut Findings) -> Option<Self> {
        Self::at(value, Path::root(), findings)
    }

    /// An object of which nothing is known but that it is there.
    fn unknown(path: Path) -> Self {
        Self {
            attributes: &NO_ATTRIBUTES,
            path,
            unknown: true,
        }
    }

    pub fn path_to(&self, name: &str) -> Path {
        self.path.attribute(name)
    }

    /// True where something is written, also if it is not known yet.
    pub fn is_given(&self, name: &str) -> bool {
        self.attributes
            .get(name)
            .is_some_and(|value| !value.is_null())
    }

    /// Known and not null; an unknown one is noted.
    fn known(&self, name: &str, findings: &mut Findings) -> Option<&'a Value> {
        findings.unknown |= self.unknown;
        let value = self.attributes.get(name)?;
        findings.unknown |= value.is_unknown();
        (!value.is_null() && !value.is_unknown()).then_some(value)
    }

    pub fn text(&self, name: &str, findings: &mut Findings) -> Option<String> {
        let value = self.known(name, findings)?;
        value
            .as_str()
            .map(str::to_owned)
            .or_else(|| self.wrong(name, "a string", value, findings))
    }

    pub fn required_text(&self, name: &str, findings: &mut Findings) -> Option<String> {
        let text = self.text(name, findings);
        if text.is_none() {
            self.note_missing(name, findings);
        }
        text
    }

    pub fn flag(&self, name: &str, findings: &mut Findings) -> Option<bool> {
        let value = self.known(name, findings)?;
        value
            .as_bool()
            .or_else(|| self.wrong(name, "true or false", value, findings))
    }

    /// A whole number from 0 to 4,294,967,295.
    pub fn count(&self, name: &str, findings: &mut Findings) -> Option<u32> {
        let value = self.known(name, findings)?;
        value
            .as_u32()
            .or_else(|| self.wrong(name, "a whole number from 0 to 4294967295", value, findings))
    }

    pub fn required_count(&self, name: &str, findings: &mut Findings) -> Option<u32> {
        let count = self.count(name, findings);
        if count.is_none() {
            self.note_missing(name, findings);
        }
        count
    }

    /// Gbit/s with at most one decimal; required.
    pub fn required_speed(&self, name: &str, findings: &mut Findings) -> Option<Speed> {
        let Some(value) = self.known(name, findings) else {
            self.note_missing(name, findings);
            return None;
        };
        let number = value.as_number();
        let speed = number.and_then(|number| Speed::parse_gbps(number.as_str()));
        let wanted = "Gbit/s, a number from 0 to 99999 with at most one decimal";
        speed.or_else(|| self.wrong(name, wanted, value, findings))
    }

    /// The name of something in `NetBox`. An unknown one is not noted: no count depends on it.
    pub fn reference(&self, name: &str, findings: &mut Findings) -> Option<Reference> {
        let value = self.attributes.get(name)?;
        if value.is_null() {
            None
        } else if value.is_unknown() {
            Some(Reference::Unknown)
        } else if let Some(text) = value.as_str() {
            Some(Reference::Known(text.to_owned()))
        } else {
            self.wrong(name, "a string", value, findings)
        }
    }

    pub fn texts(&self, name: &str, findings: &mut Findings) -> Option<Vec<String>> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        self.list(name, "a list of strings", text, findings)
    }

    pub fn counts(&self, name: &str, findings: &mut Findings) -> Option<Vec<u32>> {
        self.list(
            name,
            "a list of whole numbers from 0 to 4294967295",
            Value::as_u32,
            findings,
        )
    }

    /// A map of strings.
    pub fn text_map(
        &self,
        name: &str,
        findings: &mut Findings,
    ) -> Option<BTreeMap<String, String>> {
        let value = self.known(name, findings)?;
        let Value::Map(members) = value else {
            return self.wrong(name, "a map of strings", value, findings);
        };
        if members.values().any(Value::is_unknown) {
            findings.unknown = true;
            return None;
        }
        let text =
            |(key, value): (&String, &Value)| Some((key.clone(), value.as_str()?.to_owned()));
        let read: Option<BTreeMap<_, _>> = members.iter().map(text).collect();
        read.or_else(|| self.wrong(name, "a map of strings", value, findings))
    }

    fn list<T>(
        &self,
        name: &str,
        wanted: &str,
        element: impl Fn(&Value) -> Option<T>,
        findings: &mut Findings,
    ) -> Option<Vec<T>> {
        let value = self.known(name, findings)?;
        let Value::List(elements) = value else {
            return self.wrong(name, wanted, value, findings);
        };
        if elements.iter().any(Value::is_unknown) {
            findings.unknown = true;
            return None;
        }
        let read: Option<Vec<T>> = elements.iter().map(element).collect();
        read.or_else(|| self.wrong(name, wanted, value, findings))
    }

    /// A single nested object.
    pub fn object(&self, name: &str, findings: &mut Findings) -> Option<Self> {
        Self::at(self.attributes.get(name)?, self.path_to(name), findings)
    }

    /// The objects of a map, by key. An object that is not known is among them; the map may be unknown
    /// itself, which is noted.
    pub fn members(&self, name: &str, findings: &mut Findings) -> Vec<(String, Self)> {
        let Some(Value::Map(members)) = self.known(name, findings) else {
            return Vec::new();
        };
        let path = self.path_to(name);
        members
            .iter()
            .filter_map(|(key, value)| {
                let path = path.key(key);
                let object = if value.is_unknown() {
                    Some(Self::unknown(path))
                } else {
                    Self::at(value, path, findings)
                };
                Some((key.clone(), object?))
            })
            .collect()
    }

    fn wrong<T>(
        &self,
        name: &str,
        wanted: &str,
        value: &Value,
        findings: &mut Findings,
    ) -> Option<T> {
        let got = match value {
            Value::Number(number) => number.to_string(),
            Value::Null => "null".to_owned(),
            Value::Bool(flag) => flag.to_string(),
            Value::String(text) => format!("\"{text}\""),
            Value::Unknown(_) | Value::List(_) | Value::Map(_) | Value::Dynamic(_) => {
                "a value of another type".to_owned()
            }
        };
        findings.diagnostics.push(
            Diagnostic::error(
                "Invalid argument value",
                format!("{} must be {wanted}, but it is {got}.", self.path_to(name)),
            )
            .at(self.path_to(name)),
        );
        None
    }

    /// Terraform checks required arguments itself, but lets `null` through inside nested values.
    fn note_missing(&self, name: &str, findings: &mut Findings) {
        if self.unknown {
            return;
        }
        if matches!(self.attributes.get(name), None | Some(Value::Null)) {
            findings.diagnostics.push(
                Diagnostic::error(
                    "Missing required argument",
                    format!("{} is needed. Set it.", self.path_to(name)),
                )
                .at(self.path_to(name)),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The speed that is read, and whether something was said.
    fn read(value: Option<Value>) -> (Option<String>, bool) {
        let members = value.map(|value| ("speed".to_owned(), value));
        let object = Value::Map(members.into_iter().collect());
        let mut findings = Findings::default();
        let object = Object::root(&object, &mut findings).expect("it is an object");
        let speed = object.required_speed("speed", &mut findings);
        (speed.map(Speed::gbps), findings.diagnostics.has_errors())
    }

    #[test]
    fn speeds_may_have_a_decimal() {
        let number = |text: &str| Some(Value::Number(text.parse().expect("a number")));
        for text in ["400", "2.5", "0"] {
            assert_eq!(read(number(text)), (Some(text.to_owned()), false));
        }
        for wrong in [number("2.55"), number("-1"), number("1e9"), None] {
            assert_eq!(read(wrong.clone()), (None, true), "{wrong:?}");
        }
        assert_eq!(read(Some(Value::String("10".to_owned()))), (None, true));
    }
}
