//! What was read of the machine last, and how far that can be trusted.

use leptos::prelude::*;

use super::section;
use crate::model::{MachineNow, age_text};
use crate::state::{Clock, IncidentDesk, texts};

pub(super) fn machine(desk: IncidentDesk) -> impl IntoView {
    let machine = desk.part(|file| file.machine.clone());
    move || machine.get().flatten().map(drawn)
}

fn drawn(machine: MachineNow) -> AnyView {
    let words = &texts().incident;
    let (clock, as_of_ms) = (Clock::used(), machine.as_of_ms);
    let age = Signal::derive(move || match as_of_ms {
        Some(at_ms) => words.read_ago.with(&[("age", &age_text(texts(), at_ms, clock.now_ms()))]),
        None => words.never_read.to_owned(),
    });
    let facts: Vec<AnyView> = machine
        .facts(texts(), clock.now_ms_untracked())
        .into_iter()
        .map(|fact| {
            let unknown = fact.value.is_none().to_string();
            let value = fact.value.unwrap_or_else(|| words.unknown.to_owned());
            view! {
                <div class="fact" data-wrong=fact.wrong.to_string() data-unknown=unknown>
                    <dt>{fact.name}</dt>
                    <dd>{value}</dd>
                </div>
            }
            .into_any()
        })
        .collect();
    let error = machine.error.map(|error| {
        view! { <p class="file__warning">{words.value_old.with(&[("error", &error)])}</p> }
    });
    let body = view! {
        <dl class="facts">{facts}</dl>
        <p class="file__age"><code>{machine.id}</code>" · "{age}</p>
        {error}
    };
    section(words.machine, body.into_any())
}
