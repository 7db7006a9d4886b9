//! When the next show begins, in words.

use crate::model::{NextShow, age_text};
use crate::state::{texts, zone_text};

/// When it begins and how soon; where that cannot be trusted, with its age and the reason. Nothing where nothing is
/// known.
pub(crate) fn next_show_text(show: &NextShow, time_zone: &str, now_ms: i64) -> Option<String> {
    let words = &texts().incident;
    let begins = show.at_ms.map(|at_ms| [&zone_text(at_ms, time_zone), " – ", &soon(at_ms, now_ms)].concat());
    let known = |text: Option<String>| text.unwrap_or_else(|| words.unknown.to_owned());
    let read =
        || show.as_of_ms.map(|at_ms| words.read_ago.with(&[("age", &age_text(texts(), at_ms, now_ms))]));
    let wrong = show.error.as_ref().map(|error| words.value_old.with(&[("error", error)]));
    match wrong {
        None => begins,
        Some(wrong) => {
            let parts = [Some(known(begins)), read(), Some(wrong)];
            Some(parts.into_iter().flatten().collect::<Vec<_>>().join(" · "))
        }
    }
}

fn soon(at_ms: i64, now_ms: i64) -> String {
    let words = &texts().row;
    match at_ms <= now_ms {
        true => words.show_began.to_owned(),
        false => words.show_in.with(&[("time", &age_text(texts(), now_ms, at_ms))]),
    }
}
