//! The frame around all pages.

use leptos::prelude::*;

use super::{EmbeddedRegion, NotFoundPage, RegionPage};
use crate::api::Server;
use crate::components::{Deferred, PageHeader, dialogs, listen, live, spoken};
use crate::model::{Embedding, Page, Query};
use crate::parts;
use crate::state::{Alarms, Clock, Keys, LiveStatus, Myself, Navigation, ThemeChoice, Tongue};
use crate::texts::Texts;

/// The portal in a tab or a frame of its own.
#[component]
pub(crate) fn App() -> impl IntoView {
    Server::provide(location().origin().unwrap_or_default());
    match framed() {
        Some(wished) => {
            ThemeChoice::provide(Some(wished.theme));
            view! { <EmbeddedRegion wished host=None /> }.into_any()
        }
        None => view! { <Portal /> }.into_any(),
    }
}

/// What a frame in somebody else's page is to show.
fn framed() -> Option<Embedding> {
    let query = Query::parse(location().search().unwrap_or_default().trim_start_matches('?'));
    Embedding::of_address(&location().pathname().unwrap_or_default(), &query)
}

/// The whole portal, alone in its tab.
#[component]
fn Portal() -> impl IntoView {
    ThemeChoice::provide(None);
    Alarms::provide();
    Clock::provide();
    LiveStatus::provide();
    Myself::provide();
    Navigation::provide_of_tab();
    let keys = Keys::provide();
    listen(keys);
    let tongue = Tongue::provide(None);
    let draw = move |texts: &'static Texts| {
        if let Some(root) = document().document_element() {
            let _ = root.set_attribute("lang", texts.language.tag);
        }
        view! { <Frame keys /> }.into_any()
    };
    spoken(tongue, Callback::new(draw))
}

#[component]
fn Frame(keys: Keys) -> impl IntoView {
    view! {
        <PageHeader />
        <main id="content" class="content" tabindex="-1">
            <Pages />
        </main>
        {dialogs(keys)}
    }
}

/// Draws the page that belongs to the address.
#[component]
pub(super) fn Pages() -> impl IntoView {
    let page = Navigation::used().page();
    live(move || match page.get() {
        Page::Overview => view! { <Deferred fetch=|_| parts::overview() /> }.into_any(),
        Page::Region(id) => view! { <RegionPage id /> }.into_any(),
        Page::Incident(id) => view! { <Deferred fetch=move |()| parts::incident(id.clone()) /> }.into_any(),
        Page::Machines(id) => view! { <Deferred fetch=move |_| parts::machines(id.clone()) /> }.into_any(),
        Page::Reports(region) => {
            view! { <Deferred fetch=move |_| parts::reports(region.clone()) /> }.into_any()
        }
        Page::Logs(hour) => view! { <Deferred fetch=move |_| parts::logs(hour.clone()) /> }.into_any(),
        Page::Machine(id) => view! { <Deferred fetch=move |_| parts::machine(id.clone()) /> }.into_any(),
        _ => view! { <NotFoundPage /> }.into_any(),
    })
}
