//! Every request of every operation, times every fault: afterwards the same operation again, and the
//! inventory is that of an undisturbed run, object by object.

mod operations;
mod runs;

use hedgehog::fabric::blueprint::Blueprint;
use hedgehog::netbox::Client;
use hedgehog::reconcile::receipt::Verb;
use hedgehog::reconcile::{
    Drift, Outcome, PlanId, ReconcileError, Target, create_or_update, destroy, drift, observe,
};
use tokio_util::sync::CancellationToken;

use operations::Operation;

use crate::support::diet;
use crate::support::fake_faults::{ALL, Fault};
use crate::support::fake_netbox::{FakeNetbox, TOKEN};
use crate::support::fake_tables::Tables;
use crate::support::inventory::{differences, inventory};
use crate::support::server::Server;

/// One operation's server, as it is before.
struct Bench {
    fake: FakeNetbox,
    client: Client,
    operation: Operation,
    prepared: Tables,
    expected: Vec<String>,
    /// Whether each request of an undisturbed run is a read.
    reads: Vec<bool>,
}

impl Bench {
    async fn set_up(operation: impl Fn(&Server) -> Operation) -> Self {
        let fake = FakeNetbox::start().await;
        let server = Server::at(fake.url.clone(), TOKEN.to_owned(), "site").await;
        operations::other_types(&server).await;
        let operation = operation(&server);
        let client = server.client();
        if let Some((target, blueprint)) = &operation.before {
            let outcome = run(&client, Some((target, blueprint)), target).await;
            assert!(outcome.complete, "{:?}", outcome.errors);
        }
        if operation.of_diet {
            diet::disguise(&server).await;
        }
        let prepared = fake.tables();
        let mut bench = Self {
            fake,
            client,
            operation,
            prepared,
            expected: Vec::new(),
            reads: Vec::new(),
        };
        let before = bench.fake.count();
        let outcome = bench.act(&bench.target()).await;
        assert!(outcome.complete, "{:?}", outcome.errors);
        let requests = bench.fake.requests().split_off(before);
        bench.reads = requests.iter().map(|r| r.starts_with("GET")).collect();
        bench.expected = inventory(&bench.fake.tables());
        bench
    }

    fn target(&self) -> Target {
        let Operation { before, after, .. } = &self.operation;
        let (target, _) = after.as_ref().or(before.as_ref()).unwrap();
        target.clone()
    }

    async fn act(&self, target: &Target) -> Outcome {
        let wish = self.operation.after.as_ref();
        run(&self.client, wish.map(|(_, b)| (target, b)), target).await
    }

    /// All points; those that do not end as they should are told together.
    async fn check_all(&self) {
        let (mut points, mut wrong) = (0, Vec::new());
        for (request, is_read) in self.reads.iter().copied().enumerate() {
            for fault in ALL {
                if is_read && !fault.matters_to_reads() {
                    continue;
                }
                points += 1;
                if let Err(how) = self.check(request, fault).await {
                    let of = self.reads.len();
                    wrong.push(format!("{fault:?} at request {request} of {of}: {how}"));
                }
            }
        }
        eprintln!("{points} points");
        assert!(wrong.is_empty(), "{}: {wrong:#?}", wrong.len());
    }

    /// One point of the matrix.
    async fn check(&self, request: usize, fault: Fault) -> Result<(), String> {
        self.fake.put_back(&self.prepared);
        let killed = self.fake.strike(request, fault);
        let mut target = self.target();
        let disturbed = tokio::select! {
            outcome = self.act(&target) => Some(outcome),
            () = killed.cancelled() => None,
        };
        self.fake.settle();
        // What Terraform knows of a creation: nothing after a kill; else what it was told.
        if let Some(Outcome {
            observed: Some(_),
            plan_id,
            ..
        }) = &disturbed
        {
            target.scope.plan_id = plan_id.clone();
            target.adopt_unfinished = false;
        } else if target.adopt_unfinished {
            target.scope.plan_id = PlanId::parse(&"e".repeat(32)).unwrap();
        }
        let done = disturbed.as_ref().is_some_and(|outcome| outcome.complete);
        let mut again = self.act(&target).await;
        if let [ReconcileError::Busy { .. }] = &again.errors[..]
            && !done
        {
            // The hold of a run that is dead, or that could not say its end, ends with its lease.
            self.fake.advance(target.lease.as_secs());
            again = self.act(&target).await;
        }
        if let [ReconcileError::PlanExists { plan_id, .. }] = &again.errors[..]
            && disturbed.is_none()
        {
            // It died when all was written and before it could say so. What is complete is not
            // created again: the state is to be imported, and then there is nothing to do.
            target.scope.plan_id = PlanId::parse(plan_id).unwrap();
            target.adopt_unfinished = false;
            again = self.act(&target).await;
            if again.receipt.total() > 0 {
                return Err(format!("it was not complete: {:?}", again.receipt));
            }
        }
        let first = || disturbed.as_ref().map(|outcome| &outcome.errors);
        if !again.complete {
            return Err(format!("again {:?}, first {:?}", again.errors, first()));
        }
        if done && again.receipt.total() > late_bays(fault, &again) {
            return Err(format!("not done after all: {:?}", again.receipt));
        }
        let different = differences(&inventory(&self.fake.tables()), &self.expected);
        if !different.is_empty() {
            return Err(format!("{different:#?}, first {:?}", first()));
        }
        target.scope.plan_id = again.plan_id;
        self.check_settled(&target).await
    }

    /// Nothing is left to do, and doing it writes nothing.
    async fn check_settled(&self, target: &Target) -> Result<(), String> {
        let Some((_, blueprint)) = &self.operation.after else {
            return Ok(());
        };
        let observed = observe(&self.client, &target.scope).await;
        let drift = drift(blueprint, target, &observed.unwrap().unwrap());
        let requests = self.fake.count();
        let outcome = self.act(target).await;
        let writes = self.fake.writes_since(requests).len();
        if drift == Drift::default() && outcome.complete && writes == 0 {
            return Ok(());
        }
        Err(format!("{drift:?}, {:?}, {writes} writes", outcome.errors))
    }
}

/// `NetBox` does not keep bays of a device apart by name: one that is made late is a second one, and
/// goes when somebody looks again.
fn late_bays(fault: Fault, again: &Outcome) -> usize {
    if matches!(fault, Fault::Late(_)) {
        again.receipt.count(Verb::Deleted, "module bay")
    } else {
        0
    }
}

async fn run(client: &Client, wish: Option<(&Target, &Blueprint)>, target: &Target) -> Outcome {
    let cancel = CancellationToken::new();
    match wish {
        Some((target, blueprint)) => create_or_update(client, target, blueprint, &cancel).await,
        None => destroy(client, &target.scope, target.lease, &cancel).await,
    }
}

/// Each operation is a test for each part of the faults, so that they use all cores.
macro_rules! matrix {
    ($($operation:ident),+) => {$(
        mod $operation {
            use super::Bench;

            #[tokio::test]
            async fn every_request_and_fault_ends_as_if_undisturbed() {
                Bench::set_up(super::operations::$operation).await.check_all().await;
            }
        }
    )+};
}

matrix!(create, growth, moves, remove, shrink, take_over, update);
