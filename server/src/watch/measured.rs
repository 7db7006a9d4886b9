//! What of the watch is shown as metrics.

use std::collections::BTreeSet;
use std::sync::PoisonError;

use cineportal_regions::{RegionId, UNASSIGNED};
use jiff::Timestamp;

use super::Watch;
use crate::domain::watch::LAST_BACKUP;

impl Watch {
    /// Shows how long each region's watchdog is silent, and when the last backup was made.
    pub fn measure(&self, regions: impl IntoIterator<Item = RegionId>, now: Timestamp) {
        let regions: BTreeSet<RegionId> =
            regions.into_iter().filter(|region| region.as_str() != UNASSIGNED).collect();
        for region in &regions {
            let heard_at = self.lock().get(region.as_str()).and_then(|known| known.heard.heard_at);
            let silence =
                now.duration_since(heard_at.unwrap_or_else(|| self.listening.since(region.as_str())));
            self.metrics.sources.note_silence(region.as_str(), silence.as_secs());
        }
        let mut measured = self.measured.lock().unwrap_or_else(PoisonError::into_inner);
        measured.difference(&regions).for_each(|gone| self.metrics.sources.forget_silence(gone.as_str()));
        *measured = regions;
        if let Some(made_at) = self.lock().get(LAST_BACKUP).and_then(|known| known.heard.heard_at) {
            self.metrics.sources.note_backup(made_at.as_second());
        }
    }
}
