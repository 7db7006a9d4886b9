//! While the first answer is on its way.

use leptos::prelude::*;

use crate::state::texts;

/// Says that something is being loaded; grey bars hold its place.
#[component]
pub(crate) fn Loading() -> impl IntoView {
    view! {
        <div class="loading" role="status">
            <p>{texts().frame.loading}</p>
            <div class="loading__bar" aria-hidden="true"></div>
            <div class="loading__bar" aria-hidden="true"></div>
            <div class="loading__bar" aria-hidden="true"></div>
        </div>
    }
}
