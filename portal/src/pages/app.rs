//! The frame around all pages.

use leptos::prelude::*;

use super::{IncidentPage, NotFoundPage, OverviewPage, RegionPage};
use crate::api::Server;
use crate::components::PageHeader;
use crate::model::Page;
use crate::state::{Clock, LiveStatus, Navigation, Tongue};

/// The whole portal, alone in its tab.
#[component]
pub(crate) fn App() -> impl IntoView {
    Server::provide(location().origin().unwrap_or_default(), None);
    Clock::provide();
    LiveStatus::provide();
    Navigation::provide_of_tab();
    let tongue = Tongue::provide(None);
    move || {
        let tag = tongue.texts().language.tag;
        if let Some(root) = document().document_element() {
            let _ = root.set_attribute("lang", tag);
        }
        view! { <Frame /> }
    }
}

#[component]
fn Frame() -> impl IntoView {
    view! {
        <PageHeader />
        <main id="content" class="content" tabindex="-1">
            <Pages />
        </main>
    }
}

/// Draws the page that belongs to the address.
#[component]
fn Pages() -> impl IntoView {
    let page = Navigation::used().page();
    move || match page.get() {
        Page::Overview => view! { <OverviewPage /> }.into_any(),
        Page::Region(id) => view! { <RegionPage id /> }.into_any(),
        Page::Incident(id) => view! { <IncidentPage id /> }.into_any(),
        _ => view! { <NotFoundPage /> }.into_any(),
    }
}
