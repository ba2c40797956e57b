//! What a run still sends when it is over, and what it does not.

use std::time::Duration;

use hedgehog::netbox::Client;
use hedgehog::reconcile::{Outcome, ReconcileError, Target, create_or_update};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::support::applied::{SMALL, apply, apply_with, target};
use crate::support::blueprints::Small;
use crate::support::fake_faults::Fault;
use crate::support::fake_gate::Gate;
use crate::support::fake_netbox::{FakeNetbox, TOKEN};
use crate::support::fake_wire::Sent;
use crate::support::server::Server;

const GROWN: Small = Small {
    servers: 4,
    ..SMALL
};
const DEVICES: (&str, &str) = ("POST", "/api/dcim/devices/");

/// A plan that is there.
struct Standing {
    fake: FakeNetbox,
    server: Server,
    target: Target,
}

impl Standing {
    async fn start() -> Self {
        let fake = FakeNetbox::start().await;
        let server = Server::at(fake.url.clone(), TOKEN.to_owned(), "site").await;
        let target = target(&server, "last");
        apply(&server, &target, &SMALL.build()).await;
        Self {
            fake,
            server,
            target,
        }
    }

    /// A run that adds a server and gives up on a request after that time; how it ends if this happens when the
    /// server was made, and what it writes then.
    async fn grow(
        &self,
        retry_deadline: Duration,
        stop: &CancellationToken,
        happens: impl FnOnce(),
    ) -> (Outcome, Vec<String>) {
        let mut settings = self.server.settings();
        settings.retry_deadline = retry_deadline;
        let client = Client::new(settings).unwrap();
        let gate: Gate = self.fake.gate_at(DEVICES);
        let meanwhile = async {
            gate.reached.cancelled().await;
            happens();
            let before = self.fake.count();
            gate.open.cancel();
            before
        };
        let grown = GROWN.build();
        let run = create_or_update(&client, &self.target, &grown, stop);
        let (outcome, before) = tokio::join!(run, meanwhile);
        let writes = self.fake.writes_since(before);
        let line = |sent: &Sent| format!("{} {}", sent.method, sent.path);
        (outcome, writes.iter().map(line).collect())
    }
}

/// Who was told to stop, or has waited for a server that is away, does not wait as long again: here the
/// server asks for eleven seconds, and there are ten.
#[tokio::test]
async fn last_words_are_not_waited_for() {
    let away = |moments: &[&'static str], fake: &FakeNetbox| {
        fake.plan_faults(moments.iter().map(|moment| Fault::Away(moment)));
        fake.plan_faults([Fault::Away("11"); 50]);
    };
    let standing = Standing::start().await;
    let stop = CancellationToken::new();
    let stopped = || {
        stop.cancel();
        away(&[], &standing.fake);
    };
    let (outcome, writes) = standing.grow(Duration::from_hours(1), &stop, stopped).await;
    assert!(outcome.errors[0].is_cancelled(), "{:?}", outcome.errors);
    let journal = |write: &String| write.starts_with("PATCH /api/extras/tags/");
    assert!(matches!(&writes[..], [last] if journal(last)), "{writes:?}");

    let standing = Standing::start().await;
    let waited = || away(&["21"], &standing.fake);
    let never = CancellationToken::new();
    let (outcome, writes) = standing.grow(Duration::from_secs(20), &never, waited).await;
    assert!(!outcome.complete && !outcome.errors[0].is_cancelled());
    assert!(
        matches!(&writes[..], [_, last] if journal(last)),
        "{writes:?}"
    );
}

/// A run whose plan another run took meanwhile sends nothing again but the read that shows it.
#[tokio::test]
async fn a_run_that_lost_its_hold_is_silent() {
    let mut standing = Standing::start().await;
    let (fake, server) = (&standing.fake, &standing.server);
    let tags = server.get("extras/tags/?slug__isw=hedgehog-last").await;
    let tag = &tags["results"][0];
    standing.target.lease = Duration::from_millis(30);
    let gate = fake.gate_between(DEVICES, ("GET", "/api/extras/tags/"));
    let other = async {
        gate.reached.cancelled().await;
        // It is then as the run before has left it.
        let path = format!("extras/tags/{}/", tag["id"]);
        let body = json!({"description": tag["description"]});
        assert_eq!(server.send("PATCH", &path, &body).await.0, 200);
    };
    let client = server.client();
    let grown = GROWN.build();
    let run = apply_with(&client, &standing.target, &grown);
    let (outcome, ()) = tokio::join!(run, other);
    assert!(
        matches!(&outcome.errors[..], [ReconcileError::LeaseLost { .. }]),
        "{:?}",
        outcome.errors
    );
    let requests = fake.requests();
    let is_look = |request: &String| request.starts_with("GET") && request.contains("extras/tags");
    let look = requests.iter().rposition(is_look).unwrap();
    assert_eq!(look + 1, requests.len(), "{:?}", &requests[look..]);
}
