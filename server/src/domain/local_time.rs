//! The clocks on the wall of one place, through the year.

use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Timestamp, ToSpan};

/// A time zone with a name, as `Europe/Copenhagen`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone(TimeZone);

/// There is no such time zone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no time zone {0:?}; write an IANA name, as Europe/Copenhagen")]
pub struct UnknownZone(pub String);

impl Zone {
    /// The zone with this IANA name, from the database that is built into the program.
    ///
    /// # Errors
    /// [`UnknownZone`].
    pub fn named(name: &str) -> Result<Self, UnknownZone> {
        TimeZone::get(name).map(Self).map_err(|_| UnknownZone(name.to_owned()))
    }

    /// Its IANA name.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// The day on which this instant falls there.
    pub fn day(&self, instant: Timestamp) -> Date {
        self.clock(instant).date()
    }

    /// What the clocks show there at this instant.
    pub fn clock(&self, instant: Timestamp) -> DateTime {
        self.0.to_datetime(instant)
    }

    /// The first instant at which the clocks there show this time or a later one. Where the clocks are put
    /// forward over it, that is the instant of the change; where they show it twice, it is the first time.
    /// `None` at the end of the calendar.
    pub fn first_showing(&self, clock: DateTime) -> Option<Timestamp> {
        let reading = self.0.to_ambiguous_timestamp(clock);
        let AmbiguousOffset::Gap { after, .. } = reading.offset() else { return reading.earlier().ok() };
        let before_the_change = after.to_timestamp(clock).ok()?;
        self.0.following(before_the_change).next().map(|change| change.timestamp())
    }
}

/// So many days from this one on, itself the first; backwards if negative.
pub fn days(first: Date, count: i32) -> impl Iterator<Item = Date> {
    first.series(count.signum().days()).take(count.unsigned_abs() as usize)
}
