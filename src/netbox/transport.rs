//! One exchange with the server: headers, limits, retries, counters, the request log.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::{Method, StatusCode, header};
use serde_json::Value;
use tokio::sync::Semaphore;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::batch::header_lines;
use super::clock::from_http_date;
use super::error::{beginning, from_answer};
use super::{NetboxError, Settings, tls};

/// What is sent.
#[derive(Debug, Clone)]
pub(super) struct Request {
    pub(super) method: Method,
    /// Below `api/`, without slashes at its ends: `dcim/devices`.
    pub(super) path: String,
    pub(super) query: Vec<(String, String)>,
    pub(super) body: Option<Value>,
    /// `ETag`s: one of them has to be current for each object that is written.
    pub(super) if_match: Vec<String>,
    /// Waits for no other request.
    pub(super) is_urgent: bool,
}

/// A success.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) body: Vec<u8>,
    /// The server's time, as sent.
    pub(super) date: Option<String>,
}

/// How many requests were sent, by method; for reports and for tests of our own thrift.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counters {
    pub by_method: BTreeMap<String, u64>,
    pub retries: u64,
}

impl Counters {
    pub fn total(&self) -> u64 {
        self.by_method.values().sum()
    }
}

/// Shared by all clones of a client: limits and counters hold for all of them together.
#[derive(Debug)]
pub(super) struct Transport {
    http: reqwest::Client,
    pub(super) base: Url,
    pub(super) settings: Settings,
    slots: Semaphore,
    /// For requests that are urgent, in turn.
    urgent_slots: Semaphore,
    counters: Mutex<Counters>,
    /// The server's time at its last answer, in seconds since 1970; 0: it has not told.
    now: AtomicI64,
    jitter: RandomState,
}

/// What is to be done with a failed attempt.
enum Verdict {
    /// Nothing was done: the same request may be sent again, after this long if the server said so.
    Again(NetboxError, Option<Duration>),
    Final(NetboxError),
}

impl Transport {
    pub(super) fn new(settings: Settings) -> Result<Arc<Self>, NetboxError> {
        let setup = |error: reqwest::Error| NetboxError::Setup {
            cause: causes(&error),
        };
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!(
                "terraform-provider-hedgehog/",
                env!("CARGO_PKG_VERSION")
            ))
            .default_headers(settings.header_map()?)
            .connect_timeout(settings.connect_timeout)
            .timeout(settings.request_timeout)
            // A POST that is redirected becomes a GET and does nothing.
            .redirect(reqwest::redirect::Policy::none())
            .danger_accept_invalid_certs(settings.accept_invalid_certificates);
        if let Some(pem) = &settings.ca_certificates {
            builder = builder.tls_certs_merge(tls::certificates(pem)?);
        }
        if let Some(identity) = &settings.identity {
            builder = builder.identity(tls::identity(identity)?);
        }
        Ok(Arc::new(Self {
            http: builder.build().map_err(setup)?,
            base: settings.base_url()?,
            slots: Semaphore::new(settings.parallelism.max(1)),
            urgent_slots: Semaphore::new(1),
            counters: Mutex::default(),
            now: AtomicI64::new(0),
            jitter: RandomState::new(),
            settings,
        }))
    }

    pub(super) fn counters(&self) -> Counters {
        self.counters
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(super) fn now(&self) -> Option<i64> {
        Some(self.now.load(Ordering::Relaxed)).filter(|now| *now > 0)
    }

    /// Sends, and sends again while nothing can have been done and the deadline allows.
    pub(super) async fn send(
        &self,
        request: &Request,
        branch: Option<&str>,
        cancel: &CancellationToken,
        patience: Duration,
    ) -> Result<Answer, NetboxError> {
        let deadline = Instant::now() + patience;
        let mut attempts = 0;
        loop {
            if cancel.is_cancelled() {
                return Err(stopped(request));
            }
            attempts += 1;
            let attempt = self.attempt(request, branch, cancel);
            let outcome = if request.method == Method::GET {
                tokio::select! {
                    outcome = attempt => outcome,
                    () = cancel.cancelled() => return Err(stopped(request)),
                }
            } else {
                // NetBox carries a write out all the same: its answer is what is true.
                attempt.await
            };
            let (error, wish) = match outcome {
                Ok(answer) => return Ok(answer),
                // Callers act on what kind of answer this is, however many came before it.
                Err(Verdict::Final(error)) => return Err(error),
                Err(Verdict::Again(error, wish)) => (error, wish),
            };
            let pause = self.pause(wish, attempts);
            if Instant::now() + pause > deadline {
                return Err(retried(attempts, error));
            }
            tracing::warn!(%error, attempts, "NetBox request failed, trying again");
            self.counters
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .retries += 1;
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = cancel.cancelled() => {}
            }
        }
    }

    /// How long to wait before the next attempt. A server that wishes no pause at all is not taken at its
    /// word.
    pub(super) fn pause(&self, wish: Option<Duration>, attempts: u32) -> Duration {
        wish.map_or_else(
            || self.own_pause(attempts),
            |wish| wish.max(self.own_pause(1)),
        )
    }

    /// Doubled each time, spread so that several clients that failed together do not come back together.
    fn own_pause(&self, attempts: u32) -> Duration {
        let first = self.settings.retry_pause;
        let full = first
            .saturating_mul(1 << attempts.saturating_sub(1).min(5))
            .min(first * 20);
        let mut hasher = self.jitter.build_hasher();
        hasher.write_u64(self.counters().total());
        let share = u32::try_from(hasher.finish() % 512).unwrap_or(0);
        full / 1_024 * (512 + share)
    }

    async fn attempt(
        &self,
        request: &Request,
        branch: Option<&str>,
        cancel: &CancellationToken,
    ) -> Result<Answer, Verdict> {
        let Request {
            method,
            path,
            query,
            body,
            if_match,
            is_urgent,
        } = request;
        let url = self.url(path, query);
        let mut builder = self.http.request(method.clone(), url.clone());
        if let Some(branch) = branch {
            builder = builder.header("X-NetBox-Branch", branch);
        }
        if !if_match.is_empty() {
            for line in header_lines(if_match) {
                builder = builder.header(header::IF_MATCH, line);
            }
        }
        if let Some(body) = body {
            builder = builder.json(body);
        }
        let slots = if *is_urgent {
            &self.urgent_slots
        } else {
            &self.slots
        };
        // What waits for its turn when the run is told to stop is not sent.
        let _slot = tokio::select! {
            biased;
            () = cancel.cancelled() => return Err(Verdict::Final(stopped(request))),
            slot = slots.acquire() => slot,
        };
        {
            let mut counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
            *counters.by_method.entry(method.to_string()).or_default() += 1;
        }
        let started = Instant::now();
        let sent = builder.send().await;
        let outcome = match sent {
            Ok(response) => self.judge(request, &url, response).await,
            Err(error) => Err(self.broken(request, &error)),
        };
        let objects = body.as_ref().and_then(Value::as_array).map_or(0, Vec::len);
        let ms = started.elapsed().as_millis();
        tracing::debug!(method = %method, path = %url.path(), objects, ms, ok = outcome.is_ok(), "NetBox request");
        outcome
    }

    async fn judge(
        &self,
        request: &Request,
        url: &Url,
        response: reqwest::Response,
    ) -> Result<Answer, Verdict> {
        let status = response.status();
        let text = |name: header::HeaderName| {
            response
                .headers()
                .get(name)
                .and_then(|value| value.to_str().ok())
                .map(ToOwned::to_owned)
        };
        let date = text(header::DATE);
        if let Some(now) = date.as_deref().and_then(from_http_date) {
            self.now.fetch_max(now, Ordering::Relaxed);
        }
        let wait = text(header::RETRY_AFTER).and_then(|text| retry_after(&text, date.as_deref()));
        let json = text(header::CONTENT_TYPE).is_some_and(|kind| kind.contains("json"));
        let location = text(header::LOCATION);
        let body = match response.bytes().await {
            Ok(body) => body.to_vec(),
            Err(error) => return Err(self.broken(request, &error)),
        };
        if status.is_success() && (json || body.is_empty()) {
            return Ok(Answer { body, date });
        }
        // Filters may be thousands of characters, and tell nothing about what is wrong.
        let mut shown = url.clone();
        shown.set_query(None);
        if status.is_redirection() {
            return Err(Verdict::Final(NetboxError::Redirected {
                url: shown.to_string(),
                location: location.unwrap_or_default(),
            }));
        }
        if status.is_success() {
            return Err(Verdict::Final(NetboxError::NotNetbox {
                url: shown.to_string(),
                status: status.as_u16(),
                beginning: beginning(&String::from_utf8_lossy(&body)),
            }));
        }
        let error = from_answer(
            word(&request.method),
            shown.as_str(),
            &request.path,
            status.as_u16(),
            &body,
        );
        Err(verdict(request, status, error, wait))
    }

    /// A connection that failed. Only before it stood is it certain that nothing was done.
    fn broken(&self, request: &Request, error: &reqwest::Error) -> Verdict {
        let cause = causes(error);
        if error.is_connect()
            || error.is_builder()
            || error.is_request() && request.method == Method::GET
        {
            return Verdict::Again(
                NetboxError::Unreachable {
                    url: self.base.to_string(),
                    cause,
                },
                None,
            );
        }
        let lost = NetboxError::AnswerLost {
            method: word(&request.method),
            path: request.path.clone(),
            cause,
            wait: None,
        };
        if request.method == Method::GET {
            Verdict::Again(lost, None)
        } else {
            Verdict::Final(lost)
        }
    }

    pub(super) fn url(&self, path: &str, query: &[(String, String)]) -> Url {
        let mut url = self.base.clone();
        // NetBox answers a POST without the last slash with an HTML 404.
        url.set_path(&format!("{}api/{path}/", self.base.path()));
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }
}

fn stopped(request: &Request) -> NetboxError {
    NetboxError::Cancelled {
        method: word(&request.method),
        path: request.path.clone(),
    }
}

/// Longer waits are as good as none: no deadline allows them.
const WAIT_MAX: Duration = Duration::from_hours(24);

/// How long the server asks us to wait: seconds, or a moment in its own time.
fn retry_after(text: &str, date: Option<&str>) -> Option<Duration> {
    if let Ok(seconds) = text.trim().parse() {
        return Some(Duration::from_secs(seconds).min(WAIT_MAX));
    }
    let (then, now) = (from_http_date(text)?, from_http_date(date?)?);
    let wait = Duration::from_secs(u64::try_from(then - now).unwrap_or(0));
    Some(wait.min(WAIT_MAX))
}

/// Which failures mean that nothing was done.
fn verdict(
    request: &Request,
    status: StatusCode,
    error: NetboxError,
    wait: Option<Duration>,
) -> Verdict {
    let read = request.method == Method::GET;
    let rolled_back = matches!(&error, NetboxError::Server { detail, .. } if detail.contains("deadlock detected"));
    match status.as_u16() {
        429 => Verdict::Again(error, wait),
        500 if rolled_back => Verdict::Again(error, wait),
        502..=504 if read => Verdict::Again(error, wait),
        // A proxy gave up waiting: the server behind it may still be at work.
        502..=504 => Verdict::Final(NetboxError::AnswerLost {
            method: word(&request.method),
            path: request.path.clone(),
            cause: error.to_string(),
            wait,
        }),
        _ => Verdict::Final(error),
    }
}

fn retried(attempts: u32, error: NetboxError) -> NetboxError {
    if attempts > 1 {
        NetboxError::RetriesExhausted {
            attempts,
            last: Box::new(error),
        }
    } else {
        error
    }
}

fn word(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "POST" => "POST",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        _ => "request",
    }
}

/// An error with what lies below it; reqwest's own text stops at "error sending request".
fn causes(error: &reqwest::Error) -> String {
    let mut parts = vec![error.to_string()];
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        let text = inner.to_string();
        if !parts.contains(&text) {
            parts.push(text);
        }
        source = inner.source();
    }
    parts.join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_says_how_long_in_either_form() {
        let now = Some("Sun, 06 Nov 1994 08:49:37 GMT");
        let wait = |text, date| retry_after(text, date).map(|wait| wait.as_secs());
        assert_eq!(wait("7", None), Some(7));
        assert_eq!(wait("Sun, 06 Nov 1994 08:50:07 GMT", now), Some(30));
        assert_eq!(
            wait("Sun, 06 Nov 1994 08:00:00 GMT", now),
            Some(0),
            "it is over"
        );
        assert_eq!(
            wait("Sun, 06 Nov 1994 08:50:07 GMT", None),
            None,
            "whose time?"
        );
        assert_eq!(wait("soon", now), None);
        assert_eq!(wait("18446744073709551615", None), Some(86_400));
    }
}
