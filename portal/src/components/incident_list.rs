//! The incidents that somebody has to see to.

use leptos::prelude::*;

use super::EmptyState;
use super::incident_row::IncidentRow;
use crate::state::{Clock, RegionBoard, texts};

/// All open incidents of a board, what has to be done first first; the order changes as the clock moves.
#[component]
pub(crate) fn IncidentList(board: RegionBoard) -> impl IntoView {
    let clock = Clock::used();
    let ids = Memo::new(move |_| board.list.with(|list| list.open_ids(clock.now_ms())));
    view! {
        <section class="incidents" aria-labelledby="incidents-heading">
            <h2 id="incidents-heading" class="visually-hidden">{texts().list.open}</h2>
            <Show
                when=move || !ids.with(Vec::is_empty)
                fallback=|| {
                    view! { <EmptyState title=texts().list.empty text=texts().list.empty_text /> }
                }
            >
                <For each=move || ids.get() key=Clone::clone let:id>
                    <IncidentRow board id />
                </For>
            </Show>
            <Unlisted board />
        </section>
    }
}

#[component]
fn Unlisted(board: RegionBoard) -> impl IntoView {
    move || {
        let unlisted = board.unlisted.get();
        (unlisted > 0).then(|| {
            let text = texts().list.unlisted.of(unlisted);
            view! { <p class="hint">{text}</p> }
        })
    }
}
