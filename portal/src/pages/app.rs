//! The frame around all pages.

use leptos::prelude::*;
use leptos_router::components::Router;

use crate::components::PageHeader;
use crate::routes::Pages;
use crate::state::{Clock, LiveStatus};

/// The whole portal.
#[component]
pub(crate) fn App() -> impl IntoView {
    Clock::provide();
    LiveStatus::provide();
    view! {
        <Router>
            <PageHeader />
            <main id="content" class="content" tabindex="-1">
                <Pages />
            </main>
        </Router>
    }
}
