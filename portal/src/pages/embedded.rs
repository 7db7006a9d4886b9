//! A region inside a page of somebody else.

use leptos::prelude::*;

use super::app::Pages;
use crate::components::{Link, LiveIndicator, live, spoken};
use crate::model::{Embedding, Page};
use crate::panels::Wanted;
use crate::state::{Alarms, Clock, Host, LiveStatus, Navigation, Tongue, texts};
use crate::texts::Texts;

/// One region and what it leads to. The tab, its address, its title and its keys stay its owner's.
#[component]
pub(crate) fn EmbeddedRegion(wished: Embedding, host: Option<Host>) -> impl IntoView {
    Clock::provide();
    LiveStatus::provide();
    let home = Page::Region(wished.region);
    Navigation::provide_embedded(home.clone(), host);
    let tongue = Tongue::provide(wished.language.as_deref());
    provide_context(Alarms::used());
    if let Some(panels) = wished.panels {
        provide_context(Wanted(panels));
    }
    let draw = move |texts: &'static Texts| {
        view! {
            <div class="embed__bar">
                {way_back(home.clone())}
                <LiveIndicator />
            </div>
            <div class="content" lang=texts.language.tag>
                <Pages />
            </div>
        }
        .into_any()
    };
    spoken(tongue, Callback::new(draw))
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
