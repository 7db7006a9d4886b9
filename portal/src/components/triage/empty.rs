//! Why there is no row, and what the list does not hold.

use leptos::prelude::*;

use crate::components::{EmptyState, live};
use crate::model::{Action, Filter};
use crate::state::{Triage, memo, texts};

/// What an empty list means.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Empty {
    /// Somebody works on nothing that is here.
    Filtered,
    /// Nothing is known.
    Blind,
    AllClear,
}

pub(super) fn draw(triage: Triage) -> AnyView {
    let empty = memo(move || {
        let is_blind = triage.board.blind_since_ms().is_some();
        let is_filtered = !triage.filter.with(Filter::is_empty);
        let kind = match (is_filtered, is_blind) {
            (true, _) => Empty::Filtered,
            (false, true) => Empty::Blind,
            (false, false) => Empty::AllClear,
        };
        triage.rows.with(|rows| rows.is_empty()).then_some(kind)
    });
    let unlisted = Signal::derive(move || match triage.board.unlisted.get() {
        0 => String::new(),
        count => texts().list.unlisted.of(count),
    });
    view! {
        {live(move || empty.get().map(|kind| say(triage, kind)))}
        <p class="hint">{unlisted}</p>
    }
    .into_any()
}

fn say(triage: Triage, empty: Empty) -> AnyView {
    let words = &texts().list;
    match empty {
        Empty::AllClear => view! { <EmptyState title=words.empty text=words.empty_text /> }.into_any(),
        Empty::Blind => plain(words.unseen, words.unseen_text, None),
        Empty::Filtered => plain(words.nothing, words.nothing_text, Some(triage)),
    }
}

/// Without the picture that says that all is well.
fn plain(title: &'static str, text: &'static str, clear: Option<Triage>) -> AnyView {
    let clear = clear.map(|triage| {
        view! {
            <button type="button" class="button" on:click=move |_| triage.act(Action::ClearFilter)>
                {texts().keys.clear}
            </button>
        }
    });
    view! {
        <div class="empty">
            <p class="empty__title">{title}</p>
            <p class="empty__text">{text}</p>
            {clear}
        </div>
    }
    .into_any()
}
