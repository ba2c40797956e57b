//! A place where one request to the fake `NetBox` waits, so that something else happens meanwhile.

use tokio_util::sync::CancellationToken;

/// When the request waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Before it is carried out.
    Before,
    /// When it was carried out, and is not answered yet.
    After,
}

/// A method, and how a path begins.
pub type By = (&'static str, &'static str);

/// One gate.
#[derive(Debug, Clone)]
pub struct Gate {
    /// The number of the request, from the first on.
    pub(super) request: usize,
    pub(super) moment: Moment,
    /// Opened by the first request of this method to a path that begins so.
    opened_by: Option<By>,
    /// Cancelled when the request is there.
    pub reached: CancellationToken,
    /// The request goes on when this is cancelled.
    pub open: CancellationToken,
}

impl Gate {
    pub(super) fn new(request: usize, moment: Moment, opened_by: Option<By>) -> Self {
        Self {
            request,
            moment,
            opened_by,
            reached: CancellationToken::new(),
            open: CancellationToken::new(),
        }
    }

    /// Whether this request opens it.
    pub(super) fn is_opened_by(&self, method: &str, path: &str) -> bool {
        self.reached.is_cancelled()
            && self
                .opened_by
                .is_some_and(|(by, below)| by == method && path.starts_with(below))
    }

    pub(super) async fn wait(&self) {
        self.reached.cancel();
        self.open.cancelled().await;
    }
}
