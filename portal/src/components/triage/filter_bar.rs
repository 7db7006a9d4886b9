//! The query, the chips, and how much they leave.

use leptos::prelude::*;

use super::{chips, views_menu};
use crate::model::Action;
use crate::state::{Dialog, Triage, texts};

pub(super) fn draw(triage: Triage) -> AnyView {
    let words = &texts().filter;
    let problem =
        Signal::derive(move || triage.filter.with(|filter| filter.problem(texts()).unwrap_or_default()));
    let is_free = Signal::derive(move || triage.query.with(String::is_empty));
    let shown = Signal::derive(move || {
        let all = triage.board.list.with(|list| list.ordered().len()).to_string();
        let hits = triage.found.with(|found| found.hits).to_string();
        words.shown.with(&[("shown", &hits), ("all", &all)])
    });
    let value = triage.query;
    view! {
        <div class="filter" role="search" aria-label=words.title>
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
                {views_menu::draw(triage)}
                <button
                    type="button"
                    class="button button--quiet"
                    title=texts().keys.title
                    aria-label=texts().keys.title
                    on:click=move |_| triage.dialog.set(Some(Dialog::Help))
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
