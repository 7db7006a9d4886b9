//! The bar at the top of every page.

use leptos::prelude::*;

use super::Link;
use super::live_indicator::LiveIndicator;
use crate::model::Page;
use crate::state::texts;

/// The name of the house, the way back to the overview, and the live connection.
#[component]
pub(crate) fn PageHeader() -> impl IntoView {
    let words = &texts().frame;
    view! {
        <header class="bar">
            <a class="skip" href="#content">{words.skip}</a>
            <Link to=Page::Overview class="bar__brand">"CinePortal"</Link>
            <nav class="bar__nav" aria-label=words.navigation>
                <Link to=Page::Overview>{words.regions}</Link>
            </nav>
            <LiveIndicator />
        </header>
    }
}
