//! The way to the filters that somebody keeps under names.

use leptos::prelude::*;

use crate::components::folded::{count, folded};
use crate::parts;
use crate::state::{Triage, texts};

pub(super) fn draw(triage: Triage) -> AnyView {
    let times_opened = RwSignal::new(0);
    view! {
        <details class="views" on:toggle=move |_| count(times_opened)>
            <summary class="button">{texts().filter.views}</summary>
            <div class="views__menu">{folded(times_opened, move || parts::views(triage))}</div>
        </details>
    }
    .into_any()
}
