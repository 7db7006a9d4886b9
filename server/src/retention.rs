//! How long incidents are kept. One task forgets, every hour, what has not changed for longer.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use tokio_util::sync::CancellationToken;

use crate::clock;
use crate::domain::incident::Status;
use crate::feed::Feed;
use crate::store::{Store, StoreError};

/// How often it is looked for what may be forgotten.
const INTERVAL: Duration = Duration::from_secs(60 * 60);
/// How many incidents are forgotten at once, so that nobody waits long behind it.
const BATCH: u32 = 500;

/// What is forgotten, and when.
pub struct Retention {
    store: Arc<dyn Store>,
    feed: Arc<Feed>,
    /// How long an incident in this status is kept after its last change; others are kept for ever.
    keep: Vec<(Status, SignedDuration)>,
}

impl Retention {
    /// Incidents in a status are kept so many days after their last change; `None`: for ever.
    pub fn new(store: Arc<dyn Store>, feed: Arc<Feed>, keep_days: [(Status, Option<u32>); 3]) -> Self {
        let keep = keep_days
            .into_iter()
            .filter_map(|(status, days)| Some((status, SignedDuration::from_hours(i64::from(days?) * 24))));
        Self { store, feed, keep: keep.collect() }
    }

    /// Forgets what is old until told to stop.
    pub async fn run(self, stop: CancellationToken) {
        let mut ticks = tokio::time::interval(INTERVAL);
        loop {
            let result = tokio::select! {
                () = stop.cancelled() => return,
                result = async { ticks.tick().await; self.forget_old().await } => result,
            };
            if let Err(error) = result {
                tracing::error!(%error, "old incidents could not be forgotten; the next hour tries again");
            }
        }
    }

    async fn forget_old(&self) -> Result<(), StoreError> {
        // A board that is being read right now would keep what is forgotten meanwhile.
        self.feed.until_live().await;
        for (status, keep) in &self.keep {
            let before = clock::now() - *keep;
            let mut forgotten = 0;
            loop {
                let batch = self.store.forget(*status, before, BATCH).await?;
                forgotten += batch;
                if batch < u64::from(BATCH) {
                    break;
                }
            }
            if forgotten > 0 {
                tracing::info!(forgotten, ?status, %before, "incidents were forgotten");
            }
            // Also what another server forgot: nobody tells of a deletion.
            self.feed.forget(*status, before);
        }
        Ok(())
    }
}
