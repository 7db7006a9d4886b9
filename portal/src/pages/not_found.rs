//! An address that leads nowhere.

use leptos::prelude::*;

use crate::components::Link;
use crate::model::Page;
use crate::state::{texts, use_title};

/// Says that there is no such page, and where to go.
#[component]
pub(crate) fn NotFoundPage() -> impl IntoView {
    let words = &texts().not_found;
    use_title(|| words.title.to_owned(), || 0);
    view! {
        <div class="empty">
            <h1 class="empty__title">{words.title}</h1>
            <p class="empty__text">{words.text}</p>
            <Link to=Page::Overview class="button">{texts().frame.all_regions}</Link>
        </div>
    }
}
