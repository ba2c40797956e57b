//! A `NetBox` in this process: only what we use of it, with the traps of the real one. Paging by
//! cursor, `fields=`, unknown filters that are ignored, bulk requests that are all or nothing,
//! `ETag`s, and faults on demand. What it answers is in `fake_answers`, over `fake_tables`.
//!
//! The contract suite runs against this and against a real server; where they differ, this is wrong.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use serde_json::json;
use tokio_util::sync::CancellationToken;

pub use super::fake_faults::Fault;

use super::fake_answers::{read, refuse, write};
use super::fake_faults::End;
use super::fake_gate::Place;
pub use super::fake_gate::{By, Gate, Moment};
use super::fake_tables::Tables;
pub use super::fake_wire::{Liar, Reply, Sent};

pub const TOKEN: &str = "nbt_fakefakefake.0123456789012345678901234567890123456789";

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
    /// For single requests, by their number from the first on.
    strikes: BTreeMap<usize, Fault>,
    /// Given up by a proxy, and carried out when the request of that number has come.
    late: Vec<(usize, Sent)>,
    requests: Vec<Sent>,
    /// Cancelled when so many more writes are done.
    cancel: Option<(usize, CancellationToken)>,
    /// Cancelled when the client dies; nothing that it still sends is heard.
    killed: Option<CancellationToken>,
    gate: Option<Gate>,
    /// Filters are ignored: every list is the whole table.
    deaf: bool,
    liar: Option<Box<dyn Liar>>,
    /// Tables of which the token sees nothing.
    hidden: Vec<&'static str>,
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

    /// What happens to the request that comes after so many others. If it kills, the token is
    /// cancelled then.
    pub fn strike(&self, after: usize, fault: Fault) -> CancellationToken {
        let killed = CancellationToken::new();
        let mut inner = self.inner.lock().unwrap();
        let number = inner.requests.len() + after;
        inner.strikes.insert(number, fault);
        if matches!(fault, Fault::Kill | Fault::KillAfter) {
            inner.killed = Some(killed.clone());
        }
        killed
    }

    /// Lets the request that comes after so many others wait, until the gate is opened.
    pub fn gate(&self, after: usize, moment: Moment) -> Gate {
        let place = Place::Number(self.count() + after);
        self.put_up(Gate::new(place, moment, None))
    }

    /// Lets the first request of `at` wait when it was carried out.
    pub fn gate_at(&self, at: By) -> Gate {
        self.put_up(Gate::new(Place::First(at), Moment::After, None))
    }

    /// Lets the first request of `at` wait when it was carried out, until one of `opened_by` comes.
    pub fn gate_between(&self, at: By, opened_by: By) -> Gate {
        let place = Place::First(at);
        self.put_up(Gate::new(place, Moment::After, Some(opened_by)))
    }

    fn put_up(&self, gate: Gate) -> Gate {
        self.inner.lock().unwrap().gate = Some(gate.clone());
        gate
    }

    /// The end of what was to go wrong: what is late is carried out, and a new client is heard.
    pub fn settle(&self) {
        let mut inner = self.inner.lock().unwrap();
        inner.strikes.clear();
        inner.gate = None;
        inner.killed = None;
        inner.carry_out_late(usize::MAX);
    }

    /// Lets time pass.
    pub fn advance(&self, seconds: u64) {
        self.inner.lock().unwrap().tables.advance(seconds);
    }

    /// From now on every list is the whole table, whatever it is filtered by.
    pub fn ignore_filters(&self, deaf: bool) {
        self.inner.lock().unwrap().deaf = deaf;
    }

    /// From now on this one answers.
    pub fn answer_by(&self, liar: impl Liar + 'static) {
        self.inner.lock().unwrap().liar = Some(Box::new(liar));
    }

    /// Takes the view of these tables, and of no others, from the token.
    pub fn hide(&self, tables: &[&'static str]) {
        self.inner.lock().unwrap().hidden = tables.to_vec();
    }

    /// Everything that is there; to be put back later, or looked at.
    pub fn tables(&self) -> Tables {
        self.inner.lock().unwrap().tables.clone()
    }

    /// Everything as it was then. Time goes on, as it does for clients that were there before.
    pub fn put_back(&self, tables: &Tables) {
        let mut inner = self.inner.lock().unwrap();
        let since = std::mem::replace(&mut inner.tables, tables.clone());
        inner.tables.go_on_from(&since);
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
        let inner = self.inner.lock().unwrap();
        let line = |sent: &Sent| format!("{} {}", sent.method, sent.path);
        inner.requests.iter().map(line).collect()
    }

    /// Number of requests so far.
    pub fn count(&self) -> usize {
        self.inner.lock().unwrap().requests.len()
    }

    /// The writes after so many requests, as they were sent.
    pub fn writes_since(&self, count: usize) -> Vec<Sent> {
        let inner = self.inner.lock().unwrap();
        let writes = inner.requests.iter().skip(count).filter(|s| s.is_write());
        writes.cloned().collect()
    }
}

async fn handle(State(inner): State<Arc<Mutex<Inner>>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let sent = Sent::new(&parts, &body);
    let gate = inner.lock().unwrap().gate_of(&sent);
    if let Some(gate) = gate.as_ref().filter(|gate| gate.moment == Moment::Before) {
        gate.wait().await;
    }
    let end = inner.lock().unwrap().receive(sent);
    if let Some(gate) = gate.filter(|gate| gate.moment == Moment::After) {
        gate.wait().await;
    }
    let date = inner.lock().unwrap().tables.http_date();
    match end {
        End::Answer(reply) => {
            let mut builder = Response::builder().status(reply.status);
            for (name, value) in reply.headers {
                builder = builder.header(name, value);
            }
            builder
                .header("date", date)
                .body(Body::from(reply.body))
                .unwrap()
        }
        End::BreakOff => Response::builder()
            .header("content-type", "application/json")
            .body(Body::from_stream(futures_util::stream::once(async {
                Err::<axum::body::Bytes, _>(std::io::Error::other("gone"))
            })))
            .unwrap(),
        // The server drops the connection with the task that served it; no hook sees this.
        End::HangUp | End::Kill => std::panic::resume_unwind(Box::new("hung up")),
    }
}

impl Inner {
    /// The gate that a request stands before; it opens that of another.
    fn gate_of(&mut self, sent: &Sent) -> Option<Gate> {
        let gate = self.gate.as_ref()?;
        if gate.is_opened_by(&sent.method, &sent.path) {
            gate.open.cancel();
        }
        let is_here = gate.is_before(self.requests.len(), &sent.method, &sent.path);
        is_here.then(|| gate.clone())
    }

    fn receive(&mut self, sent: Sent) -> End {
        if self
            .killed
            .as_ref()
            .is_some_and(CancellationToken::is_cancelled)
        {
            // Nobody hears the answer; one that is final lets what is left of the client end.
            return End::Answer(Reply::json(403, &json!({"detail": "You are dead."})));
        }
        let number = self.requests.len();
        self.requests.push(sent.clone());
        self.carry_out_late(number);
        let fault = match self.strikes.remove(&number) {
            Some(fault) => fault,
            None if sent.is_write() => self.faults.pop_front().unwrap_or(Fault::None),
            None => Fault::None,
        };
        let end = if let Some(end) = fault.instead() {
            if let Fault::Late(requests) = fault
                && sent.is_write()
            {
                self.late.push((number.saturating_add(requests), sent));
            }
            end
        } else {
            let is_write = sent.is_write();
            let reply = self.carry_out(sent);
            if is_write {
                self.count_down();
            }
            fault.after(reply)
        };
        if let (End::Kill, Some(killed)) = (&end, &self.killed) {
            killed.cancel();
        }
        end
    }

    fn carry_out_late(&mut self, number: usize) {
        let (due, later) = std::mem::take(&mut self.late)
            .into_iter()
            .partition(|(at, _)| *at <= number);
        self.late = later;
        let due: Vec<(usize, Sent)> = due;
        for (_, sent) in due {
            // Nobody listens any more.
            drop(self.carry_out(sent));
        }
    }

    fn count_down(&mut self) {
        if let Some((left, cancel)) = &mut self.cancel {
            *left = left.saturating_sub(1);
            if *left == 0 {
                cancel.cancel();
            }
        }
    }

    fn carry_out(&mut self, sent: Sent) -> Reply {
        let Some(mut liar) = self.liar.take() else {
            return self.truth(sent);
        };
        let before = self.tables.clone();
        let mut reply = self.truth(sent.clone());
        liar.answer(&sent, &before, &self.tables, &mut reply);
        self.liar = Some(liar);
        reply
    }

    fn truth(&mut self, sent: Sent) -> Reply {
        if sent.line_bytes > 4_094 {
            return Reply::html(400, "<html>Request Line is too large</html>");
        }
        if sent.header_bytes > 8_190 {
            return Reply::html(431, "<html>Request Header Fields Too Large</html>");
        }
        if sent.body_bytes > 2_621_440 {
            let body = json!({"error": "Body exceeded", "exception": "RequestDataTooBig"});
            return Reply::json(500, &body);
        }
        if !sent.authorized {
            return Reply::json(403, &json!({"detail": "Invalid v2 token"}));
        }
        let Some(path) = sent
            .path
            .strip_prefix("/api/")
            .and_then(|path| path.strip_suffix('/'))
        else {
            return Reply::html(404, "<html>Page not found</html>");
        };
        if path == "status" {
            return Reply::json(200, &json!({"netbox-version": self.version}));
        }
        if sent.method == "GET" && self.hidden.contains(&path) {
            let empty = Tables::default();
            // A filter is checked against what is there, seen or not.
            return match self.tables.select(path, &sent.query) {
                Ok(_) => read(&empty, path, &[("start".to_owned(), "0".to_owned())], true),
                Err(refusal) => refuse(&refusal),
            };
        }
        if sent.method == "GET" {
            return read(&self.tables, path, &sent.query, self.deaf);
        }
        write(
            &mut self.tables,
            &sent.method,
            path,
            sent.body,
            &sent.if_match,
        )
    }
}
