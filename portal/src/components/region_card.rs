//! A region on the overview.

use leptos::prelude::*;

use super::icon::{Icon, Shape};
use super::{CountsLine, Link};
use crate::model::{AccentColour, Page, Region};
use crate::state::texts;

/// A region's name and counts; leads to its page.
#[component]
pub(crate) fn RegionCard(#[prop(into)] region: Signal<Region>) -> impl IntoView {
    let words = &texts().overview;
    let name = Signal::derive(move || region.with(|region| region.name.clone()));
    let id = region.with_untracked(|region| region.id.clone());
    let counts = Memo::new(move |_| region.with(|region| region.counts));
    let accent =
        move || region.with(|region| region.accent.as_ref().map(AccentColour::css).map(str::to_owned));
    let blind_since_ms = Memo::new(move |_| region.with(|region| region.blind_since_ms));
    let is_blind = move || blind_since_ms.get().is_some();
    let is_calm = move || counts.get().unresolved() == 0;
    view! {
        <article
            class="card"
            class:card--calm=move || is_calm() && !is_blind()
            data-region=id.clone()
            style:--accent=accent
        >
            <h2 class="card__name">
                <Link to=Page::Region(id.clone())>{name}</Link>
            </h2>
            <Show when=is_blind>
                <p class="card__blind">{words.blind}</p>
            </Show>
            <Show when=move || is_calm() && !is_blind()>
                <p class="card__calm"><Icon shape=Shape::Done />{words.calm}</p>
            </Show>
            <Show when=move || !is_calm()>
                <CountsLine counts />
            </Show>
        </article>
    }
}
