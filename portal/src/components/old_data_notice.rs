//! A warning that what is on the screen may be old.

use leptos::prelude::*;

use crate::state::{LiveStatus, texts};

/// Stands on a page while changes do not arrive.
#[component]
pub(crate) fn OldDataNotice() -> impl IntoView {
    let live = LiveStatus::used();
    let may_be_old = Memo::new(move |_| live.link().may_be_old());
    view! {
        <Show when=move || may_be_old.get()>
            <div class="notice notice--old" role="status">
                <p>{texts().frame.old_data}</p>
            </div>
        </Show>
    }
}
