//! How long one goes on about writes whose answers were lost.

use tokio::time::Instant;

use super::{Client, NetboxError};

/// Tries that are made in any case: a server that fails each time fails for another reason.
const TRIES: u32 = 5;

/// Between looks at what became of a write. An outage is waited for as long as the retry deadline, and
/// the server's own wish is heeded; everything else is tried a few times.
#[derive(Debug)]
pub struct Patience {
    client: Client,
    since: Instant,
    tries: u32,
}

impl Patience {
    pub fn new(client: &Client) -> Self {
        Self {
            client: client.clone(),
            since: Instant::now(),
            tries: 0,
        }
    }

    /// Waits before the next try. False: it is over, and `error` is what to tell.
    pub async fn lasts(&mut self, error: Option<&NetboxError>) -> bool {
        self.tries += 1;
        let wish = error.and_then(NetboxError::wait);
        let pause = self.client.pause_before(wish, self.tries);
        let in_time = self.since.elapsed() + pause <= self.client.retry_deadline();
        let is_outage = error.is_some_and(NetboxError::is_outage);
        let goes_on = if is_outage && (wish.is_some() || self.tries >= TRIES) {
            in_time
        } else {
            self.tries < TRIES
        };
        if goes_on {
            self.client.rest(pause).await;
        }
        goes_on
    }
}
