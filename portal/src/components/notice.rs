//! A sentence that somebody should read now.

use leptos::prelude::*;

/// A sentence and what can be done about it.
#[component]
pub(crate) fn Notice(#[prop(into)] text: Signal<String>, children: Children) -> impl IntoView {
    view! {
        <div class="notice" role="alert">
            <p>{text}</p>
            <div class="notice__actions">{children()}</div>
        </div>
    }
}
