//! Where an incident stands.

use leptos::prelude::*;

use crate::model::Status;
use crate::state::texts;

/// Shows a status.
#[component]
pub(crate) fn StatusChip(#[prop(into)] status: Signal<Status>) -> impl IntoView {
    let (word, text) =
        (Signal::derive(move || status.get().word()), Signal::derive(move || status.get().text(texts())));
    view! { <span class="status" data-status=word>{text}</span> }
}
