//! Days of a calendar, and when they begin in a time zone.

use super::instant_ms;

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// A day, counted from the first of January 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Day(i64);

impl Day {
    /// Reads `2026-11-21`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let day = Self::of_local(instant_ms(&[text, "T00:00:00Z"].concat())?);
        // The 31st of June would be the first of July.
        (day.text() == text).then_some(day)
    }

    /// The day of a moment that is told by a clock on a wall, in milliseconds, as if it were universal time.
    pub(crate) fn of_local(local_ms: i64) -> Self {
        Self(local_ms.div_euclid(DAY_MS))
    }

    /// So many days later.
    pub(crate) fn plus(self, days: i64) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// How many days from this one to another.
    pub(crate) fn days_until(self, other: Self) -> i64 {
        other.0.saturating_sub(self.0)
    }

    /// The first day of its month.
    pub(crate) fn month_start(self) -> Self {
        self.plus(1 - self.date().2)
    }

    /// Writes `2026-11-21`.
    pub(crate) fn text(self) -> String {
        let (year, month, day) = self.date();
        format!("{year:04}-{month:02}-{day:02}")
    }

    /// Its first instant, in milliseconds since 1970. `local` tells what a clock on a wall shows at an instant, or
    /// nothing where that is not known; then days are those of universal time.
    pub(crate) fn begins_at_ms(self, local: impl Fn(i64) -> Option<i64>) -> i64 {
        let midnight_ms = self.0.saturating_mul(DAY_MS);
        // Twice, because the offset of the guess may be that of another season.
        (0..2).fold(midnight_ms, |guess_ms, _| {
            let offset_ms = local(guess_ms).unwrap_or(guess_ms) - guess_ms;
            midnight_ms - offset_ms
        })
    }

    /// Year, month and day; years are counted from March, so that the leap day comes last.
    fn date(self) -> (i64, i64, i64) {
        let days = self.0 + 719_468;
        let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let months_since_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * months_since_march + 2) / 5 + 1;
        let month = if months_since_march < 10 { months_since_march + 3 } else { months_since_march - 9 };
        (year_of_era + era * 400 + i64::from(month <= 2), month, day)
    }
}

/// The moment as the contract writes it, `2026-11-21T14:05:00Z`.
pub(crate) fn instant_text(at_ms: i64) -> String {
    let seconds = at_ms.rem_euclid(DAY_MS) / 1_000;
    let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
    format!("{}T{hours:02}:{minutes:02}:{:02}Z", Day::of_local(at_ms).text(), seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR_MS: i64 = 60 * 60 * 1_000;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn days_are_read_and_written() {
        for text in ["1970-01-01", "2000-02-29", "2026-11-21", "2026-12-31", "1969-12-31", "2100-03-01"] {
            assert_eq!(day(text).text(), text);
        }
        for text in ["", "2026-02-29", "2026-06-31", "2026-1-1", "yesterday", "2026-01-01T"] {
            assert_eq!(Day::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_month_begins_on_its_first_day() {
        assert_eq!(day("2026-11-21").month_start(), day("2026-11-01"));
        assert_eq!(day("2026-03-01").plus(-1).month_start().text(), "2026-02-01");
    }

    #[test]
    fn a_day_begins_when_the_clocks_of_its_place_say_so() {
        // Copenhagen in 2026: summer time begins on 29 March and ends on 25 October, at 01:00 UTC.
        let from_ms = instant_ms("2026-03-29T01:00:00Z").unwrap();
        let until_ms = instant_ms("2026-10-25T01:00:00Z").unwrap();
        let local = |at_ms| {
            let hours = if (from_ms..until_ms).contains(&at_ms) { 2 } else { 1 };
            Some(at_ms + hours * HOUR_MS)
        };
        let begins = |text: &str| instant_text(day(text).begins_at_ms(local));
        assert_eq!(begins("2026-01-05"), "2026-01-04T23:00:00Z");
        assert_eq!(
            [begins("2026-03-29"), begins("2026-03-30")],
            ["2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"]
        );
        assert_eq!(
            [begins("2026-10-25"), begins("2026-10-26")],
            ["2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"]
        );
        assert_eq!(instant_text(day("2026-01-05").begins_at_ms(|_| None)), "2026-01-05T00:00:00Z");
    }
}
