//! How many incidents opened and closed on each day.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan};

use super::{Facts, ReportPeriod};
use crate::domain::local_time::Zone;

/// One day by the clocks of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    /// Which day.
    pub date: Date,
    /// How many incidents opened on it.
    pub opened: u64,
    /// How many of those that opened in the period closed on it.
    pub closed: u64,
}

/// Each day that the period touches, in order. What closed behind the period is on none of them.
pub(super) fn by_day(facts: &[&Facts], period: ReportPeriod, zone: &Zone) -> Vec<Day> {
    let last = zone.day(period.to() - SignedDuration::from_nanos(1));
    let dates = zone.day(period.from()).series(1.day()).take_while(|date| *date <= last);
    let mut days: BTreeMap<Date, Day> =
        dates.map(|date| (date, Day { date, opened: 0, closed: 0 })).collect();
    for facts in facts {
        if let Some(day) = days.get_mut(&zone.day(facts.opened_at)) {
            day.opened += 1;
        }
        let closed_at = facts.closed_at.filter(|closed_at| period.contains(*closed_at));
        if let Some(day) = closed_at.and_then(|closed_at| days.get_mut(&zone.day(closed_at))) {
            day.closed += 1;
        }
    }
    days.into_values().collect()
}
