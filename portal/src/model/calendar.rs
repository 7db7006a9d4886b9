//! Days and minutes as the contract writes them; the other way round than `instant`.

use super::instant_ms;

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

/// The minute in universal time, as `2026-11-21T14:05`.
pub(crate) fn utc_minute(at_ms: i64) -> String {
    let (year, month, day) = date(at_ms.div_euclid(DAY_MS));
    let minutes = at_ms.rem_euclid(DAY_MS) / MINUTE_MS;
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}", minutes / 60, minutes % 60)
}

/// The day after this one; both as `2026-11-21`.
pub(crate) fn day_after(day: &str) -> Option<String> {
    let midnight_ms = instant_ms(&format!("{day}T00:00:00Z"))?;
    let (year, month, day) = date(midnight_ms / DAY_MS + 1);
    Some(format!("{year:04}-{month:02}-{day:02}"))
}

/// Year, month and day of the day with this number since 1970; counts years from March, so that the leap day comes
/// last.
fn date(days_since_1970: i64) -> (i64, i64, i64) {
    let days = days_since_1970 + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_since_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_since_march + 2) / 5 + 1;
    let month = (month_since_march + 2) % 12 + 1;
    (era * 400 + year_of_era + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_is_written_as_it_is_read() {
        for text in ["1970-01-01T00:00", "2026-11-21T14:05", "2024-02-29T23:59", "2100-03-01T00:00"] {
            assert_eq!(utc_minute(instant_ms(&format!("{text}:00Z")).unwrap()), text);
        }
    }

    #[test]
    fn the_day_after_may_be_in_another_month_or_year() {
        assert_eq!(day_after("2024-02-28").as_deref(), Some("2024-02-29"));
        assert_eq!(day_after("2026-12-31").as_deref(), Some("2027-01-01"));
        assert_eq!(day_after("tomorrow"), None);
    }
}
