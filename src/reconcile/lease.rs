//! A plan's tag as lock: who holds it may write. Its uniqueness decides between two creators, its
//! `ETag` between two runs. Times are the server's own.

use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio::time::Instant;

use crate::netbox::clock::{etag, if_match};
use crate::netbox::kind::Kind;
use crate::netbox::kind::cable::CABLE;
use crate::netbox::kind::device::DEVICE;
use crate::netbox::kind::tag::{TAG, TagRow};
use crate::netbox::{Client, NetboxError, Patience};

use super::claim::claim;
use super::error::ReconcileError;
use super::journal::{Journal, Phase, short};
use super::observe::{FoundTag, find_tag, query};
use super::receipt::Verb;
use super::scope::{PlanStatus, Target};

const TAG_COLOR: &str = "9e9e9e";

/// How often others may be quicker before we begin.
pub(super) const LOOKS_MAX: u32 = 3;

/// The hold of one run on a plan.
#[derive(Debug)]
pub(super) struct Lease {
    client: Client,
    slug: String,
    pub(super) row: TagRow,
    pub(super) journal: Journal,
    /// A request may be under way still: of a run that gave no sign of life, or ours, without an answer.
    pub(super) unsettled: bool,
    period: Duration,
    renewed: Sign,
}

/// When the tag was last written, or a little before: an answer may come when the hold has long run
/// out, so what counts is when the request was sent.
#[derive(Debug, Clone, Copy)]
struct Sign {
    /// By our clock, which stands still while the machine sleeps.
    here: Instant,
    /// By the server's, as its answers tell it.
    there: Option<i64>,
}

impl Sign {
    fn now(client: &Client) -> Self {
        Self {
            here: Instant::now(),
            there: client.server_time(),
        }
    }

    /// By the clock that went further. What answers tell is compared with what an answer told: a proxy's
    /// `Date` and `NetBox`'s own time may be apart for ever.
    fn age(self, client: &Client) -> Duration {
        let there = client.server_time().zip(self.there);
        let there = there.map_or(0, |(now, then)| u64::try_from(now - then).unwrap_or(0));
        Duration::from_secs(there).max(self.here.elapsed())
    }
}

impl Lease {
    /// Takes the tag as it was when the plan's objects were read (`seen`), or creates it. Nobody can have
    /// written in between without it showing: `None` says that somebody has, so that what was read with the
    /// tag may be old. That a tag is still the same its `ETag` proves; that there is none has to be read.
    pub(super) async fn open(
        client: &Client,
        target: &Target,
        phase: Phase,
        seen: Option<&TagRow>,
    ) -> Result<Option<Self>, ReconcileError> {
        let scope = &target.scope;
        let slug = scope.tag_slug();
        if seen.is_none() && find_tag(client, scope).await?.is_some() {
            return Ok(None);
        }
        let found = seen.map(|row| FoundTag::of(row.clone(), client.server_time()));
        let before = found.as_ref().and_then(|tag| tag.journal.as_ref());
        let unsettled = before.is_some_and(|journal| journal.phase.is_open());
        let run = run_id();
        let journal = Journal {
            plan_id: scope.plan_id.clone(),
            phase,
            digest: short(&target.digest),
            birth: birth(target, before, &run),
            run,
            status: stands(target, phase, before),
            restates: target.write_status || before.is_some_and(|journal| journal.restates),
            at: client.server_time(),
            devices: before.map_or(0, |journal| journal.devices),
            cables: before.map_or(0, |journal| journal.cables),
        };
        let renewed = Sign::now(client);
        let row = match found {
            Some(tag) => {
                claim(&tag, scope, false, target.lease)?;
                match write(client, &tag.row, &slug, &journal).await {
                    Err(ReconcileError::LeaseLost { .. }) => return Ok(None),
                    row => row?,
                }
            }
            None => create(client, &slug, &journal).await?,
        };
        Ok(Some(Self {
            client: client.clone(),
            slug,
            row,
            journal,
            unsettled,
            period: target.lease,
            renewed,
        }))
    }

    /// Counts what a request did, for the next sign of life.
    pub(super) fn note(&mut self, verb: Verb, kind: &Kind, objects: usize) {
        let count = if *kind == DEVICE {
            &mut self.journal.devices
        } else if *kind == CABLE {
            &mut self.journal.cables
        } else {
            return;
        };
        match verb {
            Verb::Created => *count += objects,
            Verb::Deleted => *count = count.saturating_sub(objects),
            Verb::Updated | Verb::Detached | Verb::Attached => {}
        }
    }

    /// Says that we are alive and how far we are, if it is time to. Requests of the work that nobody awaits
    /// meanwhile hold their slots, so it does not wait for one.
    pub(super) async fn keep(&mut self) -> Result<(), ReconcileError> {
        let client = self.client.urgent();
        self.renew(&client).await
    }

    /// Renews for ever, whenever it is time to, beside requests in flight; ends with an error.
    pub(super) async fn beat(&mut self) -> ReconcileError {
        let client = self.client.unhindered();
        loop {
            tokio::time::sleep(self.left()).await;
            if let Err(error) = self.renew(&client).await {
                return error;
            }
        }
    }

    /// The time until the next sign of life is due.
    fn left(&self) -> Duration {
        (self.period / 3).saturating_sub(self.renewed.age(&self.client))
    }

    async fn renew(&mut self, client: &Client) -> Result<(), ReconcileError> {
        if self.left().is_zero() {
            self.put(client).await?;
        }
        Ok(())
    }

    /// Writes the journal. An edit of others to the tag is passed over, one by another run is not.
    async fn put(&mut self, client: &Client) -> Result<(), ReconcileError> {
        let lost = match self.sign(client).await {
            Err(lost @ ReconcileError::LeaseLost { .. }) => lost,
            signed => return signed,
        };
        let rows: Vec<TagRow> = client.list_by_ids("id", &[self.row.id]).await?;
        let row = rows.into_iter().find(|row| row.id == self.row.id);
        let Some(row) = row.filter(|row| self.is_run_of(row)) else {
            return Err(lost);
        };
        self.row = row;
        self.sign(client).await
    }

    async fn sign(&mut self, client: &Client) -> Result<(), ReconcileError> {
        let renewed = Sign::now(client);
        self.journal.at = client.server_time();
        self.row = write(client, &self.row, &self.slug, &self.journal).await?;
        self.renewed = renewed;
        Ok(())
    }

    fn is_run_of(&self, row: &TagRow) -> bool {
        let journal = Journal::parse(&row.description);
        journal.is_some_and(|journal| journal.run == self.journal.run)
    }

    /// Removes the tag, if it is still ours.
    pub(super) async fn remove(&mut self, message: &str) -> Result<(), ReconcileError> {
        let id = self.row.id;
        let mut patience = Patience::new(&self.client);
        loop {
            let etags = if_match(self.row.version());
            let error = match self.client.delete(&TAG, &[id], message, etags).await {
                Ok(()) => return Ok(()),
                Err(error) => error,
            };
            let told = matches!(
                error,
                NetboxError::Changed { .. } | NetboxError::Rejected { .. }
            );
            if !told && !error.is_uncertain() {
                return Err(error.into());
            }
            let rows: Vec<TagRow> = self.client.list_by_ids("id", &[id]).await?;
            let Some(row) = rows.into_iter().find(|row| row.id == id) else {
                return Ok(());
            };
            let again = error.is_uncertain() && patience.lasts(Some(&error)).await;
            if !again && !matches!(error, NetboxError::Changed { .. }) {
                return Err(error.into());
            }
            if !self.is_run_of(&row) {
                let slug = self.slug.clone();
                return Err(ReconcileError::LeaseLost { slug });
            }
            self.row = row;
        }
    }

    /// Leaves the tag with the run's result.
    pub(super) async fn close(
        &mut self,
        client: &Client,
        phase: Phase,
        devices: usize,
        cables: usize,
    ) -> Result<(), ReconcileError> {
        self.journal = Journal {
            phase,
            restates: self.journal.restates && phase != Phase::Complete,
            devices,
            cables,
            ..self.journal.clone()
        };
        self.put(client).await
    }
}

/// A removal brings the plan nowhere.
fn stands(target: &Target, phase: Phase, before: Option<&Journal>) -> Option<PlanStatus> {
    if phase == Phase::Destroying {
        before.and_then(|journal| journal.status)
    } else {
        Some(target.status)
    }
}

/// Which run gave birth to the plan: a creation does, also where it goes on with what another has left. A
/// later run makes it the plan of its own state, so that it can end what it began.
fn birth(target: &Target, before: Option<&Journal>, run: &str) -> String {
    let own = Some(&target.birth).filter(|birth| !birth.is_empty());
    let last = own.or(before.map(|journal| &journal.birth));
    let kept = last.filter(|_| !target.adopt_unfinished);
    kept.map_or_else(|| run.to_owned(), Clone::clone)
}

async fn create(client: &Client, slug: &str, journal: &Journal) -> Result<TagRow, ReconcileError> {
    let body = json!({
        "name": slug,
        "slug": slug,
        "color": TAG_COLOR,
        "description": journal.render(),
        "changelog_message": format!("Run {}", journal.run),
    });
    let ours = |row: &TagRow| {
        row.slug == slug && Journal::parse(&row.description).as_ref() == Some(journal)
    };
    let mut patience = Patience::new(client);
    loop {
        let error = match client.create::<TagRow>(vec![body.clone()]).await {
            Ok(mut rows) => return rows.pop().filter(ours).ok_or_else(|| busy(slug)),
            Err(error) => error,
        };
        // The other creator has won, or it was ourselves and the answer was lost: the run says.
        if !error.is_duplicate() && !error.is_uncertain() {
            return Err(error.into());
        }
        let again = patience.lasts(Some(&error)).await;
        let rows = client.list::<TagRow>(&query(&[("slug", slug)])).await?;
        match rows.into_iter().find(|row| row.slug == slug) {
            Some(row) if ours(&row) => return Ok(row),
            Some(_) => return Err(busy(slug)),
            None if again => {}
            None => return Err(error.into()),
        }
    }
}

/// Writes the journal; also renames the tag of a plan that was renamed.
async fn write(
    client: &Client,
    row: &TagRow,
    slug: &str,
    journal: &Journal,
) -> Result<TagRow, ReconcileError> {
    let mut fields = Map::from_iter([
        ("description".to_owned(), Value::String(journal.render())),
        (
            "changelog_message".to_owned(),
            Value::String(format!("Run {}", journal.run)),
        ),
    ]);
    if row.slug != slug {
        fields.insert("name".to_owned(), json!(slug));
        fields.insert("slug".to_owned(), json!(slug));
    }
    let mut patience = Patience::new(client);
    // A request without an answer may be carried out at any time after.
    let mut under_way = false;
    loop {
        let version = row.version().map(etag);
        let answer = client
            .update_one::<TagRow>(row.id, fields.clone(), version)
            .await;
        match answer {
            Err(NetboxError::Changed { .. } | NetboxError::NotFound { .. }) => {
                let late = if under_way {
                    written(client, slug, journal).await?
                } else {
                    None
                };
                let slug = slug.to_owned();
                return late.ok_or(ReconcileError::LeaseLost { slug });
            }
            // A lost answer: what is there now says whether it was carried out. If not, the same is sent
            // again, and the `ETag` refuses it where anything was written in between.
            Err(error) if error.is_uncertain() => {
                under_way = true;
                let again = patience.lasts(Some(&error)).await;
                if let Some(row) = written(client, slug, journal).await? {
                    return Ok(row);
                }
                if !again {
                    return Err(error.into());
                }
            }
            answer => return Ok(answer?),
        }
    }
}

/// The tag, if it says what we wanted it to.
async fn written(
    client: &Client,
    slug: &str,
    journal: &Journal,
) -> Result<Option<TagRow>, ReconcileError> {
    let rows = client.list::<TagRow>(&query(&[("slug", slug)])).await?;
    let written = |row: &TagRow| Journal::parse(&row.description).as_ref() == Some(journal);
    Ok(rows.into_iter().find(written))
}

pub(super) fn busy(slug: &str) -> ReconcileError {
    ReconcileError::Busy {
        slug: slug.to_owned(),
        run: "just started".to_owned(),
    }
}

/// Names a run in the journal and in `NetBox`'s change log.
fn run_id() -> String {
    use std::hash::{BuildHasher, Hasher, RandomState};
    let number = RandomState::new().build_hasher().finish();
    format!("{number:016x}").chars().take(8).collect()
}
