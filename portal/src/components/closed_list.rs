//! The last incidents that were closed, folded away.

use leptos::prelude::*;

use super::folded::{count, folded};
use super::live;
use crate::parts;
use crate::state::{RegionBoard, memo, texts};

/// The recently closed incidents of a board; nothing where there are none.
#[component]
pub(crate) fn ClosedList(board: RegionBoard) -> impl IntoView {
    let any = memo(move || board.list.with(|list| !list.recently_closed().is_empty()));
    let times_opened = RwSignal::new(0);
    let list = move || {
        view! {
            <details class="closed" on:toggle=move |_| count(times_opened)>
                <summary>{texts().list.closed}</summary>
                {folded(times_opened, move || parts::closed(board))}
            </details>
        }
        .into_any()
    };
    live(move || any.get().then(list))
}
