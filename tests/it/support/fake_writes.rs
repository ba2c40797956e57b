//! What writing to the tables of the fake `NetBox` does, and what it brings along.

use std::sync::Arc;

use serde_json::{Value, json};

use super::fake_schema::{CASCADES, NULLS_DIFFER, PROTECTED, UNIQUE};
use super::fake_tables::{Object, Refusal, Tables};

impl Tables {
    pub fn create(&mut self, table: &str, mut item: Object) -> Result<u64, Refusal> {
        let replicate = item.remove("replicate_components") != Some(json!(false));
        let ends = [item.remove("a_terminations"), item.remove("b_terminations")];
        for (name, value) in [
            ("custom_fields", json!({})),
            ("tags", json!([])),
            ("description", json!("")),
            ("label", json!("")),
            ("comments", json!("")),
            ("serial", json!("")),
            ("color", json!("")),
            ("position", json!("")),
            ("part_number", json!("")),
            ("enabled", json!(true)),
            ("mgmt_only", json!(false)),
            ("is_full_depth", json!(true)),
            ("u_height", json!(1)),
            ("status", json!("active")),
            ("cable_end", Value::Null),
        ] {
            item.entry(name).or_insert(value);
        }
        let mut fields = Object::new();
        self.assign(table, &mut fields, item)?;
        self.last_id += 1;
        let id = self.last_id;
        self.check_unique(table, id, &fields)?;
        let now = self.stamp();
        fields.insert("created".to_owned(), now.clone());
        fields.insert("last_updated".to_owned(), now);
        self.table_mut(table).insert(id, Arc::new(fields));
        match table {
            "dcim/cables" => {
                let given = |end: &Option<Value>| end.as_ref().is_some_and(|end| end != &json!([]));
                if !ends.iter().all(given) {
                    return Err(Refusal::whole("Both ends are needed."));
                }
                self.connect(id, ends)?;
            }
            "dcim/devices" => self.instantiate(id, "device_type", "device", id)?,
            "dcim/modules" if replicate => {
                let device = self.rows[table][&id]["device"].as_u64().unwrap();
                self.instantiate(id, "module_type", "module", device)?;
            }
            _ => {}
        }
        Ok(id)
    }

    pub fn update(&mut self, table: &str, id: u64, mut item: Object) -> Result<u64, Refusal> {
        let ends = [item.remove("a_terminations"), item.remove("b_terminations")];
        let Some(mut fields) = self.row(table, id).cloned() else {
            return Err(Refusal::field("id", "Object not found."));
        };
        self.assign(table, &mut fields, item)?;
        self.check_unique(table, id, &fields)?;
        fields.insert("last_updated".to_owned(), self.stamp());
        self.table_mut(table).insert(id, Arc::new(fields));
        if ends.iter().any(Option::is_some) {
            self.reconnect(id, ends)?;
        }
        Ok(id)
    }

    /// Moves the ends of a cable that are given.
    fn reconnect(&mut self, cable: u64, ends: [Option<Value>; 2]) -> Result<(), Refusal> {
        let old = |side: &str| {
            let mut rows = self.table("dcim/cable-terminations").map(|(_, row)| row);
            let row = rows.find(|row| row["cable"] == cable && row["cable_end"] == side)?;
            Some(json!([{"object_id": row["termination_id"]}]))
        };
        let [a, b] = ends;
        let ends = [a.or_else(|| old("A")), b.or_else(|| old("B"))];
        self.disconnect(cable);
        self.connect(cable, ends)
    }

    pub fn delete(&mut self, table: &str, id: u64) -> Result<(), Refusal> {
        if self.row(table, id).is_none() {
            return Err(Refusal::field("id", "Object not found."));
        }
        let children = |list: &'static [(&str, &str, &str)]| {
            let of_table = list.iter().filter(|(_, _, parent)| *parent == table);
            of_table.flat_map(|(child, field, _)| {
                let rows = self
                    .table(child)
                    .filter(|(_, row)| row.get(*field).is_some_and(|of| *of == id));
                rows.map(|(id, _)| (*child, id))
            })
        };
        let protecting = children(PROTECTED).count();
        if protecting > 0 {
            let detail =
                format!("Unable to delete object. {protecting} dependent objects were found");
            return Err(Refusal {
                status: 409,
                body: json!({"detail": detail}),
            });
        }
        let cascade: Vec<(&str, u64)> = children(CASCADES).collect();
        for (child, child_id) in cascade {
            if self.row(child, child_id).is_some() {
                self.delete(child, child_id)?;
            }
        }
        let row = self.table_mut(table).remove(&id).unwrap();
        if table == "dcim/cables" {
            self.disconnect(id);
        }
        if table == "dcim/interfaces" && !row["cable"].is_null() {
            // The cable stays, with one end.
            let ends = self.table_mut("dcim/cable-terminations");
            ends.retain(|_, end| end["termination_id"] != id);
        }
        if table == "extras/tags" {
            self.untag(id);
        }
        Ok(())
    }

    /// Checks and takes over what was sent; unknown fields are kept, as the real one ignores them.
    fn assign(&self, table: &str, fields: &mut Object, item: Object) -> Result<(), Refusal> {
        for (name, value) in item {
            match name.as_str() {
                "id" | "changelog_message" | "adopt_components" => {}
                "custom_fields" => {
                    let old = fields.remove("custom_fields").unwrap_or_else(|| json!({}));
                    fields.insert(name, self.custom_fields(table, &old, &value)?);
                }
                "tags" => {
                    fields.insert(name, json!(self.tag_ids(&value)?));
                }
                "remove_tags" => {
                    let gone = self.tag_ids(&value)?;
                    let mut tags = fields["tags"].as_array().cloned().unwrap_or_default();
                    tags.retain(|tag| !gone.contains(tag));
                    fields.insert("tags".to_owned(), json!(tags));
                }
                "add_tags" => {
                    let mut tags = fields["tags"].as_array().cloned().unwrap_or_default();
                    tags.extend(
                        self.tag_ids(&value)?
                            .into_iter()
                            .filter(|tag| !tags.contains(tag))
                            .collect::<Vec<_>>(),
                    );
                    fields.insert("tags".to_owned(), json!(tags));
                }
                _ => {
                    let value = match Self::related(table)
                        .iter()
                        .find(|(field, _)| *field == name)
                    {
                        Some((_, target)) => self.lookup(&name, target, &value)?,
                        None => value,
                    };
                    fields.insert(name, value);
                }
            }
        }
        for (field, _) in Self::related(table) {
            fields.entry(*field).or_insert(Value::Null);
        }
        Ok(())
    }

    fn lookup(&self, field: &str, target: &str, value: &Value) -> Result<Value, Refusal> {
        let found: Vec<u64> = self
            .table(target)
            .filter(|(id, row)| match value {
                Value::Object(keys) => keys.iter().all(|(key, wish)| {
                    let mut related = Self::related(target).iter();
                    match related.find(|(field, _)| field == key) {
                        Some((_, of)) => self.lookup(key, of, wish).ok().as_ref() == row.get(key),
                        None => row.get(key) == Some(wish),
                    }
                }),
                other @ (Value::Null
                | Value::Bool(_)
                | Value::Number(_)
                | Value::String(_)
                | Value::Array(_)) => other.as_u64() == Some(*id),
            })
            .map(|(id, _)| id)
            .collect();
        match (value, found.as_slice()) {
            (Value::Null, _) => Ok(Value::Null),
            (_, [id]) => Ok(json!(id)),
            _ => Err(Refusal::field(
                field,
                "Related object not found using the provided attributes.",
            )),
        }
    }

    fn tag_ids(&self, value: &Value) -> Result<Vec<Value>, Refusal> {
        value
            .as_array()
            .unwrap()
            .iter()
            .map(|tag| self.lookup("tags", "extras/tags", tag))
            .collect()
    }

    fn custom_fields(&self, table: &str, old: &Value, new: &Value) -> Result<Value, Refusal> {
        let object_type = table
            .trim_end_matches('s')
            .replace("dcim/", "dcim.")
            .replace('-', "");
        let mut all = old.as_object().cloned().unwrap();
        for (name, value) in new.as_object().unwrap() {
            let known = self.table("extras/custom-fields").any(|(_, row)| {
                row["name"] == *name
                    && row["object_types"]
                        .as_array()
                        .unwrap()
                        .contains(&json!(object_type))
            });
            if !known {
                let message = format!("Custom field '{name}' does not exist for this object type.");
                return Err(Refusal::field("custom_fields", &message));
            }
            all.insert(name.clone(), value.clone());
        }
        Ok(Value::Object(all))
    }

    fn check_unique(&self, table: &str, id: u64, fields: &Object) -> Result<(), Refusal> {
        let differs = |(of, field): &(&str, &str)| *of == table && fields[*field].is_null();
        if NULLS_DIFFER.iter().any(differs) {
            return Ok(());
        }
        for (_, names, message) in UNIQUE.iter().filter(|(of, _, _)| *of == table) {
            let same = |row: &Object| names.iter().all(|n| is_same(row.get(*n), fields.get(*n)));
            if self.table(table).any(|(of, row)| of != id && same(row)) {
                return Err(Refusal::whole(message));
            }
        }
        Ok(())
    }

    /// Components that the type brings.
    fn instantiate(
        &mut self,
        id: u64,
        type_field: &str,
        own: &str,
        device: u64,
    ) -> Result<(), Refusal> {
        let table = if own == "device" {
            "dcim/devices"
        } else {
            "dcim/modules"
        };
        let of_type = self.rows[table][&id][type_field].clone();
        for (templates, components) in [
            ("dcim/interface-templates", "dcim/interfaces"),
            ("dcim/module-bay-templates", "dcim/module-bays"),
        ] {
            let rows: Vec<Object> = self
                .table(templates)
                .filter(|(_, row)| row.get(type_field) == Some(&of_type))
                .map(|(_, row)| row.clone())
                .collect();
            for row in rows {
                let mut item = Object::new();
                item.insert("name".to_owned(), row["name"].clone());
                item.insert(
                    "type".to_owned(),
                    row.get("type").cloned().unwrap_or(Value::Null),
                );
                item.insert("device".to_owned(), json!(device));
                if own == "module" {
                    item.insert("module".to_owned(), json!(id));
                }
                self.create(components, item)?;
            }
        }
        Ok(())
    }

    fn connect(&mut self, cable: u64, ends: [Option<Value>; 2]) -> Result<(), Refusal> {
        for (end, terminations) in ["A", "B"].into_iter().zip(ends) {
            // A cable that is there may be on nothing.
            let Some(id) = terminations.and_then(|ends| ends[0]["object_id"].as_u64()) else {
                continue;
            };
            let stamp = self.stamp();
            let Some(interface) = self.row_mut("dcim/interfaces", id) else {
                let body = json!({"error": "Interface matching query does not exist.", "exception": "DoesNotExist"});
                return Err(Refusal { status: 500, body });
            };
            if let Some(other) = interface.get("cable").and_then(Value::as_u64) {
                let message =
                    format!("Duplicate termination found for dcim.interface {id}: cable {other}");
                return Err(Refusal::whole(&message));
            }
            interface.insert("cable".to_owned(), json!(cable));
            interface.insert("cable_end".to_owned(), json!(end));
            interface.insert("last_updated".to_owned(), stamp);
            self.last_id += 1;
            let row = json!({"cable": cable, "cable_end": end, "termination_type": "dcim.interface", "termination_id": id});
            let (id, row) = (self.last_id, row.as_object().cloned().unwrap());
            self.table_mut("dcim/cable-terminations")
                .insert(id, Arc::new(row));
        }
        Ok(())
    }

    fn disconnect(&mut self, cable: u64) {
        let stamp = self.stamp();
        for id in self.holding("dcim/interfaces", |row| row["cable"] == cable) {
            let row = self.row_mut("dcim/interfaces", id).unwrap();
            row.insert("cable".to_owned(), Value::Null);
            row.insert("cable_end".to_owned(), Value::Null);
            row.insert("last_updated".to_owned(), stamp.clone());
        }
        self.table_mut("dcim/cable-terminations")
            .retain(|_, end| end["cable"] != cable);
    }

    /// Takes a tag that is gone from every object.
    fn untag(&mut self, tag: u64) {
        let tag = json!(tag);
        let has = |row: &Object| {
            let tags = row.get("tags").and_then(Value::as_array);
            tags.is_some_and(|tags| tags.contains(&tag))
        };
        let names: Vec<String> = self.names().map(str::to_owned).collect();
        for table in names {
            for id in self.holding(&table, has) {
                let row = self.row_mut(&table, id).unwrap();
                row["tags"].as_array_mut().unwrap().retain(|t| *t != tag);
            }
        }
    }

    /// Ids of the rows that are so.
    fn holding(&self, table: &str, is_so: impl Fn(&Object) -> bool) -> Vec<u64> {
        let rows = self.table(table).filter(|(_, row)| is_so(row));
        rows.map(|(id, _)| id).collect()
    }
}

/// Letters are the same in either case, and nothing is the same as null.
fn is_same(one: Option<&Value>, other: Option<&Value>) -> bool {
    match (one, other) {
        (Some(Value::String(one)), Some(Value::String(other))) => one.eq_ignore_ascii_case(other),
        (one, other) => one.unwrap_or(&Value::Null) == other.unwrap_or(&Value::Null),
    }
}
