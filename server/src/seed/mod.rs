//! `cineportal seed`: fills a store with a history that looks real and is the same for the same seed.
//! The domain decides everything, as for real alerts and people; nobody is told of any of it.

mod calendar;
mod faults;
mod history;
mod shows;
mod story;

use std::collections::BTreeMap;

use cineportal_regions::{RegionId, Regions};
use jiff::Timestamp;
use tokio::join;

use self::history::History;
use crate::domain::incident::Incident;
use crate::ingest::numbers::Numbers;
use crate::store::{Kept, Outcome, Restoring, Store, StoreError, ticket};

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

/// The same for an empty store that nobody uses: written aside, to be shown all at once. The numbers are those that
/// the store would have given.
///
/// # Errors
/// What the store says; then nothing is to be shown.
pub async fn run_aside(
    restoring: &mut dyn Restoring,
    regions: &Regions,
    plan: Plan,
    mut tell: impl FnMut(Progress),
) -> Result<Progress, StoreError> {
    let mut aside = Aside { history: History::new(regions, plan), regions, last: BTreeMap::new() };
    let mut progress = Progress::default();
    let mut batch = aside.next_batch();
    while !batch.is_empty() {
        progress.written += batch.len();
        // The next one is made while the store writes this one.
        let (added, next) = join!(restoring.add(batch), async { aside.next_batch() });
        added?;
        tell(progress);
        batch = next;
    }
    let numbers = aside.last.into_iter().map(|(region, last)| Kept::Number { region, last });
    restoring.add(numbers.collect()).await?;
    Ok(progress)
}

/// A history that is numbered without a store.
struct Aside<'a> {
    history: History<'a>,
    regions: &'a Regions,
    /// The last number of each region.
    last: BTreeMap<RegionId, u64>,
}

impl Aside<'_> {
    fn next_batch(&mut self) -> Vec<Kept> {
        let mut batch: Vec<Incident> = self.history.by_ref().take(BATCH_INCIDENTS).collect();
        batch.iter_mut().for_each(|incident| self.number(incident));
        batch.into_iter().map(|incident| Kept::Incident(Box::new(incident))).collect()
    }

    fn number(&mut self, incident: &mut Incident) {
        if let Some(region) = self.regions.get(&incident.key.region) {
            let last = self.last.entry(region.id.clone()).or_default();
            *last += 1;
            incident.number = ticket(region, *last);
        }
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
