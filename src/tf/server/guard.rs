//! Runs one call: on a thread of its own, so that a long computation does not keep others (above all
//! `StopProvider`) waiting, and so that a panic becomes an answer.
//!
//! Without this a panic would just close the call's stream. Terraform would say "request cancelled",
//! and of a create nothing would be saved: what it made would belong to nobody.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Once};

use tonic::{Request, Response, Status};

use super::session::Session;
use crate::diag::Diagnostic;
use crate::tf::resource::{Checkpoint, Context};

/// What a call works with.
pub(super) struct Call {
    pub(super) session: Arc<Session>,
    pub(super) context: Context,
}

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

static REQUESTS: AtomicU64 = AtomicU64::new(1);

/// Runs `body`; if it panics, `rescue` makes the answer.
pub(super) async fn guarded<Q, A, Body, Answer, Rescue>(
    rpc: &'static str,
    request: Request<Q>,
    body: Body,
    rescue: Rescue,
) -> Result<Response<A>, Status>
where
    Q: Send + 'static,
    A: Send + 'static,
    Body: FnOnce(Call, Q) -> Answer + Send + 'static,
    Answer: Future<Output = Result<A, Status>>,
    Rescue: FnOnce(Diagnostic, &Checkpoint) -> A + Send + 'static,
{
    record_places();
    let (_, extensions, message) = request.into_parts();
    let session = extensions.get::<Arc<Session>>().cloned();
    let session = session.ok_or_else(|| Status::internal("a call without a connection"))?;
    let context = Context::new(session.token());
    // The host hung up: whoever dropped this future wants the call to end.
    let hung_up = context.cancel.clone().drop_guard();
    let checkpoint = context.checkpoint.clone();
    let request_id = REQUESTS.fetch_add(1, Ordering::Relaxed);
    let runtime = tokio::runtime::Handle::current();
    let run = move || {
        let _entered = tracing::info_span!("rpc", tf_rpc = rpc, tf_req_id = request_id).entered();
        tracing::debug!("received");
        GUARDED.set(true);
        let call = Call { session, context };
        let outcome = catch_unwind(AssertUnwindSafe(|| runtime.block_on(body(call, message))));
        GUARDED.set(false);
        outcome.unwrap_or_else(|payload| {
            let diagnostic = panicked(rpc, &*payload);
            tracing::error!(
                diagnostic_summary = diagnostic.summary,
                "{}",
                diagnostic.detail
            );
            Ok(rescue(diagnostic, &checkpoint))
        })
    };
    let answer = tokio::task::spawn_blocking(run).await;
    drop(hung_up);
    answer
        .map_err(|_| Status::internal("the call's thread ended"))?
        .map(Response::new)
}

fn panicked(rpc: &str, payload: &(dyn Any + Send)) -> Diagnostic {
    let words = payload.downcast_ref::<&str>().copied();
    let words = words.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    let place = PLACE
        .take()
        .unwrap_or_else(|| "an unknown place".to_owned());
    let detail = format!(
        "This is a bug in the provider, please report it: {rpc} stopped at {place} with \"{}\".",
        words.unwrap_or("no message"),
    );
    Diagnostic::error("The provider failed", detail)
}

/// Keeps where a guarded call panics for its diagnostic, and lets other panics be printed as ever.
fn record_places() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let previous = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info: &PanicHookInfo<'_>| {
            if GUARDED.get() {
                PLACE.set(info.location().map(ToString::to_string));
            } else {
                previous(info);
            }
        }));
    });
}
