//! What was read of a machine last, and how far that can be trusted.

use leptos::prelude::*;

use super::{live, read_age};
use crate::model::{Fact, Reading};
use crate::state::{Clock, memo, texts};

/// Readings as names and values, with their age; what was not told is said to be so.
#[component]
pub(crate) fn MachineReadings(
    reading: Reading,
    /// What else the page knows; stands first.
    #[prop(optional)]
    before: Option<Signal<Fact>>,
) -> impl IntoView {
    let (clock, age, machine) = (Clock::used(), read_age(reading.as_of_ms), reading.machine.clone());
    let error = reading.error.as_ref().map(|error| texts().incident.value_old.with(&[("error", error)]));
    let facts = memo(move || {
        let read = reading.facts(texts(), clock.now_ms());
        before.map(|fact| fact.get()).into_iter().chain(read).collect::<Vec<Fact>>()
    });
    let facts = live(move || facts.get().into_iter().map(fact_view).collect::<Vec<AnyView>>());
    view! {
        <dl class="facts">{facts}</dl>
        <p class="file__age"><code>{machine}</code>" · "{age}</p>
        <p class="file__warning">{error}</p>
    }
}

fn fact_view(fact: Fact) -> AnyView {
    let unknown = fact.value.is_none().to_string();
    let value = fact.value.unwrap_or_else(|| texts().incident.unknown.to_owned());
    view! {
        <div class="fact" data-wrong=fact.wrong.to_string() data-unknown=unknown>
            <dt>{fact.name}</dt>
            <dd>{value}</dd>
        </div>
    }
    .into_any()
}
