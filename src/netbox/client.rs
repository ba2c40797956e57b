//! The client: list, create, update, delete.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Method;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use tokio_util::sync::CancellationToken;
use url::Url;

use super::batch::cut_parameter;
use super::branch::Branch;
use super::clock;
use super::kind::{Kind, Row};
use super::transport::{Counters, Request, Transport};
use super::version::{Support, Version};
use super::{NetboxError, Settings};

/// How long a server that may not be there at all is asked again. Later, when it has answered once,
/// its settings say how long.
const PROBE_PATIENCE: Duration = Duration::from_secs(10);

/// How long a run that is over waits for a server that is away.
const LAST_WORDS: Duration = Duration::from_secs(10);

/// Filters of a list, in order: `[("site_id", "3")]`.
pub type Query = Vec<(String, String)>;

/// Speaks to one server. Clones share connections, the limit of requests in flight and counters.
#[derive(Clone)]
pub struct Client {
    transport: Arc<Transport>,
    branch: Option<Branch>,
    cancel: CancellationToken,
    /// In place of the settings' retry deadline.
    patience: Option<Duration>,
    is_urgent: bool,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("server", &self.transport.base.as_str())
            .finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct Page<R> {
    /// Null where the server pages by cursor.
    count: Option<u64>,
    next: Option<String>,
    results: Vec<R>,
}

impl Client {
    pub fn new(settings: Settings) -> Result<Self, NetboxError> {
        Ok(Self {
            transport: Transport::new(settings)?,
            branch: None,
            cancel: CancellationToken::new(),
            patience: None,
            is_urgent: false,
        })
    }

    /// The same client that sends nothing more once `cancel` is cancelled. A read in flight is cut, a write
    /// ends: `NetBox` would finish it anyway, and its answer tells what is true.
    #[must_use]
    pub fn until(&self, cancel: CancellationToken) -> Self {
        Self {
            cancel,
            ..self.clone()
        }
    }

    /// The same client, which [`Self::stop`] stops and no other.
    #[must_use]
    pub fn stoppable(&self) -> Self {
        self.until(self.cancel.child_token())
    }

    /// Sends nothing more, nor do its clones.
    pub fn stop(&self) {
        self.cancel.cancel();
    }

    /// The same client for a sign of life: it waits for no other request, and is sent although the work
    /// was told to stop, since what is under way is waited for.
    #[must_use]
    pub fn unhindered(&self) -> Self {
        self.until(CancellationToken::new()).urgent()
    }

    /// The same client, which waits for none of its other requests.
    #[must_use]
    pub fn urgent(&self) -> Self {
        Self {
            is_urgent: true,
            ..self.clone()
        }
    }

    /// The same client for what is left to say when a run is over: it does not wait long for a server that is
    /// away.
    #[must_use]
    pub fn hurried(&self) -> Self {
        Self {
            patience: Some(LAST_WORDS.min(self.retry_deadline())),
            ..self.clone()
        }
    }

    /// The same client on main: custom fields, for one, are not branched.
    #[must_use]
    pub fn on_main(&self) -> Self {
        Self {
            branch: None,
            ..self.clone()
        }
    }

    /// The same client on a branch, which was found by [`Self::find_branch`].
    #[must_use]
    pub fn on_branch(&self, branch: Branch) -> Self {
        Self {
            branch: Some(branch),
            ..self.clone()
        }
    }

    pub fn counters(&self) -> Counters {
        self.transport.counters()
    }

    /// The server's time at its last answer to any clone, in seconds since 1970.
    pub fn server_time(&self) -> Option<i64> {
        self.transport.now()
    }

    /// The server's address, without secrets.
    pub fn server_url(&self) -> &str {
        self.transport.base.as_str()
    }

    /// The branch that is read and written; `None`: main.
    pub fn branch(&self) -> Option<&Branch> {
        self.branch.as_ref()
    }

    pub fn parallelism(&self) -> usize {
        self.transport.settings.parallelism.max(1)
    }

    /// How many objects of a kind go into one request that writes, where the kind allows `kind_max`.
    pub fn batch_max(&self, kind_max: usize) -> usize {
        self.transport
            .settings
            .batch_size
            .map_or(kind_max, |own| own.min(kind_max))
    }

    /// Waits as long as before the given attempt; ends at once when cancelled.
    pub async fn pause(&self, attempts: u32) {
        self.rest(self.pause_before(None, attempts)).await;
    }

    pub(super) fn pause_before(&self, wish: Option<Duration>, attempts: u32) -> Duration {
        self.transport.pause(wish, attempts)
    }

    /// Waits; ends at once when cancelled.
    pub(super) async fn rest(&self, pause: Duration) {
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = self.cancel.cancelled() => {}
        }
    }

    pub(super) fn retry_deadline(&self) -> Duration {
        self.patience
            .unwrap_or(self.transport.settings.retry_deadline)
    }

    /// The server's version; an error if it is too old to work with.
    pub async fn status(&self) -> Result<Version, NetboxError> {
        #[derive(Deserialize)]
        struct Status {
            #[serde(rename = "netbox-version")]
            version: String,
        }
        let request = Request {
            method: Method::GET,
            path: "status".to_owned(),
            query: Vec::new(),
            body: None,
            if_match: Vec::new(),
            is_urgent: self.is_urgent,
        };
        let patience = self.transport.settings.retry_deadline.min(PROBE_PATIENCE);
        let answer = self
            .transport
            .send(&request, None, &self.cancel, patience)
            .await?;
        let url = self.transport.url("status", &[]).to_string();
        let not_netbox = |beginning: String| NetboxError::NotNetbox {
            url: url.clone(),
            status: 200,
            beginning,
        };
        let Ok(status) = serde_json::from_slice::<Status>(&answer.body) else {
            return Err(not_netbox(
                String::from_utf8_lossy(&answer.body)
                    .chars()
                    .take(120)
                    .collect(),
            ));
        };
        let found =
            Version::parse(&status.version).ok_or_else(|| not_netbox(status.version.clone()))?;
        match found.support() {
            Support::Tested | Support::Untested => Ok(found),
            Support::Refused => Err(NetboxError::UnsupportedVersion { found }),
        }
    }

    /// One object that is not in a list.
    pub(super) async fn read_one<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
    ) -> Result<T, NetboxError> {
        let answer = self
            .send(method, path, Vec::new(), None, Vec::new())
            .await?;
        read(path, &answer.body)
    }

    /// All rows that the filters leave, page by page in order of ids. **Check them:** a filter that
    /// the server does not know is ignored there.
    pub async fn list<R: Row>(&self, filters: &Query) -> Result<Vec<R>, NetboxError> {
        self.list_fields(R::KIND, R::FIELDS, filters, |row: &R| row.id())
            .await
            .map(|(rows, _)| rows)
    }

    /// As [`Self::list`], with the server's time of the first page in seconds since 1970.
    pub async fn list_dated<R: Row>(
        &self,
        filters: &Query,
    ) -> Result<(Vec<R>, Option<i64>), NetboxError> {
        self.list_fields(R::KIND, R::FIELDS, filters, |row: &R| row.id())
            .await
    }

    /// Rows where `parameter` has one of `values`, in as many requests as the request line needs.
    pub async fn list_by<R: Row>(
        &self,
        parameter: &str,
        values: &[String],
        filters: &Query,
    ) -> Result<Vec<R>, NetboxError> {
        let mut query = filters.clone();
        query.extend(self.page_query(R::FIELDS, 1_000_000_000));
        let line_bytes = self.transport.url(R::KIND.path, &query).as_str().len();
        let mut rows = Vec::new();
        for range in cut_parameter(line_bytes, parameter, values) {
            let mut filters = filters.clone();
            filters.extend(
                values[range]
                    .iter()
                    .map(|value| (parameter.to_owned(), value.clone())),
            );
            rows.extend(self.list::<R>(&filters).await?);
        }
        Ok(rows)
    }

    /// As [`Self::list_by`] for ids.
    pub async fn list_by_ids<R: Row>(
        &self,
        parameter: &str,
        ids: &[u64],
    ) -> Result<Vec<R>, NetboxError> {
        let values: Vec<String> = ids.iter().map(u64::to_string).collect();
        self.list_by(parameter, &values, &Vec::new()).await
    }

    /// Creates all of `objects` in one request, or none. The rows come back in the same order.
    pub async fn create<R: Row>(&self, objects: Vec<Value>) -> Result<Vec<R>, NetboxError> {
        let path = R::KIND.path;
        let sent = objects.len();
        let answer = self
            .send(
                Method::POST,
                path,
                Vec::new(),
                Some(Value::Array(objects)),
                Vec::new(),
            )
            .await?;
        let rows: Vec<R> = read(path, &answer.body)?;
        let ids: BTreeSet<u64> = rows.iter().map(Row::id).collect();
        if rows.len() != sent || ids.len() != sent {
            let cause = format!("{sent} objects were sent and {} came back", ids.len());
            return Err(unreadable(path, cause));
        }
        Ok(rows)
    }

    /// Changes all of `objects` (each with its `id`) in one request, or none.
    ///
    /// With `if_match`, nothing is done unless each object's `ETag` is among them.
    pub async fn update<R: Row>(
        &self,
        objects: Vec<Value>,
        if_match: Vec<String>,
    ) -> Result<Vec<R>, NetboxError> {
        let path = R::KIND.path;
        let ids = objects.iter().filter_map(|object| object["id"].as_u64());
        let sent: BTreeSet<u64> = ids.collect();
        let answer = self
            .send(
                Method::PATCH,
                path,
                Vec::new(),
                Some(Value::Array(objects)),
                if_match,
            )
            .await?;
        let rows: Vec<R> = read(path, &answer.body)?;
        let ids: BTreeSet<u64> = rows.iter().map(Row::id).collect();
        if rows.len() != ids.len() || ids != sent {
            let cause = "other objects came back than were sent".to_owned();
            return Err(unreadable(path, cause));
        }
        Ok(rows)
    }

    /// Deletes all of these objects in one request, or none.
    pub async fn delete(
        &self,
        kind: &Kind,
        ids: &[u64],
        message: &str,
        if_match: Vec<String>,
    ) -> Result<(), NetboxError> {
        let body = ids
            .iter()
            .map(|id| json!({"id": id, "changelog_message": message}))
            .collect();
        self.send(
            Method::DELETE,
            kind.path,
            Vec::new(),
            Some(Value::Array(body)),
            if_match,
        )
        .await?;
        Ok(())
    }

    /// Changes one object by its own address: the only way that `If-Match` is documented for.
    pub async fn update_one<R: Row>(
        &self,
        id: u64,
        fields: Map<String, Value>,
        if_match: Option<String>,
    ) -> Result<R, NetboxError> {
        let path = format!("{}/{id}", R::KIND.path);
        let if_match = if_match.into_iter().collect();
        let answer = self
            .send(
                Method::PATCH,
                &path,
                Vec::new(),
                Some(Value::Object(fields)),
                if_match,
            )
            .await?;
        let row: R = read(&path, &answer.body)?;
        if row.id() == id {
            Ok(row)
        } else {
            let cause = format!("the object {} came back", row.id());
            Err(unreadable(&path, cause))
        }
    }

    async fn list_fields<R: DeserializeOwned>(
        &self,
        kind: &Kind,
        fields: &str,
        filters: &Query,
        id: impl Fn(&R) -> u64,
    ) -> Result<(Vec<R>, Option<i64>), NetboxError> {
        let mut rows: Vec<R> = Vec::new();
        let mut date = None;
        let mut position = ("start".to_owned(), "0".to_owned());
        let unreadable = |cause: &str| unreadable(kind.path, cause.to_owned());
        let mut reached = 0;
        loop {
            let mut query = filters.clone();
            query.extend(self.page_query(fields, 0));
            query.retain(|(name, _)| name != "start");
            query.push(position);
            let answer = self
                .send(Method::GET, kind.path, query, None, Vec::new())
                .await?;
            date = date.or_else(|| answer.date.as_deref().and_then(clock::from_http_date));
            let page: Page<R> = read(kind.path, &answer.body)?;
            let last = page.results.last().map(&id);
            rows.extend(page.results);
            let (parameter, next) = match (page.next, page.count, last) {
                (None, _, _) | (_, None, None) => return Ok((rows, date)),
                (Some(_), None, Some(last)) => ("start".to_owned(), last.saturating_add(1)),
                // A server without cursors counts, and pages by offset.
                (Some(next), Some(_), _) => {
                    let offset = offset_of(&next);
                    let offset = offset.ok_or_else(|| unreadable("the next page has no offset"))?;
                    ("offset".to_owned(), offset)
                }
            };
            // What answers each query with the same page would be asked for ever.
            if next <= reached {
                return Err(unreadable("the next page is one that was read already"));
            }
            reached = next;
            position = (parameter, next.to_string());
        }
    }

    fn page_query(&self, fields: &str, start: u64) -> Query {
        [
            ("fields", fields.to_owned()),
            ("limit", self.transport.settings.page_size.to_string()),
            ("start", start.to_string()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .to_vec()
    }

    pub(super) async fn send(
        &self,
        method: Method,
        path: &str,
        query: Query,
        body: Option<Value>,
        if_match: Vec<String>,
    ) -> Result<super::transport::Answer, NetboxError> {
        let request = Request {
            method,
            path: path.to_owned(),
            query,
            body,
            if_match,
            is_urgent: self.is_urgent,
        };
        let patience = self.retry_deadline();
        let schema_id = self.branch.as_ref().map(|branch| branch.schema_id.as_str());
        self.transport
            .send(&request, schema_id, &self.cancel, patience)
            .await
    }
}

fn read<T: DeserializeOwned>(path: &str, body: &[u8]) -> Result<T, NetboxError> {
    serde_json::from_slice(body).map_err(|error| unreadable(path, error.to_string()))
}

fn unreadable(path: &str, cause: String) -> NetboxError {
    NetboxError::Unreadable {
        path: path.to_owned(),
        cause,
    }
}

/// Only the position is taken from `next`: its host may be one that we cannot reach.
fn offset_of(next: &str) -> Option<u64> {
    let url = Url::parse(next).ok()?;
    let (_, offset) = url.query_pairs().find(|(name, _)| name == "offset")?;
    offset.parse().ok()
}
