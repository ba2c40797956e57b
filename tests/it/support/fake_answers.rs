//! How the fake `NetBox` answers reads and writes: paging, `fields=`, bulk requests that are all or
//! nothing, and `ETag`s.

use serde_json::{Map, Value, json};

use super::fake_tables::{Refusal, Tables};
use super::fake_wire::Reply;

pub(super) fn read(tables: &Tables, path: &str, query: &[(String, String)], deaf: bool) -> Reply {
    if let Some((table, id)) = path
        .rsplit_once('/')
        .and_then(|(table, id)| Some((table, id.parse().ok()?)))
    {
        return match tables.render(table, id) {
            Some(object) => Reply::json(200, &object),
            None => Reply::json(
                404,
                &json!({"detail": "No object matches the given query."}),
            ),
        };
    }
    let value = |name: &str| {
        query
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    };
    let filters = if deaf { &[] } else { query };
    let ids = match tables.select(path, filters) {
        Ok(ids) => ids,
        Err(refusal) => return refuse(&refusal),
    };
    let limit = value("limit")
        .and_then(|limit| limit.parse().ok())
        .unwrap_or(50_usize)
        .clamp(1, 1_000);
    let start = value("start").and_then(|start| start.parse::<u64>().ok());
    let rest: Vec<u64> = ids
        .iter()
        .copied()
        .filter(|id| *id >= start.unwrap_or(0))
        .collect();
    let page = &rest[..rest.len().min(limit)];
    let next = rest
        .get(limit)
        .map(|id| format!("http://elsewhere/api/{path}/?start={id}&limit={limit}"));
    let fields: Option<Vec<&str>> = value("fields").map(|fields| fields.split(',').collect());
    let asked = |name: &str| fields.as_ref().is_none_or(|f| f.contains(&name));
    let results: Vec<Value> = page
        .iter()
        .map(|id| tables.render_fields(path, *id, asked).unwrap())
        .collect();
    let count = if start.is_some() {
        Value::Null
    } else {
        json!(ids.len())
    };
    let mut page = json!({"count": count, "next": next, "previous": null});
    page["results"] = Value::Array(results);
    Reply::json(200, &page)
}

pub(super) fn write(
    tables: &mut Tables,
    method: &str,
    path: &str,
    body: Value,
    if_match: &str,
) -> Reply {
    let single = path
        .rsplit_once('/')
        .and_then(|(table, id)| Some((table.to_owned(), id.parse::<u64>().ok()?)));
    let (table, items, bulk) = match (single, body) {
        (Some((table, id)), item @ (Value::Object(_) | Value::Null)) => {
            let mut item = as_object(item);
            item.insert("id".to_owned(), json!(id));
            (table, vec![item], false)
        }
        (_, Value::Array(items)) => (
            path.to_owned(),
            items.into_iter().map(as_object).collect(),
            true,
        ),
        (_, item) => (path.to_owned(), vec![as_object(item)], false),
    };
    let before = tables.clone();
    let ids = match all_or_none(tables, (method, &table, bulk), items, if_match) {
        Ok(ids) => ids,
        Err(refusal) => {
            *tables = before;
            return refuse(&refusal);
        }
    };
    if method == "DELETE" {
        return Reply::json(204, &Value::Null);
    }
    let status = if method == "POST" { 201 } else { 200 };
    let mut objects: Vec<Value> = ids
        .iter()
        .map(|id| tables.render(&table, *id).unwrap())
        .collect();
    let body = if bulk {
        Value::Array(objects)
    } else {
        objects.remove(0)
    };
    Reply::json(status, &body)
}

/// Does it for each item; an error leaves the tables for the caller to put back.
fn all_or_none(
    tables: &mut Tables,
    (method, table, bulk): (&str, &str, bool),
    items: Vec<Map<String, Value>>,
    tags: &str,
) -> Result<Vec<u64>, Refusal> {
    if !tags.is_empty() {
        check_etags(tables, table, &items, tags)?;
    }
    let mut ids = Vec::new();
    let mut bad = Vec::new();
    let total = items.len();
    for (index, item) in items.into_iter().enumerate() {
        let id = item.get("id").and_then(Value::as_u64);
        match one(tables, method, table, item) {
            Ok(id) => ids.push(id),
            Err(Refusal { status: 400, body }) if bulk && method == "POST" => {
                bad.push(json!({"index": index, "errors": body}));
            }
            Err(Refusal { status, body }) if bulk && status < 500 => {
                let errors = json!([{"id": id, "errors": body}]);
                let body = json!({"detail": "Nothing was done.", "errors": errors});
                return Err(Refusal { status, body });
            }
            Err(refusal) => return Err(refusal),
        }
    }
    if bad.is_empty() {
        return Ok(ids);
    }
    let detail = format!("{} of {total} objects could not be created.", bad.len());
    Err(Refusal {
        status: 400,
        body: json!({"detail": detail, "errors": bad}),
    })
}

fn one(
    tables: &mut Tables,
    method: &str,
    table: &str,
    item: Map<String, Value>,
) -> Result<u64, Refusal> {
    let id = item.get("id").and_then(Value::as_u64);
    match (method, id) {
        ("POST", _) => tables.create(table, item),
        ("PATCH", Some(id)) => tables.update(table, id, item),
        ("DELETE", Some(id)) => tables.delete(table, id).map(|()| id),
        _ => Err(Refusal::field("id", "This field is required.")),
    }
}

fn check_etags(
    tables: &Tables,
    table: &str,
    items: &[Map<String, Value>],
    tags: &str,
) -> Result<(), Refusal> {
    for item in items {
        let object = tables.render(table, item["id"].as_u64().unwrap_or(0));
        let time = |name: &str| object.as_ref().and_then(|object| object[name].as_str());
        let updated = time("last_updated").or_else(|| time("created"));
        let updated = updated.unwrap_or("");
        if !tags.contains(&format!("W/\"{}\"", updated.replace('Z', "+00:00"))) {
            return Err(Refusal {
                status: 412,
                body: json!({"detail": "The object has changed."}),
            });
        }
    }
    Ok(())
}

fn as_object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        Value::Null => Map::new(),
        other @ (Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_)) => {
            panic!("not an object: {other}")
        }
    }
}

pub(super) fn refuse(refusal: &Refusal) -> Reply {
    Reply::json(refusal.status, &refusal.body)
}
