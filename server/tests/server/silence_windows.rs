//! When silences mute, by the clocks of a place: ordinary weeks, and the nights in which clocks are changed.

use cineportal::domain::local_time::Zone;
use cineportal::domain::silence::{Span, Weekly, Window};
use jiff::civil::{Date, DateTime, Time, Weekday, date, time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;

use Weekday::{Friday, Monday, Saturday, Sunday};

const COPENHAGEN: &str = "Europe/Copenhagen";
const BERLIN: &str = "Europe/Berlin";
const HELSINKI: &str = "Europe/Helsinki";

const EVERY_DAY: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

/// The clocks go forward on 2026-03-29 and back on 2026-10-25, everywhere at 01:00 UTC.
const IN_SPRING: Date = date(2026, 3, 26);
const IN_AUTUMN: Date = date(2026, 10, 22);

fn weekly(zone: &str, weekdays: &[Weekday], start: &str, end: &str, first_day: Date) -> Weekly {
    let (start, end) = (start.parse().unwrap(), end.parse().unwrap());
    let zone = Zone::named(zone).unwrap();
    Weekly { weekdays: weekdays.to_vec(), start, end, zone, first_day, last_day: None }
}

/// The first window from that day on, in UTC, without the year.
fn first(weekly: Weekly) -> String {
    let noon_before = weekly.first_day.yesterday().unwrap().at(12, 0, 0, 0);
    let before = noon_before.to_zoned(TimeZone::UTC).unwrap().timestamp();
    let span = Window::Weekly(weekly).next(before).unwrap();
    let text = |instant: Timestamp| instant.strftime("%m-%d %H:%M").to_string();
    format!("{} to {}", text(span.from), text(span.until))
}

fn check(rows: &[(&str, &str, &str, Weekday, Date, &str)]) {
    for (zone, start, end, weekday, from_day, expected) in rows {
        let found = first(weekly(zone, &[*weekday], start, end, *from_day));
        assert_eq!(found, *expected, "{zone}, {weekday:?} {start} to {end}, from {from_day} on");
    }
}

#[test]
fn an_ordinary_night_lasts_from_clock_to_clock() {
    check(&[
        (COPENHAGEN, "22:00", "06:00", Friday, date(2026, 1, 15), "01-16 21:00 to 01-17 05:00"),
        (COPENHAGEN, "22:00", "06:00", Friday, date(2026, 7, 15), "07-17 20:00 to 07-18 04:00"),
        (BERLIN, "09:00", "11:30", Monday, date(2026, 7, 15), "07-20 07:00 to 07-20 09:30"),
        (HELSINKI, "22:00", "06:00", Friday, date(2026, 1, 15), "01-16 20:00 to 01-17 04:00"),
    ]);
}

#[test]
fn a_window_may_run_past_midnight_past_the_end_of_the_week_and_past_the_end_of_the_year() {
    check(&[
        (COPENHAGEN, "23:30", "00:30", Sunday, date(2026, 7, 15), "07-19 21:30 to 07-19 22:30"),
        (HELSINKI, "22:00", "06:00", Sunday, date(2026, 1, 15), "01-18 20:00 to 01-19 04:00"),
        (BERLIN, "20:00", "04:00", Weekday::Thursday, date(2026, 12, 30), "12-31 19:00 to 01-01 03:00"),
        (BERLIN, "00:00", "00:00", Sunday, date(2026, 7, 15), "07-18 22:00 to 07-19 22:00"),
    ]);
}

#[test]
fn a_night_in_which_clocks_are_changed_still_ends_by_the_clock() {
    check(&[
        (COPENHAGEN, "22:00", "06:00", Saturday, IN_SPRING, "03-28 21:00 to 03-29 04:00"),
        (BERLIN, "22:00", "06:00", Saturday, IN_SPRING, "03-28 21:00 to 03-29 04:00"),
        (HELSINKI, "22:00", "06:00", Saturday, IN_SPRING, "03-28 20:00 to 03-29 03:00"),
        (COPENHAGEN, "22:00", "06:00", Saturday, IN_AUTUMN, "10-24 20:00 to 10-25 05:00"),
        (BERLIN, "22:00", "06:00", Saturday, IN_AUTUMN, "10-24 20:00 to 10-25 05:00"),
        (HELSINKI, "22:00", "06:00", Saturday, IN_AUTUMN, "10-24 19:00 to 10-25 04:00"),
        (HELSINKI, "00:00", "00:00", Sunday, IN_SPRING, "03-28 22:00 to 03-29 21:00"),
        (HELSINKI, "00:00", "00:00", Sunday, IN_AUTUMN, "10-24 21:00 to 10-25 22:00"),
    ]);
}

#[test]
fn what_begins_or_ends_in_the_skipped_hour_does_so_when_the_clocks_jump() {
    check(&[
        (COPENHAGEN, "02:30", "05:00", Sunday, IN_SPRING, "03-29 01:00 to 03-29 03:00"),
        (BERLIN, "01:00", "02:30", Sunday, IN_SPRING, "03-29 00:00 to 03-29 01:00"),
        (HELSINKI, "03:30", "05:00", Sunday, IN_SPRING, "03-29 01:00 to 03-29 02:00"),
        (HELSINKI, "22:00", "03:15", Saturday, IN_SPRING, "03-28 20:00 to 03-29 01:00"),
    ]);
}

#[test]
fn what_begins_or_ends_in_the_repeated_hour_does_so_the_first_time() {
    check(&[
        (COPENHAGEN, "02:30", "05:00", Sunday, IN_AUTUMN, "10-25 00:30 to 10-25 04:00"),
        (BERLIN, "01:00", "02:30", Sunday, IN_AUTUMN, "10-24 23:00 to 10-25 00:30"),
        (HELSINKI, "03:30", "05:00", Sunday, IN_AUTUMN, "10-25 00:30 to 10-25 03:00"),
        (HELSINKI, "03:15", "03:45", Sunday, IN_AUTUMN, "10-25 00:15 to 10-25 00:45"),
    ]);
}

#[test]
fn a_window_within_the_skipped_hour_does_not_take_place_and_the_next_week_it_does() {
    check(&[
        (COPENHAGEN, "02:00", "03:00", Sunday, IN_SPRING, "04-05 00:00 to 04-05 01:00"),
        (BERLIN, "02:15", "02:45", Sunday, IN_SPRING, "04-05 00:15 to 04-05 00:45"),
        (HELSINKI, "03:15", "03:45", Sunday, IN_SPRING, "04-05 00:15 to 04-05 00:45"),
    ]);
}

#[test]
fn a_window_begins_neither_before_its_first_day_nor_after_its_last_one() {
    let days = Weekly {
        last_day: Some(date(2026, 7, 19)),
        ..weekly(BERLIN, &[Friday, Saturday], "22:00", "06:00", date(2026, 7, 18))
    };
    let window = Window::Weekly(days);
    let only = Span { from: utc("2026-07-18T20:00"), until: utc("2026-07-19T04:00") };
    assert_eq!(window.active(utc("2026-07-17T21:00")), None);
    assert_eq!(window.next(utc("2026-07-01T00:00")), Some(only));
    assert_eq!(window.active(utc("2026-07-19T03:59")), Some(only));
    assert_eq!((window.active(only.until), window.next(only.from)), (None, None));
    assert_eq!(window.over_at(), Some(only.until));
}

fn utc(clock: &str) -> Timestamp {
    clock.parse::<DateTime>().unwrap().to_zoned(TimeZone::UTC).unwrap().timestamp()
}

/// What the clocks of a place show, minute by minute, for two weeks: looked up, never reckoned backwards.
struct Clocks {
    minutes: Vec<(Timestamp, DateTime)>,
}

impl Clocks {
    fn of(zone: &str, first_day: Date) -> Self {
        let zone = TimeZone::get(zone).unwrap();
        let start = first_day.to_zoned(zone.clone()).unwrap().timestamp();
        let minutes = (0..14 * 24 * 60).map(|minute| start + minute.minutes());
        Self { minutes: minutes.map(|instant| (instant, zone.to_datetime(instant))).collect() }
    }

    /// The first minute at which they show this time or a later one.
    fn first_showing(&self, clock: DateTime) -> Option<Timestamp> {
        self.minutes.iter().find(|(_, shown)| *shown >= clock).map(|(instant, _)| *instant)
    }

    /// Every window that begins and ends within these weeks.
    fn windows(&self, weekdays: &[Weekday], start: Time, end: Time) -> Vec<Span> {
        let mut days: Vec<Date> = self.minutes.iter().map(|(_, shown)| shown.date()).collect();
        days.dedup();
        days.retain(|day| weekdays.contains(&day.weekday()));
        let span = |day: Date| {
            let last_day = if end > start { day } else { day.tomorrow().unwrap() };
            let from = self.first_showing(day.to_datetime(start))?;
            Some(Span { from, until: self.first_showing(last_day.to_datetime(end))? })
        };
        days.into_iter().filter_map(span).collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn windows_are_what_somebody_sees_who_watches_the_clock(
        zone in prop::sample::select(vec![COPENHAGEN, BERLIN, HELSINKI]),
        first_day in prop::sample::select(vec![date(2026, 3, 22), date(2026, 10, 18)]),
        weekdays in prop::sample::subsequence(EVERY_DAY.to_vec(), 1..=7),
        // Most of them near the hours that are skipped or repeated.
        start in prop_oneof![0..24 * 60_i64, 0..5 * 60_i64],
        end in prop_oneof![0..24 * 60_i64, 0..5 * 60_i64],
    ) {
        let midnight = time(0, 0, 0, 0);
        let (start, end) = (midnight + start.minutes(), midnight + end.minutes());
        let clocks = Clocks::of(zone, first_day);
        let seen = clocks.windows(&weekdays, start, end);
        let zone = Zone::named(zone).unwrap();
        let window = Window::Weekly(Weekly { weekdays, start, end, zone, first_day, last_day: None });
        // What begins on the last day of the watch ends behind it, unseen.
        let end_of_watch = first_day.saturating_add(13.days()).into();
        let at_an_edge = |now: Timestamp| seen.iter().flat_map(|span| [span.from, span.until])
            .any(|edge| now == edge || now + 1.minute() == edge);
        let watched = clocks.minutes.iter().enumerate()
            .filter(|(minute, (now, shown))| *shown < end_of_watch && (minute % 30 == 0 || at_an_edge(*now)))
            .map(|(_, minute)| minute);
        for (now, shown) in watched {
            let expected = seen.iter().find(|span| span.contains(*now)).copied();
            prop_assert_eq!(window.active(*now), expected, "when the clocks show {}", shown);
        }
    }
}
