//! How many machines are seen, not seen and not known of, with the age of the oldest reading.

use leptos::prelude::*;

use crate::model::{MachineCounts, age_text};
use crate::state::{Clock, texts};

/// A line of numbers; says so where nothing was read.
#[component]
pub(crate) fn MachineCountsLine(#[prop(into)] counts: Signal<Option<MachineCounts>>) -> impl IntoView {
    let (clock, words) = (Clock::used(), &texts().machines);
    let number = move |pick: fn(&MachineCounts) -> u32| {
        Signal::derive(move || counts.with(|counts| counts.as_ref().map(|counts| pick(counts).to_string())))
    };
    let age = Signal::derive(move || {
        let as_of_ms = counts.with(|counts| counts.as_ref().and_then(|counts| counts.as_of_ms));
        match as_of_ms {
            Some(as_of_ms) => words.age.with(&[("age", &age_text(texts(), as_of_ms, clock.now_ms()))]),
            None => words.never.to_owned(),
        }
    });
    let error =
        Signal::derive(move || counts.with(|counts| counts.as_ref().and_then(|counts| counts.error.clone())));
    let is_old = Signal::derive(move || error.with(Option::is_some).then_some("old"));
    view! {
        <p class="fleet__counts" data-state=is_old title=error>
            {number_view("online", number(|counts| counts.online), words.online)}
            {number_view("offline", number(|counts| counts.offline), words.offline)}
            {number_view("unknown", number(|counts| counts.unknown), words.unknown)}
            <span class="fleet__age">{age}</span>
        </p>
    }
}

/// Nothing where the number is not known, and no word of what there is none of.
fn number_view(kind: &'static str, number: Signal<Option<String>>, word: &'static str) -> AnyView {
    let is_zero =
        Signal::derive(move || number.with(|number| number.as_deref() == Some("0")).then_some("zero"));
    view! {
        <span class="fleet__count" data-kind=kind data-amount=is_zero>
            <b>{number}</b>
            " "
            {word}
        </span>
    }
    .into_any()
}
