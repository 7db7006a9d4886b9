//! Sessions that are over are forgotten: one task, every few minutes, so many at once.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::SignIn;
use crate::clock;
use crate::store::StoreError;

/// How often it is looked for what may be forgotten.
const INTERVAL: Duration = Duration::from_secs(5 * 60);
/// How many sessions are forgotten at once, so that nobody waits long behind it.
const BATCH: u32 = 500;

impl SignIn {
    /// Forgets sessions that are over until told to stop.
    pub async fn run(&self, stop: CancellationToken) {
        let mut ticks = tokio::time::interval(INTERVAL);
        loop {
            let result = tokio::select! {
                () = stop.cancelled() => return,
                result = async { ticks.tick().await; self.forget_old().await } => result,
            };
            if let Err(error) = result {
                tracing::error!(%error, "old sessions could not be forgotten; this is tried again");
            }
        }
    }

    async fn forget_old(&self) -> Result<(), StoreError> {
        while self.store.forget_sessions(clock::now(), BATCH).await? == u64::from(BATCH) {}
        Ok(())
    }
}
