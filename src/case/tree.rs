//! A YAML document as a tree that knows its lines.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::Spanned;

use super::finding::{Fault, Finding, Place};

/// A value and the line on which it begins, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Node {
    pub line: u64,
    pub content: Content,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Content {
    Null,
    Flag(bool),
    Count(u64),
    Text(String),
    /// A number that no case has a use for: negative, or with a fraction.
    Other(String),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

/// Parses one document. Its size, depth and aliases are limited, so that no text exhausts memory.
pub(super) fn parse(text: &str) -> Result<Node, Finding> {
    serde_saphyr::from_str(text).map_err(|error| {
        let line = error.location().map_or(0, |location| location.line());
        let message = error.without_snippet().to_string();
        let first = message.lines().next().unwrap_or_default();
        // What a program could do is no advice for a file.
        let first = first.replace(", set DuplicateKeyPolicy in Options if acceptable", "");
        Finding::error(Place::document(line), Fault::NotYaml(first))
    })
}

impl Content {
    /// A number counts as the text that it is written as: `port_spec: 64`.
    pub(super) fn to_text(&self) -> Option<String> {
        if let Self::Count(count) = self {
            return Some(count.to_string());
        }
        let Self::Text(text) = self else { return None };
        Some(text.trim().to_owned())
    }

    pub(super) fn to_count(&self) -> Option<u32> {
        let Self::Count(count) = self else {
            return None;
        };
        u32::try_from(*count).ok()
    }

    pub(super) fn to_flag(&self) -> Option<bool> {
        let Self::Flag(flag) = self else { return None };
        Some(*flag)
    }

    pub(super) fn as_list(&self) -> Option<&[Node]> {
        let Self::List(elements) = self else {
            return None;
        };
        Some(elements)
    }

    /// What a reader calls it.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Null => "nothing".to_owned(),
            Self::Flag(flag) => flag.to_string(),
            Self::Count(count) => count.to_string(),
            Self::Text(text) => format!("\"{text}\""),
            Self::Other(number) => number.clone(),
            Self::List(_) => "a list".to_owned(),
            Self::Map(_) => "a mapping".to_owned(),
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<Content>::deserialize(deserializer)?;
        Ok(Self {
            line: spanned.referenced.line(),
            content: spanned.value,
        })
    }
}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ContentVisitor)
    }
}

struct ContentVisitor;

impl<'de> Visitor<'de> for ContentVisitor {
    type Value = Content;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a scalar, a list or a mapping")
    }

    fn visit_unit<E>(self) -> Result<Content, E> {
        Ok(Content::Null)
    }

    fn visit_none<E>(self) -> Result<Content, E> {
        Ok(Content::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Content, D::Error> {
        Content::deserialize(deserializer)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Content, E> {
        Ok(Content::Flag(flag))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Content, E> {
        Ok(Content::Count(number))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Content, E> {
        let count = u64::try_from(number).map(Content::Count);
        Ok(count.unwrap_or_else(|_| Content::Other(number.to_string())))
    }

    fn visit_u128<E>(self, number: u128) -> Result<Content, E> {
        Ok(Content::Other(number.to_string()))
    }

    fn visit_i128<E>(self, number: i128) -> Result<Content, E> {
        Ok(Content::Other(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Content, E> {
        Ok(Content::Other(number.to_string()))
    }

    fn visit_str<E>(self, text: &str) -> Result<Content, E> {
        Ok(Content::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Content, E> {
        Ok(Content::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Content, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = access.next_element()? {
            elements.push(element);
        }
        Ok(Content::List(elements))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Content, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = access.next_entry()? {
            entries.push(entry);
        }
        Ok(Content::Map(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_kinds() {
        let node = parse("a: 1-33\nb:\n  - 64\n  - false\n  -\nc: \"12\"\n").expect("it is YAML");
        let Content::Map(entries) = node.content else {
            panic!("not a mapping");
        };
        let line = |at: usize| entries[at].1.line;
        assert_eq!((line(0), line(1), line(2)), (1, 3, 6));
        assert_eq!(entries[0].1.content, Content::Text("1-33".to_owned()));
        assert_eq!(entries[2].1.content, Content::Text("12".to_owned()));
        let Content::List(elements) = &entries[1].1.content else {
            panic!("not a list");
        };
        let contents: Vec<_> = elements.iter().map(|node| &node.content).collect();
        assert_eq!(
            contents,
            [&Content::Count(64), &Content::Flag(false), &Content::Null]
        );
    }

    #[test]
    fn a_document_that_grows_without_end_is_refused() {
        let ten = |inner: &str| [inner; 10].join(", ");
        let line = |(name, inner): (char, char)| {
            format!("{name}: &{name} [{}]\n", ten(&format!("*{inner}")))
        };
        let tower: String = "bcdefghi"
            .chars()
            .zip("abcdefgh".chars())
            .map(line)
            .collect();
        assert!(parse(&format!("a: &a [{}]\n{tower}", ten("x"))).is_err());
    }
}
