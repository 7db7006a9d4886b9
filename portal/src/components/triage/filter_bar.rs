//! The query, the chips, and how much they leave.

use leptos::prelude::*;

use super::{chips, views_menu};
use crate::model::Action;
use crate::state::{Keys, Triage, texts};

pub(super) fn draw(triage: Triage) -> AnyView {
    let words = &texts().filter;
    let problem =
        Signal::derive(move || triage.filter.with(|filter| filter.problem(texts()).unwrap_or_default()));
    let unfolded = RwSignal::new(false);
    let class = Signal::derive(move || if unfolded.get() { "filter filter--unfolded" } else { "filter" });
    view! {
        <div class=class role="search" aria-label=words.title>
            <div class="filter__line">
                {query(triage)}
                <span class="filter__shown" role="status">{shown(triage)}</span>
                {buttons(triage, unfolded)}
            </div>
            <p id="filter-problem" class="filter__problem">{problem}</p>
            {chips::draw(triage)}
        </div>
    }
    .into_any()
}

fn query(triage: Triage) -> AnyView {
    let words = &texts().filter;
    view! {
        <input
            type="search"
            class="field filter__query"
            aria-label=words.search
            aria-describedby="filter-problem"
            placeholder=words.example
            autocomplete="off"
            spellcheck="false"
            node_ref=triage.query_box
            prop:value=triage.query
            on:input=move |event| triage.look_for(event_target_value(&event))
        />
    }
    .into_any()
}

fn shown(triage: Triage) -> Signal<String> {
    let words = texts();
    Signal::derive(move || {
        let all = triage.board.list.with(|list| list.ordered().len()).to_string();
        let hits = triage.found.with(|found| found.hits).to_string();
        words.filter.shown.with(&[("shown", &hits), ("all", &all)])
    })
}

/// Clears it, folds its chips out where there is little height, keeps it, and tells the keys.
fn buttons(triage: Triage, unfolded: RwSignal<bool>) -> AnyView {
    let (words, keys) = (&texts().filter, Keys::used());
    let is_free = Signal::derive(move || triage.query.with(String::is_empty));
    view! {
        <button type="button" class="button" disabled=is_free on:click=move |_| triage.act(Action::ClearFilter)>
            {words.clear}
        </button>
        <button
            type="button"
            class="button filter__fold"
            aria-expanded=Signal::derive(move || unfolded.get().to_string())
            on:click=move |_| unfolded.update(|unfolded| *unfolded = !*unfolded)
        >
            {words.title}
        </button>
        {views_menu::draw(triage)}
        <button
            type="button"
            class="button button--quiet"
            title=texts().keys.title
            aria-label=texts().keys.title
            on:click=move |_| keys.act(Action::Help)
        >
            "?"
        </button>
    }
    .into_any()
}
