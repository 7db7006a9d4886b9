//! A warning that what is on the screen may be old.

use leptos::prelude::*;

use super::live;
use crate::state::{LiveStatus, memo, texts};

/// Stands on a page while changes do not arrive.
#[component]
pub(crate) fn OldDataNotice() -> impl IntoView {
    let status = LiveStatus::used();
    let may_be_old = memo(move || status.link().may_be_old());
    let notice = || {
        view! { <div class="notice notice--old" role="status"><p>{texts().frame.old_data}</p></div> }
            .into_any()
    };
    live(move || may_be_old.get().then(notice))
}
