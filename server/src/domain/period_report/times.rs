//! How long something took, over many incidents.

use jiff::Timestamp;

use super::Facts;

/// How long it took, in whole seconds, rounded down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// In how many incidents it has happened.
    pub count: u64,
    /// The least time within which it happened in at least half of them; `None` if there are none.
    pub median_seconds: Option<u64>,
    /// The least time within which it happened in at least nine of ten; `None` if there are none.
    pub p90_seconds: Option<u64>,
    /// In how many it has not happened yet; they are in no other figure.
    pub without: u64,
}

impl Times {
    /// From the opening until this happened.
    pub(super) fn of(facts: &[&Facts], happened: impl Fn(&Facts) -> Option<Timestamp>) -> Self {
        let seconds = |facts: &&Facts| Some(seconds_between(facts.opened_at, happened(facts)?));
        let mut sorted: Vec<u64> = facts.iter().filter_map(seconds).collect();
        sorted.sort_unstable();
        Self {
            count: sorted.len() as u64,
            median_seconds: nearest_rank(&sorted, 50),
            p90_seconds: nearest_rank(&sorted, 90),
            without: (facts.len() - sorted.len()) as u64,
        }
    }
}

/// The smallest value that is not smaller than so many percent of them: always one that occurred.
fn nearest_rank(sorted: &[u64], percent: usize) -> Option<u64> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.checked_sub(1)?).copied()
}

/// Whole seconds, rounded down; 0 where the clocks disagree.
pub(super) fn seconds_between(from: Timestamp, to: Timestamp) -> u64 {
    u64::try_from(to.duration_since(from).as_secs()).unwrap_or(0)
}
