//! An address that leads nowhere.

use leptos::prelude::*;
use leptos_router::components::A;

use crate::routes;
use crate::state::use_title;

/// Says that there is no such page, and where to go.
#[component]
pub(crate) fn NotFoundPage() -> impl IntoView {
    use_title(|| "No such page".to_owned(), || 0);
    view! {
        <div class="empty">
            <h1 class="empty__title">"There is no such page"</h1>
            <p class="empty__text">"The address may be mistyped, or the region may have been removed."</p>
            <A href=routes::OVERVIEW attr:class="button">"All regions"</A>
        </div>
    }
}
