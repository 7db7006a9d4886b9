//! The query, the chips, and how much they leave.

use leptos::prelude::*;

use super::{chips, views_menu};
use crate::model::Action;
use crate::state::{Keys, Triage, texts};

pub(super) fn draw(triage: Triage) -> AnyView {
    let (words, keys) = (&texts().filter, Keys::used());
    let problem =
        Signal::derive(move || triage.filter.with(|filter| filter.problem(texts()).unwrap_or_default()));
    let is_free = Signal::derive(move || triage.query.with(String::is_empty));
    let shown = Signal::derive(move || {
        let all = triage.board.list.with(|list| list.ordered().len()).to_string();
        let hits = triage.found.with(|found| found.hits).to_string();
        words.shown.with(&[("shown", &hits), ("all", &all)])
    });
    let value = triage.query;
    let unfolded = RwSignal::new(false);
    let class = Signal::derive(move || if unfolded.get() { "filter filter--unfolded" } else { "filter" });
    view! {
        <div class=class role="search" aria-label=words.title>
            <div class="filter__line">
                <input
                    type="search"
                    class="field filter__query"
                    aria-label=words.search
                    aria-describedby="filter-problem"
                    placeholder=words.example
                    autocomplete="off"
                    spellcheck="false"
                    node_ref=triage.query_box
                    prop:value=value
                    on:input=move |event| triage.look_for(event_target_value(&event))
                />
                <span class="filter__shown" role="status">{shown}</span>
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
            </div>
            <p id="filter-problem" class="filter__problem">{problem}</p>
            {chips::draw(triage)}
        </div>
    }
    .into_any()
}
