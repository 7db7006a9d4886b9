//! A region inside a page of somebody else.

use leptos::prelude::*;

use super::app::Pages;
use crate::api::Server;
use crate::components::{Link, LiveIndicator, dialogs, listen, live, press, spoken};
use crate::model::{Embedding, Page, WantsToken};
use crate::panels::Wanted;
use crate::state::{Alarms, Clock, Host, Keys, LiveStatus, Myself, Navigation, Tongue, follow, texts};
use crate::texts::Texts;

/// One region and what it leads to. The tab, its address, its title and its keys stay its owner's.
#[component]
pub(crate) fn EmbeddedRegion(wished: Embedding, host: Option<Host>) -> impl IntoView {
    let server = Server::used();
    Clock::provide();
    LiveStatus::provide();
    Myself::provide();
    let home = Page::Region(wished.region);
    Navigation::provide_embedded(home.clone(), host);
    let keys = Keys::provide();
    // In a frame the window is ours; in a page of somebody else only what is pressed in here is for us.
    if host.is_none() {
        listen(keys);
    }
    let tongue = Tongue::provide(wished.language.as_deref());
    provide_context(Alarms::used());
    if let Some(panels) = wished.panels {
        provide_context(Wanted(panels));
    }
    let draw = move |texts: &'static Texts| {
        let indicator =
            live(move || server.wants_token().is_none().then(|| view! { <LiveIndicator /> }.into_any()));
        view! {
            <div class="embed__bar">
                {way_back(home.clone())}
                {indicator}
            </div>
            <div class="content" lang=texts.language.tag on:keydown=move |event| host.into_iter().for_each(|_| press(keys, &event))>
                {without_token(server, host)}
                <Pages />
                {dialogs(keys)}
            </div>
        }
        .into_any()
    };
    spoken(tongue, Callback::new(draw))
}

/// Only the page around it can bring another token.
fn without_token(server: Server, host: Option<Host>) -> AnyView {
    follow(move || {
        if let (Some(host), Some(reason)) = (host, server.wants_token()) {
            host.token_expired(reason);
        }
    });
    live(move || {
        server.wants_token().map(|reason| {
            let texts = &texts().embed;
            let sentence = if reason == WantsToken::Missing { texts.missing } else { texts.expired };
            view! { <p class="notice" role="alert">{sentence}</p> }.into_any()
        })
    })
}

/// An embedded portal has no menu, only its region.
fn way_back(home: Page) -> AnyView {
    let page = Navigation::used().page();
    live(move || {
        let elsewhere = page.get() != home;
        elsewhere
            .then(|| view! { <Link to=home.clone() class="bar__link">{texts().embed.back}</Link> }.into_any())
    })
}
