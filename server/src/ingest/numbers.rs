//! Ticket numbers that this server has taken from the store but not given away yet.

use std::collections::BTreeMap;

use cineportal_regions::{Region, RegionId};

use crate::domain::incident::IncidentNumber;
use crate::store::{Store, StoreError};

/// The first ticket number of a region is one more, so that all have four digits.
const START: u64 = 1_000;

/// The stock of each region, the lowest number last.
#[derive(Default)]
pub(super) struct Numbers(BTreeMap<RegionId, Vec<u64>>);

impl Numbers {
    /// Takes numbers from the store until this region has `count` of them.
    ///
    /// # Errors
    /// What the store says.
    pub(super) async fn stock(
        &mut self,
        store: &dyn Store,
        region: &RegionId,
        count: usize,
    ) -> Result<(), StoreError> {
        let spare = self.0.entry(region.clone()).or_default();
        let missing = u32::try_from(count.saturating_sub(spare.len())).unwrap_or(u32::MAX);
        if missing > 0 {
            let first = START + store.take_numbers(region, missing).await?;
            spare.splice(0..0, (first..first + u64::from(missing)).rev());
        }
        Ok(())
    }

    /// The next number of this region; it stays the next one until it is used up.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when none was stocked.
    pub(super) fn peek(&self, region: &Region) -> Result<IncidentNumber, StoreError> {
        let next = self.0.get(&region.id).and_then(|spare| spare.last());
        next.map(|number| IncidentNumber(format!("{}-{number}", region.number_prefix)))
            .ok_or_else(|| StoreError::Unavailable(format!("no ticket number left for {}", region.id)))
    }

    /// The next number was given to an incident.
    pub(super) fn use_up(&mut self, region: &Region) {
        if let Some(spare) = self.0.get_mut(&region.id) {
            spare.pop();
        }
    }
}
