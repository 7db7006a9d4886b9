//! Ticket numbers that this server has taken from the store but not given away yet.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use cineportal_regions::{Region, RegionId};
use futures::future::try_join_all;

use crate::domain::incident::IncidentNumber;
use crate::store::{Store, StoreError, ticket};

/// A region that needs numbers again this soon gets twice as many as the last time, so that a storm does not
/// ask for each. On a calm day none is taken ahead, and a restart leaves no gap.
const STORM: Duration = Duration::from_secs(1);
/// Most numbers that are taken ahead.
const MAX_AHEAD: u32 = 4_096;

/// The stock of each region.
#[derive(Default)]
pub(crate) struct Numbers(BTreeMap<RegionId, Stock>);

#[derive(Default)]
struct Stock {
    /// The lowest number last.
    spare: Vec<u64>,
    /// When numbers were last taken for alerts, and how many.
    last_taken: Option<(Instant, u32)>,
}

impl Numbers {
    /// Takes numbers from the store, if need be, so that each region has at least so many of them. All regions are
    /// asked for at once: a storm is in all of them.
    ///
    /// # Errors
    /// What the store says.
    pub(crate) async fn stock(
        &mut self,
        store: &dyn Store,
        needed: &BTreeMap<&RegionId, usize>,
    ) -> Result<(), StoreError> {
        let missing = needed.iter().map(|(region, count)| (*region, self.missing(region, *count)));
        let missing: Vec<(&RegionId, u32)> = missing.filter(|(_, count)| *count > 0).collect();
        let taken = missing.iter().map(|(region, count)| store.take_numbers(region, *count));
        for ((region, count), first) in missing.iter().zip(try_join_all(taken).await?) {
            self.add(region, first, *count);
        }
        Ok(())
    }

    /// Takes exactly so many numbers more from the store.
    ///
    /// # Errors
    /// What the store says.
    pub(crate) async fn take(
        &mut self,
        store: &dyn Store,
        region: &RegionId,
        count: u32,
    ) -> Result<(), StoreError> {
        let first = store.take_numbers(region, count).await?;
        self.add(region, first, count);
        Ok(())
    }

    /// How many to take so that this region has at least `count`; 0 if it has.
    fn missing(&mut self, region: &RegionId, count: usize) -> u32 {
        let stock = self.0.entry(region.clone()).or_default();
        let missing = u32::try_from(count.saturating_sub(stock.spare.len())).unwrap_or(u32::MAX);
        if missing == 0 {
            return 0;
        }
        let recently = stock.last_taken.filter(|(at, _)| at.elapsed() < STORM);
        let ahead = recently.map_or(0, |(_, taken)| taken.saturating_mul(2).min(MAX_AHEAD));
        let taken = missing.max(ahead);
        stock.last_taken = Some((Instant::now(), taken));
        taken
    }

    fn add(&mut self, region: &RegionId, first: u64, count: u32) {
        let stock = self.0.entry(region.clone()).or_default();
        stock.spare.splice(0..0, (first..first + u64::from(count)).rev());
    }

    /// The next number of this region; it stays the next one until it is used up.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when none was stocked.
    pub(crate) fn peek(&self, region: &Region) -> Result<IncidentNumber, StoreError> {
        let next = self.0.get(&region.id).and_then(|stock| stock.spare.last());
        next.map(|number| ticket(region, *number))
            .ok_or_else(|| StoreError::Unavailable(format!("no ticket number left for {}", region.id)))
    }

    /// The next number was given to an incident.
    pub(crate) fn use_up(&mut self, region: &Region) {
        if let Some(stock) = self.0.get_mut(&region.id) {
            stock.spare.pop();
        }
    }
}
