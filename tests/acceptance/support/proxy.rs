//! Stands between the provider and `NetBox`, counts writes, and lets one of them go wrong.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use tokio::runtime::Runtime;

use super::NetBox;
use super::loopback::{Behind, serve};

/// Longer than a lease.
const LEASE_SECONDS: u64 = 121;

/// What happens at a write, and when: before `NetBox` gets it or after it was carried out.
type Strike = Box<dyn FnOnce() + Send>;

/// A way to `NetBox` on loopback; ends with the test.
pub struct Proxy {
    pub url: String,
    inner: Arc<Inner>,
    _runtime: Runtime,
}

struct Inner {
    behind: Behind,
    state: Mutex<Counted>,
}

#[derive(Default)]
struct Counted {
    writes: usize,
    /// The write after so many others, and whether it is carried out before.
    strike: Option<(usize, bool, Strike)>,
    /// By how much the server's clock is ahead for who looks through here.
    ahead_seconds: u64,
}

impl Proxy {
    pub fn before(netbox: &NetBox) -> Self {
        let inner = Arc::new(Inner {
            behind: Behind::new(netbox),
            state: Mutex::default(),
        });
        let app = Router::new().fallback(pass);
        let (runtime, url) = serve(app.with_state(Arc::clone(&inner)));
        Self {
            url,
            inner,
            _runtime: runtime,
        }
    }

    /// Something happens at the write that comes after so many others; the client gets no answer.
    pub fn strike(&self, after: usize, carried_out: bool, what: impl FnOnce() + Send + 'static) {
        let mut state = self.inner.state.lock().unwrap();
        let number = state.writes + after;
        state.strike = Some((number, carried_out, Box::new(what)));
    }

    /// Takes a strike back; true where it has not happened.
    pub fn calm(&self) -> bool {
        self.inner.state.lock().unwrap().strike.take().is_some()
    }

    /// Number of writes so far.
    pub fn writes(&self) -> usize {
        self.inner.state.lock().unwrap().writes
    }

    /// Lets the server's time pass, for all who ask through here, until leases of the usual length have ended.
    pub fn outlast_lease(&self) {
        self.inner.state.lock().unwrap().ahead_seconds += LEASE_SECONDS;
    }
}

impl Counted {
    /// The strike, if it is this write's.
    fn count(&mut self) -> Option<(bool, Strike)> {
        let number = self.writes;
        self.writes += 1;
        let (_, carried_out, what) = self.strike.take_if(|(at, _, _)| *at == number)?;
        Some((carried_out, what))
    }
}

async fn pass(State(inner): State<Arc<Inner>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let strike = (parts.method != "GET")
        .then(|| inner.state.lock().unwrap().count())
        .flatten();
    let strike = match strike {
        Some((false, what)) => {
            what();
            hang_up()
        }
        Some((true, what)) => Some(what),
        None => None,
    };
    let Ok((status, headers, body)) = inner.behind.ask(parts, body).await else {
        hang_up()
    };
    if let Some(what) = strike {
        what();
        hang_up()
    }
    let ahead = inner.state.lock().unwrap().ahead_seconds;
    forward(status, &headers, ahead, Body::from(body))
}

fn forward(status: StatusCode, headers: &HeaderMap, ahead: u64, body: Body) -> Response {
    let mut builder = Response::builder().status(status);
    for name in ["content-type", "etag", "location", "retry-after"] {
        if let Some(value) = headers.get(name) {
            builder = builder.header(name, value);
        }
    }
    if let Some(date) = headers.get("date") {
        builder = builder.header("date", later(date.to_str().unwrap(), ahead));
    }
    builder.body(body).unwrap()
}

fn later(date: &str, seconds: u64) -> String {
    let then = httpdate::parse_http_date(date).unwrap();
    httpdate::fmt_http_date(then + std::time::Duration::from_secs(seconds))
}

/// The task that serves the connection ends, and the connection with it.
fn hang_up() -> ! {
    std::panic::resume_unwind(Box::new("hung up"))
}
