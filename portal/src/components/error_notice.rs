//! What went wrong, and a way to try again.

use leptos::prelude::*;

use super::Notice;
use crate::state::texts;

/// Explains a trouble and offers to try again.
#[component]
pub(crate) fn ErrorNotice(
    #[prop(into)] text: Signal<String>,
    #[prop(into)] busy: Signal<bool>,
    #[prop(into)] retry: Callback<()>,
) -> impl IntoView {
    view! {
        <Notice text>
            <button type="button" class="button" disabled=busy on:click=move |_| retry.run(())>
                {texts().frame.try_again}
            </button>
        </Notice>
    }
}
