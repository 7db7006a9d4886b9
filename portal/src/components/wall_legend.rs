//! What tiles mean, and how many machines are of each kind.

use leptos::prelude::*;

use crate::model::{TileState, Wall};
use crate::state::{memo, texts};

/// All kinds of tiles with their numbers.
#[component]
pub(crate) fn WallLegend(wall: Memo<Wall>) -> impl IntoView {
    let counts = memo(move || wall.with(|wall| wall.counts));
    let words = &texts().machines;
    let kinds = move || {
        TileState::ALL.into_iter().map(|state| kind(state, counts.get()[state as usize])).collect::<Vec<_>>()
    };
    view! {
        <ul class="legend" aria-label=words.legend>
            {kinds}
            <li class="legend__kind">
                <span class="tile tile--sample" data-state="fine" data-soon="soon" aria-hidden="true"></span>
                <span class="legend__word">{words.soon}</span>
            </li>
        </ul>
    }
}

fn kind(state: TileState, count: usize) -> AnyView {
    view! {
        <li class="legend__kind" data-amount=(count == 0).then_some("zero")>
            <span class="tile tile--sample" data-state=state.word() aria-hidden="true">
                {state.letter(texts())}
            </span>
            <b>{count}</b>
            <span class="legend__word">{state.text(texts())}</span>
        </li>
    }
    .into_any()
}
