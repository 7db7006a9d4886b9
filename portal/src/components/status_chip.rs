//! Where an incident stands.

use leptos::prelude::*;

use crate::model::Status;

/// Shows a status.
#[component]
pub(crate) fn StatusChip(#[prop(into)] status: Signal<Status>) -> impl IntoView {
    view! { <span class="status" data-status=move || status.get().text()>{move || status.get().text()}</span> }
}
