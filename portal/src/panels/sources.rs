//! How what is known of the region comes in, and how old it is.

use leptos::prelude::*;

use crate::components::live;
use crate::model::{Source, SourceState, age_text};
use crate::state::{Clock, RegionBoard, memo, texts};

pub(super) fn panel(board: RegionBoard) -> AnyView {
    let sources = memo(move || board.health.with(|health| health.sources.clone()));
    let rows = live(move || sources.get().into_iter().map(row).collect::<Vec<AnyView>>());
    view! {
        <section class="sources" aria-label=texts().sources.title>
            <ul class="sources__list">{rows}</ul>
        </section>
    }
    .into_any()
}

fn row(source: Source) -> AnyView {
    let words = &texts().sources;
    let (clock, as_of_ms) = (Clock::used(), source.as_of_ms);
    let age = Signal::derive(move || match as_of_ms {
        Some(as_of_ms) => words.heard.with(&[("age", &age_text(texts(), as_of_ms, clock.now_ms()))]),
        None => words.never.to_owned(),
    });
    view! {
        <li class="source" data-state=word(source.state) title=source.error>
            <span class="source__name">{source.name}</span>
            <span class="source__state">{state_text(source.state)}</span>
            <span class="source__age">{age}</span>
        </li>
    }
    .into_any()
}

fn word(state: SourceState) -> &'static str {
    match state {
        SourceState::Ok => "ok",
        SourceState::Failing => "failing",
        SourceState::Silent => "silent",
        SourceState::Unknown => "unknown",
    }
}

fn state_text(state: SourceState) -> &'static str {
    let words = &texts().sources;
    match state {
        SourceState::Ok => words.ok,
        SourceState::Failing => words.failing,
        SourceState::Silent => words.silent,
        SourceState::Unknown => words.unknown,
    }
}
