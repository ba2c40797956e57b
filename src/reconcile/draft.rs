//! Pure: one object's update as it grows, field by field that differs, with the reason of each.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::netbox::kind::CustomFields;

use super::diff::{Changes, Difference, Field, Update};
use super::lower::OwnedFields;

/// An update that grows by the fields that differ.
pub(super) struct Draft {
    id: u64,
    label: String,
    changed: Map<String, Value>,
    differences: Vec<Difference>,
}

impl Draft {
    pub(super) fn new(id: u64, label: String) -> Self {
        Self {
            id,
            label,
            changed: Map::new(),
            differences: Vec::new(),
        }
    }

    pub(super) fn set(&mut self, name: &str, found: &Value, wish: Value) {
        self.note(Field::named(name), found.clone(), wish.clone());
        self.changed.insert(name.to_owned(), wish);
    }

    fn note(&mut self, field: Field, found: Value, wish: Value) {
        self.differences.push(Difference { field, found, wish });
    }

    pub(super) fn text(&mut self, name: &str, found: Option<&str>, wish: &str) {
        if found != Some(wish) {
            self.set(name, &json!(found), json!(wish));
        }
    }

    pub(super) fn slug(&mut self, name: &str, found: Option<&str>, wish: &str, value: Value) {
        if found != Some(wish) {
            self.note(Field::named(name), json!(found), json!(wish));
            self.changed.insert(name.to_owned(), value);
        }
    }

    /// Writes a value that reads the same, and means something else beside what is written with it.
    pub(super) fn again(&mut self, name: &str, value: Value) {
        self.changed.insert(name.to_owned(), value);
    }

    /// Takes a value back that is one of ours, unless somebody has put another in its place.
    pub(super) fn release(
        &mut self,
        name: &str,
        found: Option<&str>,
        ours: &[String],
        empty: Value,
    ) {
        if found.is_some_and(|found| ours.iter().any(|ours| ours == found)) {
            self.set(name, &json!(found), empty);
        }
    }

    /// Tags that are missing, and those of ours that are not wanted any more; those of others stay.
    pub(super) fn tags<'t>(
        &mut self,
        found: impl Iterator<Item = &'t str>,
        mut wanted: BTreeSet<String>,
        released: &[String],
    ) {
        let mut unwanted = Vec::new();
        for slug in found {
            if !wanted.remove(slug) && released.iter().any(|ours| ours == slug) {
                self.note(Field::Tag(slug.to_owned()), json!(true), json!(false));
                unwanted.push(json!({"slug": slug}));
            }
        }
        if !unwanted.is_empty() {
            self.changed
                .insert("remove_tags".to_owned(), Value::Array(unwanted));
        }
        if !wanted.is_empty() {
            let missing = wanted.iter().map(|slug| json!({"slug": slug})).collect();
            self.changed
                .insert("add_tags".to_owned(), Value::Array(missing));
        }
        for slug in wanted {
            self.note(Field::Tag(slug), json!(false), json!(true));
        }
    }

    pub(super) fn custom_fields(&mut self, found: &CustomFields, wish: &OwnedFields) {
        let mut changed = Map::new();
        for (name, value) in wish {
            let has = found.get(*name).unwrap_or(&Value::Null);
            if has != value {
                self.note(Field::named(name), has.clone(), value.clone());
                changed.insert((*name).to_owned(), value.clone());
            }
        }
        if !changed.is_empty() {
            self.changed
                .insert("custom_fields".to_owned(), Value::Object(changed));
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.changed.is_empty()
    }

    pub(super) fn finish<C>(self, changes: &mut Changes<C>) {
        if self.is_empty() {
            changes.unchanged += 1;
        } else {
            changes.update.push(self.into_update());
        }
    }

    pub(super) fn into_update(self) -> Update {
        let Self {
            id,
            label,
            changed,
            differences,
        } = self;
        Update {
            id,
            label,
            fields: changed,
            differences,
        }
    }
}
