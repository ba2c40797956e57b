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

/// Which request waits.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place {
    /// That of this number, from the first on.
    Number(usize),
    /// The first of these.
    First(By),
}

/// One gate.
#[derive(Debug, Clone)]
pub struct Gate {
    place: Place,
    pub(super) moment: Moment,
    /// Opened by the first of these.
    opened_by: Option<By>,
    /// Cancelled when the request is there.
    pub reached: CancellationToken,
    /// The request goes on when this is cancelled.
    pub open: CancellationToken,
}

impl Gate {
    pub(super) fn new(place: Place, moment: Moment, opened_by: Option<By>) -> Self {
        Self {
            place,
            moment,
            opened_by,
            reached: CancellationToken::new(),
            open: CancellationToken::new(),
        }
    }

    /// Whether the request, which is that of this number, waits here.
    pub(super) fn is_before(&self, number: usize, method: &str, path: &str) -> bool {
        let is_here = match self.place {
            Place::Number(place) => place == number,
            Place::First(by) => is_one(by, method, path),
        };
        is_here && !self.reached.is_cancelled()
    }

    /// Whether this request opens it.
    pub(super) fn is_opened_by(&self, method: &str, path: &str) -> bool {
        self.reached.is_cancelled() && self.opened_by.is_some_and(|by| is_one(by, method, path))
    }

    pub(super) async fn wait(&self) {
        self.reached.cancel();
        self.open.cancelled().await;
    }
}

fn is_one((method, begin): By, of: &str, path: &str) -> bool {
    method == of && path.starts_with(begin)
}
