//! `cineportal seed`: fills a store with a history that looks real and is the same for the same seed.
//! The domain decides everything, as for real alerts and people; nobody is told of any of it.

mod calendar;
mod faults;
mod history;
mod shows;
mod story;

use cineportal_regions::Regions;
use jiff::Timestamp;

use self::history::History;
use crate::domain::incident::Incident;
use crate::ingest::numbers::Numbers;
use crate::store::{Outcome, Store, StoreError};

/// How many incidents are written at once.
const BATCH_INCIDENTS: usize = 4_000;

/// What history to write.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// How many incidents.
    pub incidents: usize,
    /// Over how many days, at least 1.
    pub days: u32,
    /// Another seed, another history.
    pub seed: u64,
    /// When the history ends.
    pub until: Timestamp,
}

/// How far it came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Incidents that are durable now.
    pub written: usize,
    /// Incidents that stood in the store's way: those of an earlier run, or of a real alert.
    pub skipped: usize,
}

/// Writes the history, and tells after each batch how far it came.
///
/// # Errors
/// What the store says; what was told as written stays.
pub async fn run(
    store: &dyn Store,
    regions: &Regions,
    plan: Plan,
    mut tell: impl FnMut(Progress),
) -> Result<Progress, StoreError> {
    let mut history = History::new(regions, plan);
    let mut numbers = Numbers::default();
    let mut progress = Progress::default();
    loop {
        let mut batch: Vec<Incident> = history.by_ref().take(BATCH_INCIDENTS).collect();
        if batch.is_empty() {
            return Ok(progress);
        }
        number(&mut batch, &mut numbers, store, regions).await?;
        let outcomes = store.commit(&batch).await?;
        let written = outcomes.iter().filter(|outcome| **outcome == Outcome::Written).count();
        progress.written += written;
        progress.skipped += outcomes.len() - written;
        tell(progress);
    }
}

/// Ticket numbers come from the store, so that the server goes on behind them.
async fn number(
    batch: &mut [Incident],
    numbers: &mut Numbers,
    store: &dyn Store,
    regions: &Regions,
) -> Result<(), StoreError> {
    for region in regions.iter() {
        let own = |incident: &&mut Incident| incident.key.region == region.id;
        let count = u32::try_from(batch.iter_mut().filter(own).count()).unwrap_or(u32::MAX);
        if count > 0 {
            numbers.take(store, &region.id, count).await?;
        }
        for incident in batch.iter_mut().filter(own) {
            incident.number = numbers.peek(region)?;
            numbers.use_up(region);
        }
    }
    Ok(())
}
