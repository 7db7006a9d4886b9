//! Reports about the incidents of a period.

use cineportal_regions::RegionId;

use super::Desk;
use super::deadline::in_time;
use super::ingredients::Ingredient;
use crate::clock;
use crate::domain::local_time::Zone;
use crate::domain::period_report::{PeriodReport, ReportPeriod, report};
use crate::store::StoreError;

/// Most incidents that a report is made of.
const MAX_INCIDENTS: u32 = 100_000;
/// Whose clocks a report of all regions goes by.
const ALL_REGIONS_ZONE: &str = "UTC";

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// There is no such region, or not for this viewer.
    #[error("there is no region {0:?}")]
    NoRegion(String),
    /// It would be made of too much.
    #[error("more than {MAX_INCIDENTS} incidents opened then: ask for a shorter time, or for one region")]
    TooMany,
    /// The incidents could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Desk {
    /// The report of a period, of one region or of all that the viewer may see.
    ///
    /// # Errors
    /// [`ReportError`].
    pub async fn period_report(
        &self,
        region: Option<&RegionId>,
        period: ReportPeriod,
    ) -> Result<PeriodReport, ReportError> {
        let (regions, zone) = match region {
            None => (self.regions(), ALL_REGIONS_ZONE.to_owned()),
            Some(id) => {
                let region = self.region(id).ok_or_else(|| ReportError::NoRegion(id.to_string()))?;
                let zone = region.time_zone.clone();
                (vec![region], zone)
            }
        };
        let zone = Zone::named(&zone).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        let regions: Vec<RegionId> = regions.into_iter().map(|region| region.id).collect();
        let incidents = regions.iter().cloned().map(Ingredient::Incidents);
        let store = &self.services.reading(incidents.chain([Ingredient::Clock])).store;
        let facts = store.facts(&regions, period.reads_from(), period.to(), MAX_INCIDENTS + 1);
        let facts = in_time(facts).await?;
        if facts.len() > MAX_INCIDENTS as usize {
            return Err(ReportError::TooMany);
        }
        Ok(report(&facts, period, zone, clock::now()))
    }
}
