//! The next show alone, for whole lists: without how far it can be trusted.

use cineportal_regions::RegionId;
use jiff::Timestamp;

use super::{Fleet, ids};
use crate::domain::incident::Place;

impl Fleet {
    /// When the next show at a place begins; the `at` of [`Self::next_show_among`], without the words that cost
    /// most.
    pub fn next_show_at(
        &self,
        place: &Place,
        now: Timestamp,
        is_among: impl Fn(&RegionId) -> bool,
    ) -> Option<Timestamp> {
        let state = self.read();
        ids(place).into_iter().flatten().find_map(|at| state.first_show(at, now, &is_among))?.0
    }
}
