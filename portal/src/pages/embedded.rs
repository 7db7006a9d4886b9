//! A region inside a page of somebody else.

use leptos::prelude::*;

use super::app::Pages;
use crate::components::{Link, LiveIndicator};
use crate::model::{Embedding, Page};
use crate::panels::Wanted;
use crate::state::{Alarms, Clock, Host, LiveStatus, Myself, Navigation, Tongue, texts};

/// One region and what it leads to. The tab, its address, its title and its keys stay its owner's.
#[component]
pub(crate) fn EmbeddedRegion(wished: Embedding, host: Option<Host>) -> impl IntoView {
    Clock::provide();
    LiveStatus::provide();
    Myself::provide();
    let home = Page::Region(wished.region);
    Navigation::provide_embedded(home.clone(), host);
    Tongue::provide(wished.language.as_deref());
    provide_context(Alarms::used());
    if let Some(panels) = wished.panels {
        provide_context(Wanted(panels));
    }
    view! {
        <div class="embed__bar">
            {way_back(home)}
            <LiveIndicator />
        </div>
        <div class="content" lang=texts().language.tag>
            <Pages />
        </div>
    }
}

/// An embedded portal has no menu, only its region.
fn way_back(home: Page) -> AnyView {
    let page = Navigation::used().page();
    let back = move || {
        let elsewhere = page.get() != home;
        elsewhere.then(|| view! { <Link to=home.clone() class="bar__link">{texts().embed.back}</Link> })
    };
    back.into_any()
}
