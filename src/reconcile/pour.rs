//! Sends batches: as many at once as the client allows, never two that share a parent, with a sign
//! of life to the plan's tag in between and a line of progress after each.

use std::collections::BTreeSet;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use crate::netbox::Client;
use crate::netbox::error::ItemError;
use crate::netbox::kind::Kind;

use super::error::ReconcileError;
use super::lease::Lease;
use super::receipt::{Receipt, Verb};
use super::waves::{Batch, Item, next_free};

/// What every step needs to write.
#[derive(Debug)]
pub(super) struct Pen {
    pub(super) client: Client,
    pub(super) lease: Lease,
    pub(super) receipt: Receipt,
    /// For `NetBox`'s change log.
    pub(super) message: String,
}

impl Pen {
    /// `working` is the client of the run. What it sends is stopped with it, and when the hold is lost.
    pub(super) fn new(working: &Client, lease: Lease, message: String) -> Self {
        Self {
            client: working.stoppable(),
            lease,
            receipt: Receipt::default(),
            message,
        }
    }

    /// Sends all batches. On an error nothing more is sent; what is in flight ends and is recorded,
    /// so that the caller's record and the receipt stay true.
    pub(super) async fn pour<T: Item, R, F>(
        &mut self,
        (verb, kind): (Verb, &'static Kind),
        mut waiting: Vec<Batch<T>>,
        send: impl Fn(&[T]) -> F,
        mut record: impl FnMut(Vec<T>, R),
    ) -> Result<(), ReconcileError>
    where
        F: Future<Output = Result<R, ReconcileError>>,
    {
        let total: usize = waiting.iter().map(|batch| batch.items.len()).sum();
        let (requests, mut answers) = (waiting.len(), 0);
        let mut done = 0;
        let mut busy: BTreeSet<u64> = BTreeSet::new();
        let mut flights = FuturesUnordered::new();
        let mut failure: Option<ReconcileError> = None;
        loop {
            while failure.is_none() && flights.len() < self.client.parallelism() {
                let Some(index) = next_free(&waiting, &busy) else {
                    break;
                };
                if let Err(error) = self.lease.keep().await {
                    failure = Some(error);
                    break;
                }
                let batch = waiting.remove(index);
                busy.extend(&batch.parents);
                let flight = send(&batch.items);
                flights.push(async move { (batch, flight.await) });
            }
            if is_lost(failure.as_ref()) {
                // The plan is another run's: what waits to be sent again is not sent.
                self.client.stop();
            }
            let Some((batch, result)) = landed(&mut flights, &mut self.lease, &mut failure).await
            else {
                break;
            };
            for parent in &batch.parents {
                busy.remove(parent);
            }
            match result {
                Ok(rows) => {
                    done += batch.items.len();
                    answers += 1;
                    self.receipt.add(verb, kind.name, batch.items.len());
                    self.lease.note(verb, kind, batch.items.len());
                    tracing::info!(
                        "{} {done} of {total} {} (request {answers} of {requests})",
                        verb.word(),
                        kind.plural
                    );
                    record(batch.items, rows);
                }
                Err(error) => {
                    failure = Some(worse(failure.take(), naming(error, &batch.items)));
                }
            }
        }
        failure.map_or(Ok(()), Err)
    }
}

/// The next answer. While it is awaited the tag gets its signs of life: one request may take `NetBox`
/// longer than a lease.
async fn landed<F: Future>(
    flights: &mut FuturesUnordered<F>,
    lease: &mut Lease,
    failure: &mut Option<ReconcileError>,
) -> Option<F::Output> {
    if !is_lost(failure.as_ref()) {
        tokio::select! {
            biased;
            answer = flights.next() => return answer,
            error = lease.beat() => *failure = Some(worse(failure.take(), error)),
        }
    }
    flights.next().await
}

fn is_lost(failure: Option<&ReconcileError>) -> bool {
    matches!(failure, Some(ReconcileError::LeaseLost { .. }))
}

/// With the names of the objects that it is about.
fn naming<T: Item>(mut error: ReconcileError, sent: &[T]) -> ReconcileError {
    if let ReconcileError::Netbox(refused) = error {
        error = refused.naming(|item| named(item, sent)).into();
    }
    error
}

/// Which of the objects that were sent an error is about.
fn named<T: Item>(error: &ItemError, sent: &[T]) -> Option<String> {
    let by_id = |id: u64| sent.iter().find(|item| item.id() == Some(id));
    let item = match (error.id, error.index) {
        (Some(id), _) => by_id(id),
        (None, Some(index)) => sent.get(index),
        (None, None) => sent.first().filter(|_| sent.len() == 1),
    };
    item.map(|item| item.label().to_owned())
}

/// Of two failures the first counts, unless it only says that we were told to stop, or the plan is not
/// ours any more.
fn worse(first: Option<ReconcileError>, second: ReconcileError) -> ReconcileError {
    match first {
        Some(_) if is_lost(Some(&second)) => second,
        Some(error) if !error.is_cancelled() => error,
        _ => second,
    }
}
