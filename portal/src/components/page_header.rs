//! The bar at the top of every page.

use leptos::prelude::*;

use super::Link;
use super::live;
use super::live_indicator::LiveIndicator;
use super::regions_menu::RegionsMenu;
use super::settings_menu::SettingsMenu;
use crate::model::Page;
use crate::state::{Alarms, Keys, texts};

/// The name of the house, the ways to all pages, the live connection, and what a person may choose.
#[component]
pub(crate) fn PageHeader() -> impl IntoView {
    let words = &texts().frame;
    view! {
        <header class="bar">
            <a class="skip" href="#content">{words.skip}</a>
            <Link to=Page::Overview class="bar__brand">"CinePortal"</Link>
            <nav class="bar__nav" aria-label=words.navigation>
                <RegionsMenu />
                {pages_of_region()}
            </nav>
            {sound_hint()}
            <LiveIndicator />
            <SettingsMenu />
        </header>
    }
}

/// What else there is about the region that somebody looks at.
fn pages_of_region() -> AnyView {
    let region = Keys::used().region;
    let words = &texts().shell;
    live(move || match region.get() {
        Some(id) => vec![
            link(Page::Machines(id.clone()), words.machines),
            link(Page::Reports(Some(id)), words.reports),
        ],
        None => vec![link(Page::Reports(None), words.reports)],
    })
}

fn link(to: Page, text: &'static str) -> AnyView {
    view! { <Link to class="bar__link">{text}</Link> }.into_any()
}

/// Whoever counts on the sound must know that it is not there yet.
fn sound_hint() -> AnyView {
    let alarms = Alarms::used();
    let hint = || {
        view! { <button type="button" class="button bar__hint">{texts().sound.untouched}</button> }.into_any()
    };
    live(move || alarms.untouched.get().then(hint))
}
