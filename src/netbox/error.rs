//! What went wrong, typed; and how `NetBox`'s error bodies are read.

use std::time::Duration;

use serde_json::Value;
use thiserror::Error;

use super::branch::BranchFault;
use super::permission::Permission;
use super::version::Version;

/// One object of a bulk request that `NetBox` would not take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemError {
    /// What whoever sent it calls the object: `leaf-01`, `leaf-01:E1/1 -- compute-001:p0`.
    pub object: Option<String>,
    /// Position in the request, where `NetBox` says so.
    pub index: Option<usize>,
    /// Id of the object, where `NetBox` says so.
    pub id: Option<u64>,
    /// `field: message`, or the message alone where it is about the whole object.
    pub messages: Vec<String>,
}

/// Why a request did not do what it should. [`Self::explain`] says what to do about it.
#[derive(Debug, Clone, Error)]
pub enum NetboxError {
    #[error("server_url {url:?} cannot be used: {reason}")]
    InvalidUrl { url: String, reason: String },
    #[error("the header {name:?} cannot be sent: {reason}")]
    InvalidHeader { name: String, reason: &'static str },
    #[error("the text is not the PEM form of {expected}")]
    InvalidPem { expected: &'static str },
    #[error("the API token holds characters that a header cannot carry")]
    InvalidToken,
    #[error("the HTTP client could not be set up: {cause}")]
    Setup { cause: String },
    #[error("no connection to {url}: {cause}")]
    Unreachable { url: String, cause: String },
    /// The request may or may not have been carried out.
    #[error("{method} {path} was sent but its answer was lost: {cause}")]
    AnswerLost {
        method: &'static str,
        path: String,
        cause: String,
        /// How long the server asked to be left alone.
        wait: Option<Duration>,
    },
    #[error("{url} redirects to {location}")]
    Redirected { url: String, location: String },
    #[error("{url} answered {status} with something that is not NetBox's API")]
    NotNetbox {
        url: String,
        status: u16,
        beginning: String,
    },
    /// A limit of `NetBox`, of its web server or of a proxy.
    #[error("{method} {path} was refused as too large, with status {status}: {detail}")]
    TooLarge {
        method: &'static str,
        path: String,
        status: u16,
        detail: String,
    },
    #[error("NetBox refused the API token: {detail}")]
    BadToken { url: String, detail: String },
    #[error("the API token may not {method} {path}: {detail}")]
    Forbidden {
        method: &'static str,
        path: String,
        detail: String,
    },
    #[error("{path} is not there")]
    NotFound { path: String },
    /// Something else refers to the object.
    #[error("{path}: {detail}")]
    Protected {
        path: String,
        detail: String,
        items: Vec<ItemError>,
    },
    /// Somebody changed the object since it was read.
    #[error("{path} was changed by somebody else in the meantime")]
    Changed { path: String },
    #[error("NetBox rejected {method} {path}: {detail}")]
    Rejected {
        method: &'static str,
        path: String,
        detail: String,
        items: Vec<ItemError>,
    },
    #[error("NetBox failed with {status} on {method} {path}: {detail}")]
    Server {
        method: &'static str,
        path: String,
        status: u16,
        detail: String,
    },
    #[error("the answer to {path} could not be read: {cause}")]
    Unreadable { path: String, cause: String },
    #[error("the branch {branch:?} cannot be used: {fault}")]
    Branch { branch: String, fault: BranchFault },
    #[error("NetBox {found} is too old")]
    UnsupportedVersion { found: Version },
    #[error("stopped before {method} {path}")]
    Cancelled { method: &'static str, path: String },
    #[error("{last} (after {attempts} attempts)")]
    RetriesExhausted { attempts: u32, last: Box<Self> },
}

impl NetboxError {
    /// What the last of several attempts said.
    fn last(&self) -> &Self {
        if let Self::RetriesExhausted { last, .. } = self {
            last
        } else {
            self
        }
    }

    /// True where the request may have been carried out all the same.
    pub fn is_uncertain(&self) -> bool {
        // A unique index that is hit by two writers at once shows as a 500, not as a 400. A page for
        // people with a status of success says no more than an answer that broke off.
        matches!(
            self.last(),
            Self::AnswerLost { .. }
                | Self::Server { .. }
                | Self::Unreadable { .. }
                | Self::NotNetbox {
                    status: 200..300,
                    ..
                }
        )
    }

    /// True where `NetBox` said that such an object exists: perhaps ours, from a lost answer.
    pub fn is_duplicate(&self) -> bool {
        let words = [
            "unique",
            "already exists",
            "Duplicate termination",
            "already has",
        ];
        let Self::Rejected { items, detail, .. } = self else {
            return false;
        };
        let mut messages = items.iter().flat_map(|item| &item.messages).chain([detail]);
        messages.any(|message| words.iter().any(|word| message.contains(word)))
    }

    /// True where the server, or the way to it, may be there again in a while.
    pub fn is_outage(&self) -> bool {
        matches!(self.last(), Self::AnswerLost { .. })
    }

    /// How long the server asked to be left alone.
    pub(super) fn wait(&self) -> Option<Duration> {
        let Self::AnswerLost { wait, .. } = self.last() else {
            return None;
        };
        *wait
    }

    /// Whether so much time was spent on it that there is little sense in more.
    pub fn has_waited(&self) -> bool {
        matches!(self, Self::RetriesExhausted { .. }) || self.is_outage()
    }

    /// Whether a look at what is there now shows how to go on: an answer was lost, or somebody was quicker.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Changed { .. }) || self.is_duplicate() || self.is_uncertain()
    }

    pub fn is_cancelled(&self) -> bool {
        matches!(self, Self::Cancelled { .. })
    }

    pub fn is_forbidden(&self) -> bool {
        matches!(self, Self::Forbidden { .. })
    }

    /// The permission that the token's user lacks.
    pub fn lacking(&self) -> Option<Permission> {
        let Self::Forbidden { method, path, .. } = self else {
            return None;
        };
        Some(Permission::of_request(method, path))
    }

    /// Says which objects the per-object errors are about.
    #[must_use]
    pub fn naming(mut self, name: impl Fn(&ItemError) -> Option<String>) -> Self {
        if let Self::Rejected { items, .. } | Self::Protected { items, .. } = &mut self {
            for item in items {
                item.object = name(item);
            }
        }
        self
    }

    /// The same error about those objects only.
    #[must_use]
    pub fn about(mut self, these: impl Fn(&ItemError) -> bool) -> Self {
        if let Self::Rejected { items, .. } | Self::Protected { items, .. } = &mut self {
            items.retain(these);
        }
        self
    }

    /// The per-object errors, if `NetBox` gave some.
    pub fn items(&self) -> &[ItemError] {
        if let Self::Rejected { items, .. } | Self::Protected { items, .. } = self {
            items
        } else {
            &[]
        }
    }
}

/// Characters of a page that is no API answer.
const BEGINNING_MAX: usize = 160;

/// Turns an answer that is not a success into an error.
///
/// `NetBox` has several shapes: `{"detail", "errors": [{"index"|"id", "errors"}]}` for bulk
/// requests, `{"field": [..]}` for single ones, a list of such objects, and HTML where something in
/// front of or below the API failed.
pub(super) fn from_answer(
    method: &'static str,
    url: &str,
    path: &str,
    status: u16,
    body: &[u8],
) -> NetboxError {
    let path = path.to_owned();
    let Ok(value) = serde_json::from_slice::<Value>(body) else {
        let beginning = beginning(&String::from_utf8_lossy(body));
        let line_too_long = status == 400 && beginning.contains("Request Line is too large");
        return match status {
            413 | 414 | 431 => too_large(method, path, status, beginning),
            _ if line_too_long => too_large(method, path, status, beginning),
            500.. => NetboxError::Server {
                method,
                path,
                status,
                detail: beginning,
            },
            _ => NetboxError::NotNetbox {
                url: url.to_owned(),
                status,
                beginning,
            },
        };
    };
    let detail = detail_of(&value);
    let exception = value.get("exception").and_then(Value::as_str);
    match status {
        413 | 414 | 431 => too_large(method, path, status, detail),
        500 if exception == Some("RequestDataTooBig") => too_large(method, path, status, detail),
        401 => NetboxError::BadToken {
            url: url.to_owned(),
            detail,
        },
        403 if is_about_the_token(&detail) => NetboxError::BadToken {
            url: url.to_owned(),
            detail,
        },
        403 => NetboxError::Forbidden {
            method,
            path,
            detail,
        },
        404 => NetboxError::NotFound { path },
        409 => NetboxError::Protected {
            path,
            detail,
            items: items_of(&value),
        },
        412 => NetboxError::Changed { path },
        500.. => NetboxError::Server {
            method,
            path,
            status,
            detail,
        },
        _ => NetboxError::Rejected {
            method,
            path,
            detail,
            items: items_of(&value),
        },
    }
}

fn too_large(method: &'static str, path: String, status: u16, detail: String) -> NetboxError {
    NetboxError::TooLarge {
        method,
        path,
        status,
        detail,
    }
}

/// What a page says first, without its markup.
pub(super) fn beginning(page: &str) -> String {
    let mut text = String::new();
    let mut rest = page;
    while let Some(start) = rest.find('<') {
        text.push_str(&rest[..start]);
        text.push(' ');
        rest = &rest[start..];
        let hidden = ["style", "script"].into_iter().find(|name| {
            rest.get(1..=name.len())
                .is_some_and(|tag| tag.eq_ignore_ascii_case(name))
        });
        let end = match hidden {
            Some(name) => rest.find(&format!("</{name}")).map(|at| at + 2),
            None => rest.find('>').map(|at| at + 1),
        };
        rest = end.and_then(|end| rest.get(end..)).unwrap_or_default();
        if hidden.is_some() {
            rest = rest.split_once('>').map_or("", |(_, rest)| rest);
        }
    }
    text.push_str(rest);
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().take(BEGINNING_MAX).collect()
}

/// A bad token is a 403 like a missing permission; only the words differ.
fn is_about_the_token(detail: &str) -> bool {
    let lower = detail.to_lowercase();
    lower.contains("token")
        || lower.contains("authentication credentials")
        || lower.contains("user inactive")
}

fn detail_of(value: &Value) -> String {
    for name in ["detail", "error"] {
        if let Some(text) = value.get(name).and_then(Value::as_str) {
            return text.to_owned();
        }
    }
    messages_of(value).join("; ")
}

fn items_of(value: &Value) -> Vec<ItemError> {
    if let Some(Value::Array(errors)) = value.get("errors") {
        return errors
            .iter()
            .map(|error| ItemError {
                object: None,
                index: error
                    .get("index")
                    .and_then(Value::as_u64)
                    .and_then(|index| usize::try_from(index).ok()),
                id: error.get("id").and_then(Value::as_u64),
                messages: messages_of(error.get("errors").unwrap_or(error)),
            })
            .collect();
    }
    let of = |index: Option<usize>, error: &Value| ItemError {
        object: None,
        index,
        id: None,
        messages: messages_of(error),
    };
    match value {
        // Older releases answer a bulk create with one object per item, empty where all is well.
        Value::Array(errors) => errors
            .iter()
            .enumerate()
            .filter(|(_, error)| error.as_object().is_none_or(|object| !object.is_empty()))
            .map(|(index, error)| of(Some(index), error))
            .collect(),
        Value::Object(_) => vec![of(None, value)],
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}

fn messages_of(value: &Value) -> Vec<String> {
    match value {
        Value::Null => Vec::new(),
        Value::String(text) => vec![text.clone()],
        Value::Array(values) => values.iter().flat_map(messages_of).collect(),
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(name, value)| {
                let bare = matches!(name.as_str(), "__all__" | "non_field_errors" | "detail");
                messages_of(value).into_iter().map(move |message| {
                    if bare {
                        message
                    } else {
                        format!("{name}: {message}")
                    }
                })
            })
            .collect(),
        Value::Bool(_) | Value::Number(_) => vec![value.to_string()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(status: u16, body: &str) -> NetboxError {
        from_answer(
            "POST",
            "http://x/api/dcim/devices/",
            "dcim/devices",
            status,
            body.as_bytes(),
        )
    }

    #[test]
    fn bulk_errors_are_mapped_back_to_items() {
        let error = read(
            400,
            r#"{"detail":"2 of 4 objects could not be created.","errors":[
                {"index":2,"errors":{"role":["Related object not found"]}},
                {"index":3,"errors":{"__all__":["Device name must be unique per site and tenant."]}}]}"#,
        );
        let items = error.items();
        assert_eq!(items[0].index, Some(2));
        assert_eq!(items[0].messages, ["role: Related object not found"]);
        assert_eq!(
            items[1].messages,
            ["Device name must be unique per site and tenant."]
        );
        assert!(error.is_duplicate());
    }

    #[test]
    fn older_and_single_shapes_are_read_too() {
        let list = read(400, r#"[{}, {"name":["This field is required."]}]"#);
        assert_eq!(list.items().len(), 1);
        assert_eq!(list.items()[0].index, Some(1));
        let single = read(400, r#"{"slug":["tag with this slug already exists."]}"#);
        assert!(single.is_duplicate());
        assert_eq!(
            single.items()[0].messages,
            ["slug: tag with this slug already exists."]
        );
    }

    #[test]
    fn each_refusal_is_its_own_error() {
        assert!(matches!(
            read(403, r#"{"detail":"Invalid v2 token"}"#),
            NetboxError::BadToken { .. }
        ));
        assert!(matches!(
            read(
                403,
                r#"{"detail":"You do not have permission to perform this action."}"#
            ),
            NetboxError::Forbidden { .. }
        ));
        assert!(matches!(
            read(404, "<html>not here</html>"),
            NetboxError::NotNetbox { .. }
        ));
        assert!(matches!(
            read(409, r#"{"detail":"12 dependent objects"}"#),
            NetboxError::Protected { .. }
        ));
        assert!(matches!(read(412, "{}"), NetboxError::Changed { .. }));
        assert!(
            read(
                500,
                r#"{"error":"duplicate key","exception":"IntegrityError"}"#
            )
            .is_uncertain()
        );
        assert!(read(502, "<html>Bad gateway</html>").is_uncertain());
    }

    #[test]
    fn pages_are_shown_by_what_they_say() {
        let page = "<!DOCTYPE html><html><head><title>Server Error</title>\n<style>body {x}</style>\
                    <script>if (a<b) {}</script></head><body>  <b>ConnectionError</b> at\n redis";
        assert_eq!(beginning(page), "Server Error ConnectionError at redis");
        for broken in [
            "<",
            "<style",
            "<style>a",
            "a<b",
            "<script></script",
            "é<",
            "<é>x",
        ] {
            assert!(
                beginning(broken).chars().count() <= BEGINNING_MAX,
                "{broken}"
            );
        }
    }

    #[test]
    fn what_is_too_large_is_said_to_be() {
        for (status, body) in [
            (413, "<html><h1>413 Request Entity Too Large</h1></html>"),
            (431, "<html>Request Header Fields Too Large</html>"),
            (
                400,
                "<html><p>Request Line is too large (4101 &gt; 4094)</p></html>",
            ),
            (
                500,
                r#"{"error":"Request body exceeded","exception":"RequestDataTooBig"}"#,
            ),
        ] {
            let error = read(status, body);
            assert!(matches!(error, NetboxError::TooLarge { .. }), "{error}");
            assert!(error.explain().detail.contains("batch_size"), "{error}");
        }
    }
}
