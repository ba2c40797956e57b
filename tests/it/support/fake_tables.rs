//! The tables of the fake `NetBox`, and how they are read. Writing is in `fake_writes`.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::fake_schema::{CHOICES, COUNTERS, RELATED};

pub(super) type Object = Map<String, Value>;
/// Objects by id.
pub(super) type Table = BTreeMap<u64, Arc<Object>>;

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

    pub(super) fn whole(message: &str) -> Self {
        Self::field("__all__", message)
    }
}

/// Objects by table and id; related objects as ids. A copy shares what neither has changed since.
#[derive(Debug, Clone, Default)]
pub struct Tables {
    pub(super) rows: BTreeMap<String, Arc<Table>>,
    pub(super) last_id: u64,
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
    /// Rows of a table with their ids, in order.
    pub fn table(&self, table: &str) -> impl Iterator<Item = (u64, &Object)> {
        let rows = self.rows.get(table).into_iter();
        rows.flat_map(|rows| rows.iter().map(|(id, row)| (*id, &**row)))
    }

    /// One row as it is stored.
    pub fn row(&self, table: &str, id: u64) -> Option<&Object> {
        self.rows.get(table)?.get(&id).map(|row| &**row)
    }

    /// The rows of a table, to be changed.
    pub(super) fn table_mut(&mut self, table: &str) -> &mut Table {
        Arc::make_mut(self.rows.entry(table.to_owned()).or_default())
    }

    pub(super) fn row_mut(&mut self, table: &str, id: u64) -> Option<&mut Object> {
        self.row(table, id)?;
        self.table_mut(table).get_mut(&id).map(Arc::make_mut)
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.rows.keys().map(String::as_str)
    }

    pub fn ids(&self, table: &str) -> Vec<u64> {
        self.table(table).map(|(id, _)| id).collect()
    }

    pub(super) fn related(table: &str) -> &'static [(&'static str, &'static str)] {
        RELATED
            .iter()
            .find(|(name, _)| *name == table)
            .map_or(&[], |(_, related)| related)
    }

    pub(super) fn stamp(&mut self) -> Value {
        self.writes += 1;
        let (day, time) = day_and_time(self.seconds);
        json!(format!("2026-01-{day:02}T{time}.{:06}Z", self.writes))
    }

    pub fn advance(&mut self, seconds: u64) {
        self.seconds += seconds;
    }

    /// Not earlier than in those.
    pub fn go_on_from(&mut self, since: &Self) {
        self.seconds = self.seconds.max(since.seconds);
    }

    /// As `NetBox` Branching leaves what it merged: rows have the time of their creation alone.
    pub fn forget_changes(&mut self) {
        let tables: Vec<String> = self.names().map(str::to_owned).collect();
        for table in tables {
            for row in self.table_mut(&table).values_mut() {
                Arc::make_mut(row).insert("last_updated".to_owned(), Value::Null);
            }
        }
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
        let mut ids = self.ids(table);
        for (name, values) in wanted {
            for value in &values {
                let target = match name {
                    "tag" => self
                        .table("extras/tags")
                        .any(|(_, tag)| tag["slug"] == **value),
                    "device_id" => self.row("dcim/devices", value.parse().unwrap()).is_some(),
                    "bridge_id" => {
                        let id = value.parse().unwrap();
                        self.row("dcim/interfaces", id).is_some()
                    }
                    "module_id" => self.row("dcim/modules", value.parse().unwrap()).is_some(),
                    "device_type_id" => {
                        let id = value.parse().unwrap();
                        self.row("dcim/device-types", id).is_some()
                    }
                    "module_type_id" => {
                        let id = value.parse().unwrap();
                        self.row("dcim/module-types", id).is_some()
                    }
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
            "device_id" if table == "dcim/cables" => {
                let mut ends = self.table("dcim/interfaces");
                ends.any(|(_, port)| {
                    let device = port["device"].to_string();
                    port["cable"] == id && any(&device)
                })
            }
            "device_id" | "module_id" | "device_type_id" | "module_type_id" | "manufacturer_id" => {
                any(&text(name.trim_end_matches("_id")))
            }
            "bridge_id" => any(&text("bridge")),
            "module_bay_id" => any(&text("module_bay")),
            "cabled" => any(&row["cable"].is_u64().to_string()),
            "cable_id" if table == "dcim/cable-terminations" => any(&text("cable")),
            _ => match name.strip_prefix("cf_") {
                Some(field) => any(row["custom_fields"][field].as_str().unwrap_or("")),
                None => true,
            },
        }
    }

    /// Whether the row is as in a copy of these tables: neither has changed it since.
    pub fn shares(&self, other: &Self, table: &str, id: u64) -> bool {
        let row = |tables: &Self| tables.rows.get(table)?.get(&id).cloned();
        match (row(self), row(other)) {
            (Some(one), Some(two)) => Arc::ptr_eq(&one, &two),
            _ => false,
        }
    }

    pub fn render(&self, table: &str, id: u64) -> Option<Value> {
        // What a cable ends on its ports say, and counts are of other objects: two inventories differ in ids.
        let elsewhere = ["_terminations", "_count"];
        self.render_fields(table, id, |field| {
            !elsewhere.iter().any(|end| field.ends_with(end))
        })
    }

    /// Only these fields: a list read asks for few.
    pub fn render_fields(
        &self,
        table: &str,
        id: u64,
        asked: impl Fn(&str) -> bool,
    ) -> Option<Value> {
        let row = self.row(table, id)?;
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
        for (_, field, counted, pointing) in COUNTERS.iter().filter(|c| c.0 == table) {
            if asked(field) {
                let of_it = self.table(counted).filter(|(_, row)| row[*pointing] == id);
                object.insert((*field).to_owned(), json!(of_it.count()));
            }
        }
        for field in CHOICES {
            if let Some(Value::String(value)) = object.get(*field) {
                object.insert((*field).to_owned(), json!({"value": value, "label": value}));
            }
        }
        if table == "dcim/cables" {
            for (field, end) in [("a_terminations", "A"), ("b_terminations", "B")] {
                if asked(field) {
                    let ends: Vec<Value> = self.ends(id, end);
                    object.insert(field.to_owned(), Value::Array(ends));
                }
            }
        }
        if asked("tags") {
            let tags = row.get("tags").and_then(Value::as_array);
            let tags = tags.into_iter().flatten();
            let tags: Vec<Value> = tags
                .filter_map(|tag| self.brief("extras/tags", tag.as_u64()?))
                .collect();
            object.insert("tags".to_owned(), Value::Array(tags));
        }
        Some(Value::Object(object))
    }

    /// What a cable ends on.
    fn ends(&self, cable: u64, end: &str) -> Vec<Value> {
        let ports = self.table("dcim/interfaces");
        let mine = ports.filter(|(_, port)| port["cable"] == cable && port["cable_end"] == end);
        mine.map(|(id, port)| {
            let device = port["device"]
                .as_u64()
                .and_then(|id| self.brief("dcim/devices", id));
            let object = json!({"id": id, "name": port["name"], "device": device});
            json!({"object_type": "dcim.interface", "object_id": id, "object": object})
        })
        .collect()
    }

    /// A related object: what names it.
    fn brief(&self, table: &str, id: u64) -> Option<Value> {
        let row = self.row(table, id)?;
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
        self.row("dcim/cables", cable)?["custom_fields"].get("hedgehog_key")
    }
}
