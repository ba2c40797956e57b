//! Requests to the fake `NetBox`, and its answers.

use axum::http::request::Parts;
use serde_json::Value;

use super::fake_netbox::TOKEN;
use super::fake_tables::Tables;

/// An answer before it is sent.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub body: String,
    pub(super) headers: Vec<(&'static str, String)>,
}

impl Reply {
    pub fn json(status: u16, body: &Value) -> Self {
        if body.is_null() {
            return Self {
                status,
                body: String::new(),
                headers: Vec::new(),
            };
        }
        Self {
            status,
            body: body.to_string(),
            headers: vec![("content-type", "application/json".to_owned())],
        }
    }

    pub fn html(status: u16, body: &str) -> Self {
        Self {
            status,
            body: body.to_owned(),
            headers: vec![("content-type", "text/html".to_owned())],
        }
    }

    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }
}

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Sent {
    pub method: String,
    /// With slashes at its ends: `/api/dcim/devices/`.
    pub path: String,
    pub query: Vec<(String, String)>,
    pub body: Value,
    pub if_match: String,
    pub(super) authorized: bool,
    pub(super) line_bytes: usize,
    /// Of the longest header.
    pub(super) header_bytes: usize,
    pub(super) body_bytes: usize,
}

impl Sent {
    pub(super) fn new(parts: &Parts, body: &[u8]) -> Self {
        let text = |name: &str| -> Vec<String> {
            parts
                .headers
                .get_all(name)
                .iter()
                .map(|value| value.to_str().unwrap().to_owned())
                .collect()
        };
        Self {
            method: parts.method.to_string(),
            path: parts.uri.path().to_owned(),
            query: url::form_urlencoded::parse(parts.uri.query().unwrap_or("").as_bytes())
                .into_owned()
                .collect(),
            body: if body.is_empty() {
                Value::Null
            } else {
                serde_json::from_slice(body).unwrap()
            },
            if_match: text("if-match").join(", "),
            authorized: text("authorization")
                .iter()
                .any(|value| value.ends_with(TOKEN)),
            line_bytes: parts.uri.to_string().len() + 16,
            header_bytes: parts
                .headers
                .iter()
                .map(|(name, value)| name.as_str().len() + 2 + value.len())
                .max()
                .unwrap_or(0),
            body_bytes: body.len(),
        }
    }

    pub(super) fn is_write(&self) -> bool {
        self.method != "GET"
    }
}

/// Who sees what each request did, and says something else.
pub trait Liar: std::fmt::Debug + Send {
    /// `before` and `after` are the tables; `reply` is what they make true.
    fn answer(&mut self, sent: &Sent, before: &Tables, after: &Tables, reply: &mut Reply);
}
