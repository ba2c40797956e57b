//! Two runs on one plan, of which the second acts while a request of the first waits: at every request, in
//! turn. One of them gets its fabric, whole; the other stops with a clear error.

use std::sync::Arc;
use std::time::Duration;

use hedgehog::fabric::blueprint::Blueprint;
use hedgehog::netbox::Client;
use hedgehog::netbox::kind::device::DeviceRow;
use hedgehog::reconcile::{
    Outcome, PlanId, ReconcileError, Seen, Target, create_or_update, destroy_seen,
};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::support::applied::{apply_with, look, target};
use crate::support::blueprints::Small;
use crate::support::fake_netbox::{FakeNetbox, Moment, TOKEN};
use crate::support::fake_tables::Tables;
use crate::support::inventory::{differences, inventory};
use crate::support::server::Server;

const TINY: Small = Small {
    leaves: 2,
    servers: 1,
};

/// What a run is to make of the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wish {
    /// As it is.
    One,
    Two,
    Described,
    Nothing,
}

impl Wish {
    fn target(self, server: &Server, seen: Option<&Arc<Seen>>) -> Target {
        let mut target = target(server, "race");
        target.digest = format!("{self:?}");
        target.adopt_unfinished = seen.is_none();
        target.seen = seen.cloned();
        if self == Self::Described {
            target.description = Some("Described".to_owned());
        }
        target
    }

    fn blueprint(self) -> Blueprint {
        let servers = if self == Self::Two { 2 } else { 1 };
        Small { servers, ..TINY }.build()
    }
}

/// How the second run comes to act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pause {
    /// The first run waits for an answer, as long as the second needs.
    Short(Moment),
    /// Longer than its hold lasts.
    Long(Moment),
}

struct Race {
    fake: FakeNetbox,
    server: Server,
    /// What both plans saw; `None`: nothing.
    seen: Option<Arc<Seen>>,
    /// Of the plan that both know.
    birth: String,
    prepared: Tables,
    first: Wish,
    second: Wish,
}

impl Race {
    /// `before` is what is there when both begin.
    async fn set_up(before: Wish, first: Wish, second: Wish) -> Self {
        let fake = FakeNetbox::start().await;
        let server = Server::at(fake.url.clone(), TOKEN.to_owned(), "site").await;
        let (mut seen, mut birth) = (None, String::new());
        if before != Wish::Nothing {
            let target = before.target(&server, None);
            let outcome = apply_with(&server.client(), &target, &before.blueprint()).await;
            assert!(outcome.complete, "{:?}", outcome.errors);
            let observed = look(&server, &target).await.unwrap();
            seen = Some(Arc::new(Seen::of(&observed, &[])));
            birth = observed.journal().unwrap().birth;
            assert_ne!(birth, "");
        }
        let prepared = fake.tables();
        Self {
            fake,
            server,
            seen,
            birth,
            prepared,
            first,
            second,
        }
    }

    async fn act(&self, client: &Client, wish: Wish, id: &str) -> Outcome {
        let cancel = CancellationToken::new();
        let mut target = wish.target(&self.server, self.seen.as_ref());
        target.birth.clone_from(&self.birth);
        if self.seen.is_none() {
            target.scope.plan_id = PlanId::parse(&id.repeat(32)).unwrap();
        }
        if wish == Wish::Nothing {
            let mut nothing = Target::new(target.scope.clone(), "");
            (nothing.lease, nothing.seen) = (target.lease, target.seen);
            nothing.birth = target.birth;
            return destroy_seen(client, &nothing, &cancel).await;
        }
        create_or_update(client, &target, &wish.blueprint(), &cancel).await
    }

    /// What a run leaves that is alone, and how many requests it takes.
    async fn alone(&self, wish: Wish) -> (Vec<String>, usize) {
        self.fake.put_back(&self.prepared);
        let requests = self.fake.count();
        let outcome = self.act(&self.server.client(), wish, "a").await;
        assert!(outcome.complete, "{:?}", outcome.errors);
        let requests = self.fake.count() - requests;
        (inventory(&self.fake.tables()), requests)
    }

    async fn check_all(&self) {
        let (first, requests) = self.alone(self.first).await;
        let (second, _) = self.alone(self.second).await;
        let expected = [first, second];
        let moments = [Moment::Before, Moment::After];
        let mut wrong = Vec::new();
        let pauses = [moments.map(Pause::Short), moments.map(Pause::Long)].concat();
        for request in 0..requests {
            for pause in pauses.iter().copied() {
                if let Err(how) = Box::pin(self.check(request, pause, &expected)).await {
                    wrong.push(format!(
                        "{pause:?} at request {request} of {requests}: {how}"
                    ));
                }
            }
        }
        assert!(wrong.is_empty(), "{}: {wrong:#?}", wrong.len());
    }

    async fn check(
        &self,
        request: usize,
        pause: Pause,
        expected: &[Vec<String>; 2],
    ) -> Result<(), String> {
        let (Pause::Short(moment) | Pause::Long(moment)) = pause;
        self.fake.put_back(&self.prepared);
        let gate = self.fake.gate(request, moment);
        let (mine, yours) = (self.server.client(), self.server.client());
        let meanwhile = async {
            gate.reached.cancelled().await;
            if pause == Pause::Long(moment) {
                let lease = Target::LEASE.as_secs();
                self.fake.advance(lease);
            }
            let outcome = self.act(&yours, self.second, "b").await;
            gate.open.cancel();
            outcome
        };
        let (first, second) = tokio::join!(self.act(&mine, self.first, "a"), meanwhile);
        for outcome in [&first, &second] {
            clear(outcome)?;
        }
        let found = inventory(&self.fake.tables());
        let different = |of: usize| differences(&found, &expected[of]);
        let different = match (first.complete, second.complete) {
            (false, false) => return Err(format!("{:?}, {:?}", first.errors, second.errors)),
            (true, false) => different(0),
            // One after the other: the later one counts.
            (true, true) if different(0).is_empty() => Vec::new(),
            (_, true) => different(1),
        };
        // A request that was under way for longer than the hold may be carried out when the other run
        // has ended. Nobody can prevent that; the next run finds what it made.
        let late = pause == Pause::Long(Moment::Before);
        if !different.is_empty() && !late {
            return Err(format!(
                "{different:#?}, {:?}, {:?}",
                first.errors, second.errors
            ));
        }
        Ok(())
    }
}

/// A run that did not get what it was to make says why, in words for people.
fn clear(outcome: &Outcome) -> Result<(), String> {
    let told = outcome.errors.iter().all(|error| {
        matches!(
            error,
            ReconcileError::Busy { .. }
                | ReconcileError::LeaseLost { .. }
                | ReconcileError::PlanExists { .. }
                | ReconcileError::Stale { .. }
        )
    });
    if told && outcome.complete == outcome.errors.is_empty() {
        Ok(())
    } else {
        Err(format!("{:?}", outcome.errors))
    }
}

macro_rules! races {
    ($($name:ident: $before:ident, $first:ident against $second:ident;)+) => {
        /// Every request of the first run: minutes of CPU.
        mod races {
            use super::{Race, Wish};

            $(#[tokio::test]
            async fn $name() {
                let race = Race::set_up(Wish::$before, Wish::$first, Wish::$second).await;
                race.check_all().await;
            })+
        }
    };
}

races!(
    growth_against_another_description: One, Two against Described;
    growth_against_removal: One, Two against Nothing;
    removal_against_growth: One, Nothing against Two;
    shrinking_against_another_description: Two, One against Described;
    two_creations: Nothing, Two against One;
    two_of_the_same: One, Two against Two;
);

/// One request may take `NetBox` longer than a hold lasts: the tag is renewed meanwhile.
#[tokio::test]
async fn a_run_that_waits_for_a_long_request_keeps_its_hold() {
    for parallelism in [1, 2] {
        keeps_its_hold(parallelism).await;
    }
}

async fn keeps_its_hold(parallelism: usize) {
    let race = Race::set_up(Wish::One, Wish::Two, Wish::Nothing).await;
    let mut target = Wish::Two.target(&race.server, race.seen.as_ref());
    target.lease = Duration::from_millis(30);
    let (_, requests) = race.alone(Wish::Two).await;
    race.fake.put_back(&race.prepared);
    let before = race.fake.count();
    let (devices, tags) = (
        ("POST", "/api/dcim/devices/"),
        ("PATCH", "/api/extras/tags/"),
    );
    let gate = race.fake.gate_between(devices, tags);
    let mut settings = race.server.settings();
    settings.parallelism = parallelism;
    let client = Client::new(settings).unwrap();
    let outcome = apply_with(&client, &target, &Wish::Two.blueprint()).await;
    assert!(outcome.complete, "{:?}", outcome.errors);
    assert!(gate.open.is_cancelled(), "it was renewed meanwhile");
    assert!(
        race.fake.count() - before > requests,
        "renewed at least once"
    );
}

/// A proxy tells another time than `NetBox` writes into its rows: no reason to renew at each request.
#[tokio::test]
async fn clocks_that_are_apart_cost_no_request() {
    let race = Race::set_up(Wish::One, Wish::Two, Wish::Nothing).await;
    let (_, requests) = race.alone(Wish::Two).await;
    let mut tables = race.prepared.clone();
    tables.tell_dates_ahead(3_600);
    race.fake.put_back(&tables);
    let before = race.fake.count();
    let outcome = race.act(&race.server.client(), Wish::Two, "a").await;
    assert!(outcome.complete, "{:?}", outcome.errors);
    assert_eq!(race.fake.count() - before, requests);
}

/// Somebody writes to the plan's tag by hand: no reason to stop.
#[tokio::test]
async fn a_tag_that_somebody_edits_is_still_held() {
    let race = Race::set_up(Wish::One, Wish::Two, Wish::Nothing).await;
    let (expected, requests) = race.alone(Wish::Two).await;
    race.fake.put_back(&race.prepared);
    // Before the last request, which closes the journal.
    let gate = race.fake.gate(requests - 1, Moment::Before);
    let meanwhile = async {
        gate.reached.cancelled().await;
        let found = race
            .server
            .get("extras/tags/?slug__isw=hedgehog-race")
            .await;
        let path = format!("extras/tags/{}/", found["results"][0]["id"]);
        let colour = json!({"color": "00ff00"});
        assert_eq!(race.server.send("PATCH", &path, &colour).await.0, 200);
        gate.open.cancel();
    };
    let client = race.server.client();
    let (outcome, ()) = tokio::join!(race.act(&client, Wish::Two, "a"), meanwhile);
    assert!(outcome.complete, "{:?}", outcome.errors);
    let found: Vec<String> = inventory(&race.fake.tables());
    let plain = |lines: &[String]| {
        lines
            .iter()
            .map(|l| l.replace("00ff00", "9e9e9e"))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        differences(&plain(&found), &plain(&expected)),
        Vec::<String>::new()
    );
}

/// A read that is not answered is not waited for.
#[tokio::test]
async fn an_interrupt_cuts_a_read_in_flight() {
    let race = Race::set_up(Wish::One, Wish::Two, Wish::Nothing).await;
    let client = race.server.client();
    let stop = CancellationToken::new();
    let gate = race.fake.gate(0, Moment::Before);
    let stopping = client.until(stop.clone());
    let none = Vec::new();
    let read = stopping.list::<DeviceRow>(&none);
    let interrupt = async {
        gate.reached.cancelled().await;
        stop.cancel();
    };
    // The gate stays shut: without the cut this would not end.
    let (answer, ()) = tokio::join!(read, interrupt);
    assert!(answer.is_err_and(|error| error.is_cancelled()));
    gate.open.cancel();
}
