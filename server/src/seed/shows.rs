//! When the next show on a screen begins: the same shows every day, by the clocks of the cinema.

use cineportal_fleet::roll;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

/// The first show of a day begins at 10:00, or up to an hour and a half later.
const OPENING_HOUR: i8 = 10;
/// From one show to the next, at least.
const LEAST_GAP_MINUTES: u64 = 120;
const SHOWS_A_DAY: u64 = 5;

/// The first show after `now`, as an exporter would have told it.
pub(super) fn next_show(screen_id: &str, zone: &TimeZone, now: Timestamp) -> Option<Timestamp> {
    let today = now.to_zoned(zone.clone()).date();
    let first = roll(screen_id, "first show", 19) * 5;
    let gap = LEAST_GAP_MINUTES + roll(screen_id, "gap between shows", 13) * 5;
    let minutes = move |show: u64| i64::try_from(first + show * gap).unwrap_or(0);
    let starts_on = |date: jiff::civil::Date| {
        let opening = zone.to_timestamp(date.at(OPENING_HOUR, 0, 0, 0)).ok();
        (0..SHOWS_A_DAY).filter_map(move |show| Some(opening? + SignedDuration::from_mins(minutes(show))))
    };
    let tomorrow = today.checked_add(1.day()).ok()?;
    [today, tomorrow].into_iter().flat_map(starts_on).filter(|start| *start > now).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_a_next_show_within_a_day_and_never_at_night() {
        let zone = TimeZone::get("Europe/Copenhagen").unwrap();
        let midnight: Timestamp = "2026-11-20T23:00:00Z".parse().unwrap();
        for hour in 0..48 {
            let now = midnight + SignedDuration::from_hours(hour);
            let show = next_show("dk-aarhus-01-03", &zone, now).unwrap();
            assert!(show > now && show.duration_since(now) < SignedDuration::from_hours(24), "{now} {show}");
            assert!((10..=23).contains(&show.to_zoned(zone.clone()).hour()), "{show}");
        }
    }
}
