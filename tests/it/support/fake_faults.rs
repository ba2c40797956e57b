//! What can go wrong between a client and the fake `NetBox`.

use axum::http::StatusCode;
use serde_json::json;

use super::fake_netbox::Reply;

/// What goes wrong with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing does.
    None,
    /// It is carried out, and a proxy answers with this status.
    Lost(u16),
    /// It is not carried out, and a proxy answers with this status.
    Refused(u16),
    /// Its first object is not valid.
    Invalid,
    /// It is rolled back by a deadlock.
    Deadlock,
    /// It is carried out, and the server closes the connection in the middle of its answer.
    Gone,
    /// The connection is closed without an answer: nothing was done.
    Reset,
    /// The connection is closed without an answer: it was carried out.
    ResetAfter,
    /// Refused for now.
    TooMany,
    /// Likewise, and `Retry-After` says until when.
    After(&'static str),
    /// It is not carried out: there is no server at the moment, and `Retry-After` says until when.
    Away(&'static str),
    /// A proxy gives up, and the server carries it out when so many further requests have come.
    Late(usize),
    /// It is carried out, and the answer is JSON that ends early.
    Cut,
    /// It is not carried out: a page for people comes instead.
    Page,
    /// It is carried out, and a page for people comes instead of the answer.
    PageAfter,
    /// The client dies before the request is carried out. It sends nothing more.
    Kill,
    /// The client dies when the request was carried out. It sends nothing more.
    KillAfter,
}

/// Every way in which one request can go wrong.
pub const ALL: [Fault; 22] = [
    Fault::Kill,
    Fault::KillAfter,
    Fault::TooMany,
    Fault::Deadlock,
    Fault::Refused(500),
    Fault::Refused(502),
    Fault::Refused(503),
    Fault::Refused(504),
    Fault::Lost(500),
    Fault::Lost(502),
    Fault::Lost(503),
    Fault::Lost(504),
    Fault::Reset,
    Fault::ResetAfter,
    Fault::Gone,
    Fault::Late(1),
    Fault::Late(2),
    Fault::Late(6),
    Fault::Late(usize::MAX),
    Fault::Cut,
    Fault::Page,
    Fault::PageAfter,
];

impl Fault {
    /// False where a read cannot tell it from another: before and after are the same for it.
    pub fn matters_to_reads(self) -> bool {
        !matches!(
            self,
            Self::Lost(_) | Self::ResetAfter | Self::Late(_) | Self::PageAfter | Self::KillAfter
        )
    }
}

/// How a request ends.
#[derive(Debug)]
pub enum End {
    Answer(Reply),
    /// The answer breaks off.
    BreakOff,
    HangUp,
    Kill,
}

impl Fault {
    /// The end of a request that is not carried out, or not yet.
    pub fn instead(self) -> Option<End> {
        let end = match self {
            Self::Refused(status) => End::Answer(proxy(status)),
            Self::Late(_) => End::Answer(proxy(504)),
            Self::Deadlock => End::Answer(Reply::json(
                500,
                &json!({"error": "deadlock detected", "exception": "OperationalError"}),
            )),
            Self::Invalid => End::Answer(invalid()),
            Self::TooMany => End::Answer(throttled("0")),
            Self::After(moment) => End::Answer(throttled(moment)),
            Self::Away(moment) => End::Answer(proxy(503).with("retry-after", moment)),
            Self::Page => End::Answer(page()),
            Self::Reset => End::HangUp,
            Self::Kill => End::Kill,
            Self::None
            | Self::Lost(_)
            | Self::Gone
            | Self::ResetAfter
            | Self::Cut
            | Self::PageAfter
            | Self::KillAfter => return None,
        };
        Some(end)
    }

    /// The end of a request that was carried out.
    pub fn after(self, mut reply: Reply) -> End {
        match self {
            Self::Lost(status) => End::Answer(proxy(status)),
            Self::Gone => End::BreakOff,
            Self::ResetAfter => End::HangUp,
            Self::KillAfter => End::Kill,
            Self::PageAfter => End::Answer(page()),
            Self::Cut => {
                reply.body.truncate(reply.body.len() / 2);
                End::Answer(reply)
            }
            Self::None
            | Self::Refused(_)
            | Self::Invalid
            | Self::Deadlock
            | Self::Reset
            | Self::TooMany
            | Self::After(_)
            | Self::Away(_)
            | Self::Late(_)
            | Self::Page
            | Self::Kill => End::Answer(reply),
        }
    }
}

fn proxy(status: u16) -> Reply {
    let reason = StatusCode::from_u16(status).unwrap();
    Reply::html(status, &format!("<html>{reason}</html>"))
}

fn invalid() -> Reply {
    let errors = json!([{"index": 0, "errors": {"name": ["It may not be called so."]}}]);
    let detail = "1 of 4 objects could not be created.";
    Reply::json(400, &json!({"detail": detail, "errors": errors}))
}

fn throttled(retry_after: &str) -> Reply {
    let body = json!({"detail": "Request was throttled."});
    Reply::json(429, &body).with("retry-after", retry_after)
}

fn page() -> Reply {
    Reply::html(200, "<html>Please log in</html>")
}
