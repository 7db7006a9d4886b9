//! When the shows of a screen start, in the cinema's own time.

use cineportal_fleet::roll;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

const OPENING: Time = Time::constant(10, 0, 0, 0);
const LAST_START: Time = Time::constant(22, 30, 0, 0);

/// The same shows every day, local time.
#[derive(Debug, Clone)]
pub(super) struct ShowPlan {
    starts: Vec<Time>,
}

impl ShowPlan {
    /// The plan of a screen: the first show between 10:00 and 11:30, then every 2 to 3 hours.
    pub(super) fn of(screen_id: &str) -> Self {
        let minutes = |what, sides| i64::try_from(roll(screen_id, what, sides) * 5).unwrap_or(0);
        let first = OPENING.wrapping_add(SignedDuration::from_mins(minutes("first show", 19)));
        let gap = SignedDuration::from_mins(120 + minutes("gap between shows", 13));
        let starts = std::iter::successors(Some(first), |start| start.checked_add(gap).ok());
        Self { starts: starts.take_while(|start| *start <= LAST_START).collect() }
    }

    /// The first start after `now`.
    pub(super) fn next(&self, zone: &TimeZone, now: Timestamp) -> Option<Timestamp> {
        let today = now.to_zoned(zone.clone()).date();
        let tomorrow = today.checked_add(1.day()).ok()?;
        let starts = [today, tomorrow].into_iter().flat_map(|day| self.starts_on(day, zone));
        starts.filter(|start| *start > now).min()
    }

    fn starts_on(&self, day: Date, zone: &TimeZone) -> impl Iterator<Item = Timestamp> {
        self.starts.iter().filter_map(move |start| zone.to_timestamp(day.to_datetime(*start)).ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone() -> TimeZone {
        TimeZone::get("Europe/Copenhagen").unwrap()
    }

    fn next_local(now: &str) -> jiff::civil::DateTime {
        let start = ShowPlan::of("dk-aarhus-01-03").next(&zone(), now.parse().unwrap()).unwrap();
        start.to_zoned(zone()).datetime()
    }

    #[test]
    fn every_screen_has_several_shows_within_opening_hours() {
        for number in 0..500 {
            let plan = ShowPlan::of(&format!("screen-{number}"));
            assert!((4..=7).contains(&plan.starts.len()), "{plan:?}");
            assert!(plan.starts.iter().all(|start| (OPENING..=LAST_START).contains(start)), "{plan:?}");
        }
    }

    #[test]
    fn at_night_the_next_show_is_the_first_of_the_day() {
        let next = next_local("2026-11-21T01:00:00Z");
        assert_eq!(next.date(), jiff::civil::date(2026, 11, 21));
        assert_eq!(next.time(), ShowPlan::of("dk-aarhus-01-03").starts[0]);
    }

    #[test]
    fn after_the_last_show_comes_tomorrows_first() {
        assert_eq!(next_local("2026-11-21T22:00:00Z").date(), jiff::civil::date(2026, 11, 22));
    }

    #[test]
    fn shows_keep_their_local_time_when_summer_time_ends() {
        let (before, after) = (next_local("2026-10-24T00:00:00Z"), next_local("2026-10-26T00:00:00Z"));
        assert_eq!(before.time(), after.time());
    }
}
