//! When faults begin: most of them while cinemas are open and shows run.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// How many faults begin in each hour of the local day, beside each other.
const FAULTS_BY_HOUR: [u32; 24] =
    [2, 1, 1, 1, 1, 1, 2, 3, 6, 12, 14, 14, 14, 15, 15, 16, 18, 20, 22, 20, 17, 13, 8, 4];
const SECONDS_AN_HOUR: f64 = 3_600.0;
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// The instant at this part (0 to 1) of the faults of so many days before `until`, in a cinema's time zone.
pub(super) fn instant(part: f64, days: u32, until: Timestamp, zone: &TimeZone) -> Timestamp {
    let days = f64::from(days);
    let day = (part * days).floor().min(days - 1.0);
    let begins = until - DAY * (days - day) as i32;
    let second = second_of_day(part * days - day, begins.to_zoned(zone.clone()).hour());
    begins + SignedDuration::from_secs(second as i64)
}

/// The second within 24 hours from this hour on, by which this part of the faults has begun.
fn second_of_day(part: f64, first_hour: i8) -> f64 {
    let first_hour = usize::try_from(first_hour).unwrap_or(0);
    let faults = |hour: usize| f64::from(FAULTS_BY_HOUR[(first_hour + hour) % FAULTS_BY_HOUR.len()]);
    let mut left = part * f64::from(FAULTS_BY_HOUR.iter().sum::<u32>());
    let mut passed = 0.0;
    for hour in 0..FAULTS_BY_HOUR.len() {
        if left < faults(hour) {
            return passed + left / faults(hour) * SECONDS_AN_HOUR;
        }
        left -= faults(hour);
        passed += SECONDS_AN_HOUR;
    }
    passed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copenhagen() -> TimeZone {
        TimeZone::get("Europe/Copenhagen").unwrap()
    }

    #[test]
    fn the_history_begins_and_ends_with_its_days() {
        let until: Timestamp = "2026-11-21T04:00:00Z".parse().unwrap();
        assert_eq!(instant(0.0, 30, until, &copenhagen()), until - DAY * 30);
        let last = instant(0.999_999, 30, until, &copenhagen());
        assert!(until - SignedDuration::from_mins(10) < last && last <= until, "{last}");
    }

    #[test]
    fn far_more_begins_in_the_evening_than_at_night() {
        let until: Timestamp = "2026-11-21T04:00:00Z".parse().unwrap();
        let zone = copenhagen();
        let hours: Vec<i8> = (0..1_000)
            .map(|n| instant(f64::from(n) / 1_000.0, 7, until, &zone).to_zoned(zone.clone()).hour())
            .collect();
        let evening = hours.iter().filter(|hour| (17..21).contains(*hour)).count();
        let night = hours.iter().filter(|hour| (1..5).contains(*hour)).count();
        assert!(evening > 10 * night, "{evening} in the evening, {night} at night");
    }
}
