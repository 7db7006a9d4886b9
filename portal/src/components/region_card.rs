//! A region on the overview.

use leptos::prelude::*;
use leptos_router::components::A;

use super::CountsLine;
use super::icon::{Icon, Shape};
use crate::model::{AccentColour, Region};
use crate::routes;

/// A region's name and counts; leads to its page.
#[component]
pub(crate) fn RegionCard(#[prop(into)] region: Signal<Region>) -> impl IntoView {
    let id = region.with_untracked(|region| region.id.clone());
    let counts = Memo::new(move |_| region.with(|region| region.counts));
    let accent =
        move || region.with(|region| region.accent.as_ref().map(AccentColour::css).map(str::to_owned));
    let is_calm = move || counts.get().unresolved() == 0;
    view! {
        <article
            class="card"
            class:card--calm=is_calm
            data-region=id.clone()
            style:--accent=accent
        >
            <h2 class="card__name">
                <A href=routes::region(&id)>{move || region.with(|region| region.name.clone())}</A>
            </h2>
            <Show
                when=move || !is_calm()
                fallback=|| view! { <p class="card__calm"><Icon shape=Shape::Done />"No open incidents"</p> }
            >
                <CountsLine counts />
            </Show>
        </article>
    }
}
