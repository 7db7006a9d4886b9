//! The frame around all pages.

use leptos::prelude::*;

use super::{MachinePage, MachinesPage, NotFoundPage, OverviewPage, RegionPage, ReportsPage};
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
        Page::Machines(id) => view! { <MachinesPage id /> }.into_any(),
        Page::Reports(region) => view! { <ReportsPage region /> }.into_any(),
        Page::Machine(id) => view! { <MachinePage id /> }.into_any(),
        _ => view! { <NotFoundPage /> }.into_any(),
    }
}
