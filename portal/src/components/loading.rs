//! While the first answer is on its way.

use leptos::prelude::*;

/// Says what is being loaded; grey bars hold its place.
#[component]
pub(crate) fn Loading(what: &'static str) -> impl IntoView {
    view! {
        <div class="loading" role="status">
            <p>{format!("Loading {what}…")}</p>
            <div class="loading__bar" aria-hidden="true"></div>
            <div class="loading__bar" aria-hidden="true"></div>
            <div class="loading__bar" aria-hidden="true"></div>
        </div>
    }
}
