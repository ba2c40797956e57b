//! Taking typed values out of a mapping. What nobody took at the end has no counterpart, and is
//! noted: so no key is dropped in silence.

use std::collections::BTreeMap;

use super::finding::{Fault, Findings, Note, Place};
use super::tree::{Content, Node};

/// A mapping whose entries are taken one by one.
#[derive(Debug)]
pub(super) struct Mapping<'n> {
    entries: BTreeMap<&'n str, &'n Node>,
    /// Where it stands, with the index in a list: `server_nics[2]`.
    path: String,
    /// The same without indexes, for notes on keys that many elements have: `server_nics[]`.
    shape: String,
    line: u64,
}

impl<'n> Mapping<'n> {
    /// The document itself; a fault if it is no mapping.
    pub(super) fn root(node: &'n Node, findings: &mut Findings) -> Option<Self> {
        let Content::Map(_) = &node.content else {
            findings.fault(Place::document(node.line), Fault::NotACase);
            return None;
        };
        Self::at(node, String::new(), String::new(), findings)
    }

    fn at(node: &'n Node, path: String, shape: String, findings: &mut Findings) -> Option<Self> {
        let Content::Map(entries) = &node.content else {
            let place = Place {
                line: node.line,
                path,
            };
            wrong(place, "a mapping", node, findings);
            return None;
        };
        Some(Self {
            entries: entries
                .iter()
                .map(|(key, node)| (key.as_str(), node))
                .collect(),
            path,
            shape,
            line: node.line,
        })
    }

    pub(super) fn place(&self) -> Place {
        Place {
            line: self.line,
            path: self.path.clone(),
        }
    }

    /// The place of one of its keys, taken or not.
    pub(super) fn place_of(&self, key: &str) -> Place {
        Place {
            line: self.entries.get(key).map_or(self.line, |node| node.line),
            path: self.path_to(key),
        }
    }

    fn path_to(&self, key: &str) -> String {
        join(&self.path, key)
    }

    /// `None` for a key that is absent or empty.
    fn take(&mut self, key: &str) -> Option<&'n Node> {
        let node = self.entries.remove(key)?;
        (node.content != Content::Null).then_some(node)
    }

    fn typed<T>(
        &mut self,
        key: &str,
        wanted: &'static str,
        read: impl Fn(&'n Content) -> Option<T>,
        findings: &mut Findings,
    ) -> Option<T> {
        let node = self.take(key)?;
        let value = read(&node.content);
        if value.is_none() {
            let place = Place {
                line: node.line,
                path: self.path_to(key),
            };
            wrong(place, wanted, node, findings);
        }
        value
    }

    fn required<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&mut Self, &mut Findings) -> Option<T>,
        findings: &mut Findings,
    ) -> Option<T> {
        let present = self.entries.get(key);
        if present.is_none_or(|node| node.content == Content::Null) {
            findings.fault(self.place(), Fault::Missing { key });
            return None;
        }
        read(self, findings)
    }

    /// A text; a number is taken as it is written. An empty text counts as absent.
    pub(super) fn text(&mut self, key: &'static str, findings: &mut Findings) -> Option<String> {
        self.typed(key, "a text", Content::to_text, findings)
            .filter(|text| !text.is_empty())
    }

    pub(super) fn required_text(
        &mut self,
        key: &'static str,
        findings: &mut Findings,
    ) -> Option<String> {
        self.required(
            key,
            |mapping, findings| mapping.text(key, findings),
            findings,
        )
    }

    /// A whole number from 0 to 4,294,967,295.
    pub(super) fn count(&mut self, key: &'static str, findings: &mut Findings) -> Option<u32> {
        let wanted = "a whole number from 0 to 4294967295";
        self.typed(key, wanted, Content::to_count, findings)
    }

    pub(super) fn required_count(
        &mut self,
        key: &'static str,
        findings: &mut Findings,
    ) -> Option<u32> {
        self.required(
            key,
            |mapping, findings| mapping.count(key, findings),
            findings,
        )
    }

    pub(super) fn flag(&mut self, key: &'static str, findings: &mut Findings) -> Option<bool> {
        self.typed(key, "true or false", Content::to_flag, findings)
    }

    /// A list of texts.
    pub(super) fn texts(
        &mut self,
        key: &'static str,
        findings: &mut Findings,
    ) -> Option<Vec<String>> {
        self.list(key, "a list of texts", Content::to_text, findings)
    }

    /// A list of whole numbers.
    pub(super) fn counts(
        &mut self,
        key: &'static str,
        findings: &mut Findings,
    ) -> Option<Vec<u32>> {
        self.list(key, "a list of whole numbers", Content::to_count, findings)
    }

    fn list<T>(
        &mut self,
        key: &'static str,
        wanted: &'static str,
        of: impl Fn(&Content) -> Option<T>,
        findings: &mut Findings,
    ) -> Option<Vec<T>> {
        let element = |node: &Node| of(&node.content);
        let read = |content: &Content| content.as_list()?.iter().map(element).collect();
        self.typed(key, wanted, read, findings)
    }

    /// A nested mapping.
    pub(super) fn mapping(&mut self, key: &str, findings: &mut Findings) -> Option<Self> {
        let node = self.take(key)?;
        let shape = join(&self.shape, key);
        Self::at(node, self.path_to(key), shape, findings)
    }

    pub(super) fn required_mapping(
        &mut self,
        key: &'static str,
        findings: &mut Findings,
    ) -> Option<Self> {
        self.required(
            key,
            |mapping, findings| mapping.mapping(key, findings),
            findings,
        )
    }

    /// A list of mappings; empty where it is absent.
    pub(super) fn mappings(&mut self, key: &'static str, findings: &mut Findings) -> Vec<Self> {
        let Some(elements) = self.typed(key, "a list", Content::as_list, findings) else {
            return Vec::new();
        };
        let path = self.path_to(key);
        let shape = format!("{}[]", join(&self.shape, key));
        let element = |(index, node): (usize, &'n Node)| {
            Self::at(node, format!("{path}[{index}]"), shape.clone(), findings)
        };
        elements.iter().enumerate().filter_map(element).collect()
    }

    /// Leaves a key out because something else says the same.
    pub(super) fn skip(&mut self, keys: &[&'static str]) {
        for key in keys {
            self.entries.remove(key);
        }
    }

    /// Notes each key that was not taken.
    pub(super) fn finish(self, findings: &mut Findings) {
        for (key, node) in &self.entries {
            let empty = match &node.content {
                Content::Null => true,
                Content::Text(text) => text.is_empty(),
                Content::List(elements) => elements.is_empty(),
                Content::Flag(_) | Content::Count(_) | Content::Other(_) | Content::Map(_) => false,
            };
            if !empty {
                let place = Place {
                    line: node.line,
                    path: self.path_to(key),
                };
                let key = join(&self.shape, key);
                findings.note(place, Note::NoCounterpart { key });
            }
        }
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}.{key}")
    }
}

fn wrong(place: Place, wanted: &'static str, node: &Node, findings: &mut Findings) {
    let found = node.content.describe();
    findings.fault(place, Fault::WrongType { wanted, found });
}
