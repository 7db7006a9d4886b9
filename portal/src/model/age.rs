//! How long ago something was, in words.

use crate::texts::Texts;

const SECOND_MS: i64 = 1_000;
const MINUTE_MS: i64 = 60 * SECOND_MS;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

/// The time from `since_ms` to `now_ms` (both since 1970) in the two units that matter, as `2 h 05 min`.
/// A moment ahead of our clock counts as now.
pub(crate) fn age_text(texts: &Texts, since_ms: i64, now_ms: i64) -> String {
    let age_ms = now_ms.saturating_sub(since_ms).max(0);
    let (days, hours, minutes) = (age_ms / DAY_MS, age_ms / HOUR_MS % 24, age_ms / MINUTE_MS % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => texts.age.moment.to_owned(),
        (0, 0, _) => texts.age.minutes.with(&[("minutes", &minutes.to_string())]),
        (0, ..) => {
            texts.age.hours.with(&[("hours", &hours.to_string()), ("minutes", &format!("{minutes:02}"))])
        }
        _ => texts.age.days.with(&[("days", &days.to_string()), ("hours", &hours.to_string())]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::pick;

    #[test]
    fn an_age_is_told_in_the_units_that_matter() {
        let cases = [
            (0, "< 1 min"),
            (59 * SECOND_MS, "< 1 min"),
            (MINUTE_MS, "1 min"),
            (3 * MINUTE_MS + 59 * SECOND_MS, "3 min"),
            (2 * HOUR_MS + 5 * MINUTE_MS, "2 h 05 min"),
            (3 * DAY_MS + 4 * HOUR_MS + MINUTE_MS, "3 d 4 h"),
        ];
        for (age_ms, text) in cases {
            assert_eq!(age_text(pick(["en"]), 1_000, 1_000 + age_ms), text);
        }
    }

    #[test]
    fn a_moment_ahead_of_our_clock_counts_as_now() {
        assert_eq!(age_text(pick(["en"]), 9 * HOUR_MS, 0), "< 1 min");
        assert_eq!(age_text(pick(["en"]), i64::MAX, i64::MIN), "< 1 min");
    }
}
