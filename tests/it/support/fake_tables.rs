//! The tables of the fake `NetBox`, and what writing to them brings along.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::fake_schema::{CASCADES, CHOICES, NULLS_DIFFER, PROTECTED, RELATED, UNIQUE};

type Object = Map<String, Value>;

/// A status above 299 and its body.
#[derive(Debug)]
pub struct Refusal {
    pub status: u16,
    pub body: Value,
}

impl Refusal {
    pub fn field(name: &str, message: &str) -> Self {
        Self {
            status: 400,
            body: json!({name: [message]}),
        }
    }

    fn whole(message: &str) -> Self {
        Self::field("__all__", message)
    }
}

/// Objects by table and id; related objects as ids.
#[derive(Debug, Clone, Default)]
pub struct Tables {
    rows: BTreeMap<String, BTreeMap<u64, Object>>,
    last_id: u64,
    writes: u64,
    /// The server's time, in seconds since 2026 began.
    seconds: u64,
    /// By how much the header `Date` is ahead of it.
    date_ahead: u64,
}

/// Day of the month, and the time of day.
fn day_and_time(seconds: u64) -> (u64, String) {
    let (minutes, second) = (seconds / 60, seconds % 60);
    let (hours, minute) = (minutes / 60, minutes % 60);
    let (days, hour) = (hours / 24, hours % 24);
    (days + 1, format!("{hour:02}:{minute:02}:{second:02}"))
}

impl Tables {
    fn table(&self, table: &str) -> impl Iterator<Item = (&u64, &Object)> {
        self.rows.get(table).into_iter().flatten()
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.rows.keys().map(String::as_str)
    }

    pub fn ids(&self, table: &str) -> Vec<u64> {
        self.table(table).map(|(id, _)| *id).collect()
    }

    fn related(table: &str) -> &'static [(&'static str, &'static str)] {
        RELATED
            .iter()
            .find(|(name, _)| *name == table)
            .map_or(&[], |(_, related)| related)
    }

    fn stamp(&mut self) -> Value {
        self.writes += 1;
        let (day, time) = day_and_time(self.seconds);
        json!(format!("2026-01-{day:02}T{time}.{:06}Z", self.writes))
    }

    pub fn advance(&mut self, seconds: u64) {
        self.seconds += seconds;
    }

    /// As behind a proxy whose clock is ahead.
    pub fn tell_dates_ahead(&mut self, seconds: u64) {
        self.date_ahead = seconds;
    }

    /// The time as in the header `Date`. Nobody reads the day of the week.
    pub fn http_date(&self) -> String {
        let (day, time) = day_and_time(self.seconds + self.date_ahead);
        format!("Thu, {day:02} Jan 2026 {time} GMT")
    }

    /// Ids that the filters leave, in order.
    pub fn select(&self, table: &str, query: &[(String, String)]) -> Result<Vec<u64>, Refusal> {
        let mut wanted: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (name, value) in query {
            wanted.entry(name).or_default().push(value);
        }
        let mut ids: Vec<u64> = self.table(table).map(|(id, _)| *id).collect();
        for (name, values) in wanted {
            for value in &values {
                let target = match name {
                    "tag" => self
                        .table("extras/tags")
                        .any(|(_, tag)| tag["slug"] == **value),
                    "device_id" => self
                        .rows
                        .get("dcim/devices")
                        .is_some_and(|t| t.contains_key(&value.parse().unwrap())),
                    _ => true,
                };
                if !target {
                    return Err(Refusal::field(name, "Select a valid choice."));
                }
            }
            ids.retain(|id| self.matches(table, *id, name, &values));
        }
        Ok(ids)
    }

    /// Unknown filters leave everything.
    fn matches(&self, table: &str, id: u64, name: &str, values: &[&str]) -> bool {
        let row = &self.rows[table][&id];
        let text = |field: &str| match row.get(field) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            _ => String::new(),
        };
        let any = |found: &str| values.contains(&found);
        match name {
            "id" => any(&id.to_string()),
            "slug" | "name" | "model" => any(&text(name)),
            "name__ie" => values
                .iter()
                .any(|value| value.eq_ignore_ascii_case(&text("name"))),
            "description__ic" => values
                .iter()
                .all(|value| text("description").contains(value)),
            "tag" => row["tags"].as_array().unwrap().iter().any(|tag| {
                let slug = &self.rows["extras/tags"][&tag.as_u64().unwrap()]["slug"];
                any(slug.as_str().unwrap())
            }),
            "device_id" | "module_id" | "device_type_id" | "module_type_id" | "manufacturer_id" => {
                any(&text(name.trim_end_matches("_id")))
            }
            "cabled" => any(&row["cable"].is_u64().to_string()),
            "cable_id" if table == "dcim/cable-terminations" => any(&text("cable")),
            _ => match name.strip_prefix("cf_") {
                Some(field) => any(row["custom_fields"][field].as_str().unwrap_or("")),
                None => true,
            },
        }
    }

    pub fn render(&self, table: &str, id: u64) -> Option<Value> {
        self.render_fields(table, id, |_| true)
    }

    /// Only these fields: a list read asks for few.
    pub fn render_fields(
        &self,
        table: &str,
        id: u64,
        asked: impl Fn(&str) -> bool,
    ) -> Option<Value> {
        let row = self.rows.get(table)?.get(&id)?;
        let mut object: Object = row
            .iter()
            .filter(|(name, _)| asked(name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        object.insert("id".to_owned(), json!(id));
        for (field, target) in Self::related(table) {
            if asked(field) {
                let id = row.get(*field).and_then(Value::as_u64);
                let nested = id.and_then(|id| self.brief(target, id));
                object.insert((*field).to_owned(), nested.unwrap_or(Value::Null));
            }
        }
        for field in CHOICES {
            if let Some(Value::String(value)) = object.get(*field) {
                object.insert((*field).to_owned(), json!({"value": value, "label": value}));
            }
        }
        if asked("tags") {
            let tags = row.get("tags").and_then(Value::as_array);
            let tags = tags.into_iter().flatten();
            let tags: Vec<Value> = tags
                .filter_map(|tag| self.brief("extras/tags", tag.as_u64()?))
                .collect();
            object.insert("tags".to_owned(), json!(tags));
        }
        Some(Value::Object(object))
    }

    /// A related object: what names it.
    fn brief(&self, table: &str, id: u64) -> Option<Value> {
        let row = self.rows.get(table)?.get(&id)?;
        let mut object = Object::new();
        object.insert("id".to_owned(), json!(id));
        for name in ["name", "slug", "model"] {
            if let Some(value) = row.get(name) {
                object.insert(name.to_owned(), value.clone());
            }
        }
        if let Some(id) = row.get("manufacturer").and_then(Value::as_u64) {
            let manufacturer = self.brief("dcim/manufacturers", id)?;
            object.insert("manufacturer".to_owned(), manufacturer);
        }
        Some(Value::Object(object))
    }

    /// The key of the cable on an interface.
    pub fn cable_key(&self, interface: u64) -> Option<&Value> {
        let cable = self.rows["dcim/interfaces"][&interface]["cable"].as_u64()?;
        let cables = self.rows.get("dcim/cables")?;
        cables.get(&cable)?["custom_fields"].get("hedgehog_key")
    }

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
        fields.insert("last_updated".to_owned(), self.stamp());
        self.rows
            .entry(table.to_owned())
            .or_default()
            .insert(id, fields);
        match table {
            "dcim/cables" => self.connect(id, ends)?,
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
        let Some(mut fields) = self
            .rows
            .get(table)
            .and_then(|table| table.get(&id))
            .cloned()
        else {
            return Err(Refusal::field("id", "Object not found."));
        };
        self.assign(table, &mut fields, item)?;
        self.check_unique(table, id, &fields)?;
        fields.insert("last_updated".to_owned(), self.stamp());
        self.rows.get_mut(table).unwrap().insert(id, fields);
        if ends.iter().any(Option::is_some) {
            self.reconnect(id, ends)?;
        }
        Ok(id)
    }

    /// Moves the ends of a cable that are given.
    fn reconnect(&mut self, cable: u64, ends: [Option<Value>; 2]) -> Result<(), Refusal> {
        let old = |side: &str| {
            let mut rows = self.table("dcim/cable-terminations").map(|(_, row)| row);
            let row = rows.find(|row| row["cable"] == json!(cable) && row["cable_end"] == side)?;
            Some(json!([{"object_id": row["termination_id"]}]))
        };
        let [a, b] = ends;
        let ends = [a.or_else(|| old("A")), b.or_else(|| old("B"))];
        self.disconnect(cable);
        self.connect(cable, ends)
    }

    pub fn delete(&mut self, table: &str, id: u64) -> Result<(), Refusal> {
        if !self
            .rows
            .get(table)
            .is_some_and(|table| table.contains_key(&id))
        {
            return Err(Refusal::field("id", "Object not found."));
        }
        let children = |list: &'static [(&str, &str, &str)]| {
            let of_table = list.iter().filter(|(_, _, parent)| *parent == table);
            of_table.flat_map(|(child, field, _)| {
                let rows = self
                    .table(child)
                    .filter(|(_, row)| row.get(*field) == Some(&json!(id)));
                rows.map(|(id, _)| (*child, *id))
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
            if self.rows[child].contains_key(&child_id) {
                self.delete(child, child_id)?;
            }
        }
        let row = self.rows.get_mut(table).unwrap().remove(&id).unwrap();
        if table == "dcim/cables" {
            self.disconnect(id);
        }
        if table == "dcim/interfaces" && !row["cable"].is_null() {
            // The cable stays, with one end.
            let ends = self.rows.get_mut("dcim/cable-terminations").unwrap();
            ends.retain(|_, end| end["termination_id"] != json!(id));
        }
        if table == "extras/tags" {
            for row in self.rows.values_mut().flat_map(BTreeMap::values_mut) {
                if let Some(tags) = row.get_mut("tags").and_then(Value::as_array_mut) {
                    tags.retain(|tag| *tag != json!(id));
                }
            }
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
                Value::Object(keys) => keys
                    .iter()
                    .all(|(key, wish)| wish.is_object() || row.get(key) == Some(wish)),
                other @ (Value::Null
                | Value::Bool(_)
                | Value::Number(_)
                | Value::String(_)
                | Value::Array(_)) => other.as_u64() == Some(**id),
            })
            .map(|(id, _)| *id)
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
        let key = |row: &Object, names: &[&str]| -> Vec<Value> {
            let lower = |value: Option<&Value>| match value {
                Some(Value::String(text)) => json!(text.to_lowercase()),
                other => other.cloned().unwrap_or(Value::Null),
            };
            names.iter().map(|name| lower(row.get(*name))).collect()
        };
        let differs = |(of, field): &(&str, &str)| *of == table && fields[*field].is_null();
        if NULLS_DIFFER.iter().any(differs) {
            return Ok(());
        }
        for (of, names, message) in UNIQUE.iter().filter(|(of, _, _)| *of == table) {
            let mine = key(fields, names);
            if self
                .table(of)
                .any(|(other, row)| *other != id && key(row, names) == mine)
            {
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
            let terminations =
                terminations.ok_or_else(|| Refusal::whole("Both ends are needed."))?;
            let id = terminations[0]["object_id"].as_u64().unwrap();
            let stamp = self.stamp();
            let Some(interface) = self
                .rows
                .get_mut("dcim/interfaces")
                .and_then(|rows| rows.get_mut(&id))
            else {
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
            let rows = self
                .rows
                .entry("dcim/cable-terminations".to_owned())
                .or_default();
            rows.insert(self.last_id, row.as_object().cloned().unwrap());
        }
        Ok(())
    }

    fn disconnect(&mut self, cable: u64) {
        let stamp = self.stamp();
        for row in self
            .rows
            .get_mut("dcim/interfaces")
            .into_iter()
            .flat_map(BTreeMap::values_mut)
        {
            if row["cable"] == json!(cable) {
                row.insert("cable".to_owned(), Value::Null);
                row.insert("cable_end".to_owned(), Value::Null);
                row.insert("last_updated".to_owned(), stamp.clone());
            }
        }
        if let Some(ends) = self.rows.get_mut("dcim/cable-terminations") {
            ends.retain(|_, end| end["cable"] != json!(cable));
        }
    }
}
