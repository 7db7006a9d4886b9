//! The bar at the top of every page.

use leptos::prelude::*;
use leptos_router::components::A;

use super::live_indicator::LiveIndicator;
use crate::routes;

/// The name of the house, the way back to the overview, and the live connection.
#[component]
pub(crate) fn PageHeader() -> impl IntoView {
    view! {
        <header class="bar">
            <a class="skip" href="#content">"Skip to the content"</a>
            <A href=routes::OVERVIEW attr:class="bar__brand">"CinePortal"</A>
            <nav class="bar__nav" aria-label="Main">
                <A href=routes::OVERVIEW exact=true>"Regions"</A>
            </nav>
            <LiveIndicator />
        </header>
    }
}
