//! The way to the other regions, with what is critical there.

use leptos::ev::MouseEvent;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::HtmlElement;

use super::Link;
use super::icon::{Icon, Shape};
use crate::model::{Page, Region};
use crate::state::{self, texts};

const MENU: &str = "regions-menu";

/// A button that opens the list of regions.
#[component]
pub(super) fn RegionsMenu() -> impl IntoView {
    let menu = state::RegionsMenu::new();
    let words = &texts().frame;
    view! {
        <button type="button" class="bar__link bar__opener" popovertarget=MENU on:click=move |_| menu.read()>
            {words.regions}
            <Icon shape=Shape::Arrow />
        </button>
        <div id=MENU class="menu" popover="auto" on:click=move |event| close(&event)>
            <ul>
                <li><Link to=Page::Overview class="menu__item">{words.all_regions}</Link></li>
                {move || items(menu)}
            </ul>
        </div>
    }
}

/// The last good answer stays while a newer one fails.
fn items(menu: state::RegionsMenu) -> Vec<AnyView> {
    let trouble =
        menu.trouble.get().map(|trouble| hint(trouble.explain(texts(), texts().trouble.numbers_may_be_old)));
    let regions = match menu.regions.get() {
        Some(regions) => regions.into_iter().map(item).collect(),
        None if trouble.is_none() => vec![hint(texts().frame.loading.to_owned())],
        None => Vec::new(),
    };
    trouble.into_iter().chain(regions).collect()
}

fn item(region: Region) -> AnyView {
    let words = &texts().shell;
    let state = match (region.blind_since_ms, region.counts.critical) {
        (Some(_), _) => Some(("menu__mark menu__mark--blind", words.blind.to_owned())),
        (None, 0) => None,
        (None, critical) => Some(("menu__mark", words.critical.with(&[("count", &critical.to_string())]))),
    };
    view! {
        <li>
            <Link to=Page::Region(region.id) class="menu__item">
                {region.name}
                {state.map(|(class, text)| view! { <span class=class>{text}</span> })}
            </Link>
        </li>
    }
    .into_any()
}

fn hint(text: String) -> AnyView {
    view! { <li class="menu__hint">{text}</li> }.into_any()
}

/// Whoever went somewhere is done with the menu.
fn close(event: &MouseEvent) {
    let menu = event.current_target().and_then(|menu| menu.dyn_into::<HtmlElement>().ok());
    if let Some(menu) = menu {
        let _ = menu.hide_popover();
    }
}
