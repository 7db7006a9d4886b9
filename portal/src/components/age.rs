//! How old a value is.

use leptos::prelude::*;

use crate::model::age_text;
use crate::state::{Clock, texts};

/// `Read 2 min ago`, as time goes by.
pub(crate) fn read_age(at_ms: Option<i64>) -> Signal<String> {
    let (clock, words) = (Clock::used(), &texts().incident);
    Signal::derive(move || match at_ms {
        Some(at_ms) => words.read_ago.with(&[("age", &age_text(texts(), at_ms, clock.now_ms()))]),
        None => words.never_read.to_owned(),
    })
}
