//! What a report may be about.

use jiff::{SignedDuration, Timestamp};

/// Longest period, in days.
const MAX_DAYS: i64 = 400;
/// So many days of a place that put its clocks back meanwhile.
const MAX_LENGTH: SignedDuration = SignedDuration::from_hours(MAX_DAYS * 24 + 1);
/// How long before a period an outage may have opened and still take its members out of the figures.
const OUTAGE_LOOKBACK: SignedDuration = SignedDuration::from_hours(24);

/// From one instant up to, but not with, a later one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReportPeriod {
    from: Timestamp,
    to: Timestamp,
}

/// Why there is no report about such a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    /// Nothing is in it.
    #[error("`to` must be later than `from`")]
    Empty,
    /// It is too long.
    #[error("a report is about {MAX_DAYS} days at most")]
    TooLong,
}

impl ReportPeriod {
    /// The period between two instants.
    ///
    /// # Errors
    /// [`PeriodError`].
    pub fn new(from: Timestamp, to: Timestamp) -> Result<Self, PeriodError> {
        match to.duration_since(from) {
            length if !length.is_positive() => Err(PeriodError::Empty),
            length if length > MAX_LENGTH => Err(PeriodError::TooLong),
            _ => Ok(Self { from, to }),
        }
    }

    /// Its first instant.
    pub fn from(&self) -> Timestamp {
        self.from
    }

    /// The first instant behind it.
    pub fn to(&self) -> Timestamp {
        self.to
    }

    /// From when on incidents must be read: an outage may be a little older than its members.
    pub fn reads_from(&self) -> Timestamp {
        self.from.checked_sub(OUTAGE_LOOKBACK).unwrap_or(Timestamp::MIN)
    }

    /// Whether an instant is in it.
    pub fn contains(&self, instant: Timestamp) -> bool {
        (self.from..self.to).contains(&instant)
    }
}
