//! How soon the next show begins on the screen of an incident.

use super::age_text;
use crate::texts::Texts;

const HOUR_MS: i64 = 3_600_000;

/// A band of time until the next show; the most urgent comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Urgency {
    Begun,
    WithinHour,
    WithinThreeHours,
    WithinHalfDay,
    Later,
    /// No next show is known.
    Unknown,
}

impl Urgency {
    /// The band of a show, now; both in milliseconds since 1970.
    pub(crate) fn of(show_ms: Option<i64>, now_ms: i64) -> Self {
        let Some(show_ms) = show_ms else { return Self::Unknown };
        match show_ms.saturating_sub(now_ms) {
            ..=0 => Self::Begun,
            left if left < HOUR_MS => Self::WithinHour,
            left if left < 3 * HOUR_MS => Self::WithinThreeHours,
            left if left < 12 * HOUR_MS => Self::WithinHalfDay,
            _ => Self::Later,
        }
    }

    /// The word that styles know it by.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Begun => "begun",
            Self::WithinHour => "1h",
            Self::WithinThreeHours => "3h",
            Self::WithinHalfDay => "12h",
            Self::Later => "later",
            Self::Unknown => "unknown",
        }
    }
}

/// How long until the next show, in words; that it is not known is said, too.
pub(crate) fn countdown(texts: &Texts, show_ms: Option<i64>, now_ms: i64) -> String {
    match show_ms {
        None => texts.row.show_unknown.to_owned(),
        Some(show_ms) if show_ms <= now_ms => texts.row.show_began.to_owned(),
        Some(show_ms) => texts.row.show_in.with(&[("time", &age_text(texts, now_ms, show_ms))]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::pick;

    #[test]
    fn a_show_that_comes_nearer_passes_all_bands() {
        let hours = [None, Some(13), Some(11), Some(2), Some(0), Some(-1)];
        let bands: Vec<&str> = hours
            .into_iter()
            .map(|hours| Urgency::of(hours.map(|hours| hours * HOUR_MS + 60_000), 0).word())
            .collect();
        assert_eq!(bands, ["unknown", "later", "12h", "3h", "1h", "begun"]);
    }

    #[test]
    fn the_next_show_counts_down() {
        let told = |show_ms| countdown(pick(["en"]), show_ms, 0);
        assert_eq!(told(Some(90 * 60_000)), "show in 1 h 30 min");
        assert_eq!(told(Some(0)), "show has begun");
        assert_eq!(told(None), "no show known");
    }
}
