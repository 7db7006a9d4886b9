//! What became of the shows before which incidents opened.

use jiff::{SignedDuration, Timestamp};

use super::Facts;
use crate::domain::show::ShowAtOpening;

/// A show is at risk if it was due within this time after the opening.
pub const RISK: SignedDuration = SignedDuration::from_hours(4);

/// How many incidents touched a show: the first one after the opening, as it was known then.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shows {
    /// It was due within [`RISK`] after the opening.
    pub at_risk: u64,
    /// It began while the incident was open, whether it was at risk or due later.
    pub hit: u64,
    /// It was at risk, and the incident closed before it began.
    pub saved: u64,
    /// It was at risk, the incident is open, and it has not begun yet.
    pub pending: u64,
    /// Nobody told of a next show at the opening; these are in no other figure.
    pub unknown: u64,
}

impl Shows {
    /// As of now.
    pub(super) fn of(facts: &[&Facts], now: Timestamp) -> Self {
        let mut shows = Self::default();
        facts.iter().for_each(|facts| shows.add(facts, now));
        shows
    }

    fn add(&mut self, facts: &Facts, now: Timestamp) {
        let show = match facts.show {
            ShowAtOpening::At(show) => show,
            ShowAtOpening::NonePlanned => return,
            ShowAtOpening::Unknown => {
                self.unknown += 1;
                return;
            }
        };
        let is_at_risk = show.duration_since(facts.opened_at) <= RISK;
        let is_hit = show < facts.closed_at.unwrap_or(now);
        self.at_risk += u64::from(is_at_risk);
        self.hit += u64::from(is_hit);
        self.saved += u64::from(is_at_risk && !is_hit && facts.closed_at.is_some());
        self.pending += u64::from(is_at_risk && !is_hit && facts.closed_at.is_none());
    }
}
