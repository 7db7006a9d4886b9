//! Moments as the contract writes them, `2026-11-21T14:05:00Z`.
//! Written by hand: a calendar library would be a tenth of what a browser has to load.

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
/// Days from the first of March of the year 0 to the first of January 1970.
const DAYS_TO_1970: i64 = 719_468;

/// The moment in milliseconds since 1970; nothing where the text is no moment in universal time.
pub(crate) fn instant_ms(text: &str) -> Option<i64> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let [year, month, day] = numbers(date, '-')?;
    let [hour, minute, second] = numbers(time, ':')?;
    let possible = year <= 9_999 && (1..=12).contains(&month) && (1..=31).contains(&day);
    let possible = possible && hour < 24 && minute < 60 && second <= 60;
    let seconds = (hour * 60 + minute) * 60 + second;
    possible.then_some(days_since_1970(year, month, day) * DAY_MS + seconds * 1_000 + milliseconds(fraction)?)
}

fn numbers(text: &str, separator: char) -> Option<[i64; 3]> {
    let mut parts = text.split(separator).map(|part| part.parse::<u16>().ok().map(i64::from));
    let numbers = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(numbers)
}

/// The first three digits after the point.
fn milliseconds(fraction: &str) -> Option<i64> {
    let digits: Option<Vec<u32>> = fraction.chars().map(|digit| digit.to_digit(10)).collect();
    let padded = digits?.into_iter().chain([0, 0, 0]).take(3);
    Some(i64::from(padded.fold(0, |sum, digit| sum * 10 + digit)))
}

/// Counts years from March, so that the leap day comes last.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let months_since_march = (month + 9) % 12;
    let day_of_year = (153 * months_since_march + 2) / 5 + day - 1;
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap_days + day_of_year - DAYS_TO_1970
}

#[cfg(test)]
mod tests {
    use super::instant_ms;

    #[test]
    fn a_moment_is_counted_in_milliseconds() {
        assert_eq!(instant_ms("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(instant_ms("2026-11-21T14:05:00Z"), Some(1_795_269_900_000));
        assert_eq!(instant_ms("1969-12-31T23:59:59Z"), Some(-1_000));
    }

    #[test]
    fn leap_days_are_counted() {
        let day_ms = 86_400_000;
        let between = |one, other| instant_ms(other).unwrap() - instant_ms(one).unwrap();
        assert_eq!(between("2024-02-28T00:00:00Z", "2024-03-01T00:00:00Z"), 2 * day_ms);
        assert_eq!(between("2026-02-28T00:00:00Z", "2026-03-01T00:00:00Z"), day_ms);
        assert_eq!(between("2000-02-28T00:00:00Z", "2000-03-01T00:00:00Z"), 2 * day_ms);
        assert_eq!(between("2100-02-28T00:00:00Z", "2100-03-01T00:00:00Z"), day_ms);
    }

    #[test]
    fn fractions_count_down_to_the_millisecond() {
        assert_eq!(instant_ms("1970-01-01T00:00:01.5Z"), Some(1_500));
        assert_eq!(instant_ms("1970-01-01T00:00:01.123456789Z"), Some(1_123));
    }

    #[test]
    fn anything_else_is_no_moment() {
        let texts = [
            "",
            "Z",
            "2026-11-21",
            "2026-11-21T14:05:00+01:00",
            "2026-13-01T00:00:00Z",
            "2026-01-01T24:00:00Z",
        ];
        for text in
            texts.into_iter().chain(["2026-01-01T00:00:00.xZ", "-1-01-01T00:00:00Z", "2026-1-1-1T0:0:0Z"])
        {
            assert_eq!(instant_ms(text), None, "{text}");
        }
    }
}
