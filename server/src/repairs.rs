//! How long past repairs took, for each kind of fault, in memory: read from the store at start, kept by
//! the feed. What counts as a repair is decided by [`triage::repair_seconds`].

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use futures::StreamExt;
use tokio_util::sync::CancellationToken;

use crate::domain::incident::{Incident, IncidentId};
use crate::domain::triage;
use crate::feed::{Event, Feed};
use crate::store::{Store, StoreError};

/// So many of the newest repairs of an error are kept.
const KEPT: usize = 50;
/// How far back the store is read at start, over all errors.
const READ_AT_START: u32 = 5_000;
/// How long to wait before the store is asked again.
const RETRY_DELAY: Duration = Duration::from_secs(5);

/// Durations of past repairs by error, of all regions.
#[derive(Default)]
pub struct Repairs {
    errors: RwLock<ByError>,
    version: AtomicU64,
}

type ByError = HashMap<String, VecDeque<Repair>>;

struct Repair {
    /// An incident that closes twice counts once.
    incident: IncidentId,
    seconds: u64,
}

impl Repairs {
    /// How long the newest repairs of this error took, in seconds.
    pub fn seconds(&self, error_id: &str) -> Vec<u64> {
        let errors = self.errors.read().unwrap_or_else(PoisonError::into_inner);
        errors.get(error_id).into_iter().flatten().map(|repair| repair.seconds).collect()
    }

    /// Moves with every repair; what is read later is at least as new.
    pub fn version(&self) -> u64 {
        let _errors = self.errors.read().unwrap_or_else(PoisonError::into_inner);
        self.version.load(Ordering::Relaxed)
    }

    /// Follows the feed until told to stop.
    pub async fn run(self: Arc<Self>, feed: Arc<Feed>, store: Arc<dyn Store>, stop: CancellationToken) {
        let following = async {
            let mut events = feed.subscribe(None);
            while let Some(event) = events.next().await {
                match event {
                    Event::Changed(change) => self.write(|errors| note(errors, &change.incident)),
                    Event::Resync(_) => self.start_over(store.as_ref()).await,
                }
            }
        };
        stop.run_until_cancelled(following).await;
    }

    /// Reads the store until it answers: without the past, nothing is known of how long repairs take.
    async fn start_over(&self, store: &dyn Store) {
        while let Err(error) = self.read_from(store).await {
            tracing::warn!(%error, "past repairs cannot be read; trying again");
            tokio::time::sleep(RETRY_DELAY).await;
        }
    }

    async fn read_from(&self, store: &dyn Store) -> Result<(), StoreError> {
        let mut read = ByError::new();
        for incident in store.last_closed(READ_AT_START).await?.iter().rev() {
            note(&mut read, incident);
        }
        self.write(|errors| *errors = read);
        Ok(())
    }

    fn write(&self, change: impl FnOnce(&mut ByError)) {
        let mut errors = self.errors.write().unwrap_or_else(PoisonError::into_inner);
        change(&mut errors);
        self.version.fetch_add(1, Ordering::Relaxed);
    }
}

fn note(errors: &mut ByError, incident: &Incident) {
    if let Some(repairs) = errors.get_mut(&incident.error_id) {
        repairs.retain(|repair| repair.incident != incident.id);
    }
    let Some(seconds) = triage::repair_seconds(incident) else { return };
    let repairs = errors.entry(incident.error_id.clone()).or_default();
    if repairs.len() == KEPT {
        repairs.pop_front();
    }
    repairs.push_back(Repair { incident: incident.id.clone(), seconds });
}
