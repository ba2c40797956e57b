//! A `NetBox` in this process: only what we use of it, with the traps of the real one. Paging by
//! cursor, `fields=`, unknown filters that are ignored, bulk requests that are all or nothing,
//! `ETag`s, and faults on demand. What its tables do is in `fake_tables`.
//!
//! The contract suite runs against this and against a real server; where they differ, this is wrong.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use serde_json::{Map, Value, json};
use tokio_util::sync::CancellationToken;

use super::fake_tables::{Refusal, Tables};

pub const TOKEN: &str = "nbt_fakefakefake.0123456789012345678901234567890123456789";

/// What goes wrong with a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing does.
    None,
    /// It is carried out, and a proxy answers 502.
    Lost,
    /// It is rolled back by a deadlock.
    Deadlock,
    /// It is carried out, and the server closes the connection.
    Gone,
    /// Refused for now.
    TooMany,
    /// Likewise, and `Retry-After` says until when.
    After(&'static str),
}

/// The server; it ends with the test's runtime.
#[derive(Debug, Clone)]
pub struct FakeNetbox {
    pub url: String,
    inner: Arc<Mutex<Inner>>,
}

#[derive(Debug, Default)]
struct Inner {
    tables: Tables,
    /// For the next writes, in order.
    faults: VecDeque<Fault>,
    requests: Vec<String>,
    /// Cancelled when so many more writes are done.
    cancel: Option<(usize, CancellationToken)>,
    version: String,
}

impl FakeNetbox {
    pub async fn start() -> Self {
        let inner = Arc::new(Mutex::new(Inner {
            version: "4.7.3".to_owned(),
            ..Inner::default()
        }));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let app = axum::Router::new()
            .fallback(handle)
            .with_state(Arc::clone(&inner));
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { url, inner }
    }

    /// What happens to the next writes.
    pub fn plan_faults(&self, faults: impl IntoIterator<Item = Fault>) {
        self.inner.lock().unwrap().faults.extend(faults);
    }

    pub fn clear_faults(&self) {
        self.inner.lock().unwrap().faults.clear();
    }

    /// Cancels when this many writes were answered; at once, for none.
    pub fn cancel_after(&self, writes: usize, cancel: CancellationToken) {
        if writes == 0 {
            cancel.cancel();
        } else {
            self.inner.lock().unwrap().cancel = Some((writes, cancel));
        }
    }

    pub fn set_version(&self, version: &str) {
        version.clone_into(&mut self.inner.lock().unwrap().version);
    }

    /// Method and path of each request so far.
    pub fn requests(&self) -> Vec<String> {
        self.inner.lock().unwrap().requests.clone()
    }
}

async fn handle(State(inner): State<Arc<Mutex<Inner>>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let path = parts.uri.path().to_owned();
    let query: Vec<(String, String)> =
        url::form_urlencoded::parse(parts.uri.query().unwrap_or("").as_bytes())
            .into_owned()
            .collect();
    let mut inner = inner.lock().unwrap();
    inner.requests.push(format!("{} {path}", parts.method));
    if parts.uri.to_string().len() + 16 > 4_094 {
        return text(
            StatusCode::BAD_REQUEST,
            "<html>Request Line is too large</html>",
        );
    }
    if parts
        .headers
        .get("authorization")
        .is_none_or(|value| !value.to_str().unwrap().ends_with(TOKEN))
    {
        return answer(403, &json!({"detail": "Invalid v2 token"}), &[]);
    }
    let Some(path) = path
        .strip_prefix("/api/")
        .and_then(|path| path.strip_suffix('/'))
    else {
        return text(StatusCode::NOT_FOUND, "<html>Page not found</html>");
    };
    if path == "status" {
        return answer(200, &json!({"netbox-version": inner.version}), &[]);
    }
    if parts.method == "GET" {
        return read(&inner.tables, path, &query);
    }
    write_with_faults(&mut inner, &parts.method, path, &body, &parts.headers)
}

fn write_with_faults(
    inner: &mut Inner,
    method: &Method,
    path: &str,
    body: &[u8],
    headers: &HeaderMap,
) -> Response {
    let fault = inner.faults.pop_front().unwrap_or(Fault::None);
    match fault {
        Fault::Deadlock => {
            let body = json!({"error": "deadlock detected", "exception": "OperationalError"});
            return answer(500, &body, &[]);
        }
        Fault::TooMany => return throttled("0"),
        Fault::After(moment) => return throttled(moment),
        Fault::None | Fault::Lost | Fault::Gone => {}
    }
    let body = if body.is_empty() {
        Value::Null
    } else {
        serde_json::from_slice(body).unwrap()
    };
    let written = write(&mut inner.tables, method.as_str(), path, body, headers);
    if let Some((left, cancel)) = &mut inner.cancel {
        *left = left.saturating_sub(1);
        if *left == 0 {
            cancel.cancel();
        }
    }
    match fault {
        Fault::Lost => text(StatusCode::BAD_GATEWAY, "<html>Bad gateway</html>"),
        // A body that breaks off: the client has a status and no answer.
        Fault::Gone => Response::builder()
            .header("content-type", "application/json")
            .body(Body::from_stream(futures_util::stream::once(async {
                Err::<axum::body::Bytes, _>(std::io::Error::other("gone"))
            })))
            .unwrap(),
        Fault::None | Fault::Deadlock | Fault::TooMany | Fault::After(_) => written,
    }
}

fn throttled(retry_after: &str) -> Response {
    let body = json!({"detail": "Request was throttled."});
    answer(429, &body, &[("retry-after", retry_after)])
}

fn read(tables: &Tables, path: &str, query: &[(String, String)]) -> Response {
    if let Some((table, id)) = path
        .rsplit_once('/')
        .and_then(|(table, id)| Some((table, id.parse().ok()?)))
    {
        return match tables.render(table, id) {
            Some(object) => answer(200, &object, &[]),
            None => answer(
                404,
                &json!({"detail": "No object matches the given query."}),
                &[],
            ),
        };
    }
    let value = |name: &str| {
        query
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    };
    let ids = match tables.select(path, query) {
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
    let results: Vec<Value> = page
        .iter()
        .map(|id| {
            let mut object = tables.render(path, *id).unwrap();
            if let (Some(fields), Value::Object(map)) = (value("fields"), &mut object) {
                map.retain(|name, _| fields.split(',').any(|field| field == name));
            }
            object
        })
        .collect();
    let count = if start.is_some() {
        Value::Null
    } else {
        json!(ids.len())
    };
    answer(
        200,
        &json!({"count": count, "next": next, "previous": null, "results": results}),
        &[],
    )
}

fn write(
    tables: &mut Tables,
    method: &str,
    path: &str,
    body: Value,
    headers: &HeaderMap,
) -> Response {
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
    let tags: Vec<String> = headers
        .get_all("if-match")
        .iter()
        .map(|value| value.to_str().unwrap().to_owned())
        .collect();
    let tags = tags.join(", ");
    let ids = match all_or_none(tables, (method, &table, bulk), items, &tags) {
        Ok(ids) => ids,
        Err(refusal) => {
            *tables = before;
            return refuse(&refusal);
        }
    };
    if method == "DELETE" {
        return answer(204, &Value::Null, &[]);
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
    answer(status, &body, &[])
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
        let updated = object
            .as_ref()
            .and_then(|object| object["last_updated"].as_str())
            .unwrap_or("");
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

fn refuse(refusal: &Refusal) -> Response {
    answer(refusal.status, &refusal.body, &[])
}

fn answer(status: u16, body: &Value, headers: &[(&str, &str)]) -> Response {
    let mut builder = Response::builder().status(status);
    if !body.is_null() {
        builder = builder.header("content-type", "application/json");
    }
    for (name, value) in headers {
        builder = builder.header(*name, *value);
    }
    // The tables' clock and this one agree: a tag that was just written is fresh.
    builder = builder.header("date", "Thu, 01 Jan 2026 00:00:10 GMT");
    let body = if body.is_null() {
        Body::empty()
    } else {
        Body::from(body.to_string())
    };
    builder.body(body).unwrap()
}

fn text(status: StatusCode, text: &str) -> Response {
    Response::builder()
        .status(status)
        .header("content-type", "text/html")
        .body(Body::from(text.to_owned()))
        .unwrap()
}
