//! When a silence mutes: once, or every week by the clocks of one place.

use jiff::Timestamp;
use jiff::civil::{Date, Time, Weekday};

use crate::domain::local_time::{Zone, days};

/// Two weeks and the night before them: a weekly window that the clocks jump over comes a week later.
const DAYS_WITH_A_WINDOW: i32 = 16;

/// From an instant on, until another one that does not belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Its first instant.
    pub from: Timestamp,
    /// The first instant behind it.
    pub until: Timestamp,
}

/// When a silence mutes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Window {
    /// One time.
    Once(Span),
    /// Every week.
    Weekly(Weekly),
}

/// Windows on some days of every week, as the clocks of one place show them: 22:00 to 06:00 ends when the
/// clocks show 06:00, also in the nights in which they are changed and eight hours are seven or nine.
///
/// A time that the clocks jump over counts as the instant of the jump, so that a window which lies wholly in
/// the skipped hour does not take place; a time that they show twice counts the first time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weekly {
    /// The days on which a window begins, Monday first, none twice.
    pub weekdays: Vec<Weekday>,
    /// When it begins.
    pub start: Time,
    /// When it ends: on the next day unless this is later than `start`.
    pub end: Time,
    /// Whose clocks.
    pub zone: Zone,
    /// The first day on which a window may begin.
    pub first_day: Date,
    /// The last one; `None`: for ever.
    pub last_day: Option<Date>,
}

impl Span {
    /// Whether this instant belongs to it.
    pub fn contains(&self, instant: Timestamp) -> bool {
        self.from <= instant && instant < self.until
    }
}

impl Window {
    /// The window that this time falls into.
    pub fn active(&self, now: Timestamp) -> Option<Span> {
        match self {
            Self::Once(span) => Some(*span).filter(|span| span.contains(now)),
            Self::Weekly(weekly) => weekly.around(now).find(|span| span.contains(now)),
        }
    }

    /// The first window that begins after this time.
    pub fn next(&self, now: Timestamp) -> Option<Span> {
        match self {
            Self::Once(span) => Some(*span).filter(|span| span.from > now),
            Self::Weekly(weekly) => weekly.around(now).find(|span| span.from > now),
        }
    }

    /// When the last window is over; `None` if there is no last one.
    pub fn over_at(&self) -> Option<Timestamp> {
        match self {
            Self::Once(span) => Some(span.until),
            Self::Weekly(weekly) => {
                let backwards = days(weekly.last_day?, -DAYS_WITH_A_WINDOW);
                backwards.filter_map(|day| weekly.on(day)).map(|span| span.until).next()
            }
        }
    }
}

impl Weekly {
    /// The windows from the one that may have begun yesterday to the next one that is to come.
    fn around(&self, now: Timestamp) -> impl Iterator<Item = Span> {
        let today = self.zone.day(now);
        let first = today.yesterday().unwrap_or(today).max(self.first_day);
        days(first, DAYS_WITH_A_WINDOW).filter_map(|day| self.on(day))
    }

    /// The window that begins on this day, if one does.
    fn on(&self, day: Date) -> Option<Span> {
        let begins = day >= self.first_day
            && self.last_day.is_none_or(|last| day <= last)
            && self.weekdays.contains(&day.weekday());
        let last_day = if self.end > self.start { day } else { day.tomorrow().ok()? };
        let span = Span {
            from: self.zone.first_showing(day.to_datetime(self.start))?,
            until: self.zone.first_showing(last_day.to_datetime(self.end))?,
        };
        (begins && span.from < span.until).then_some(span)
    }
}
