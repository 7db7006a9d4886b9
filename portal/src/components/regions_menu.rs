//! The way to the other regions.

use leptos::ev::MouseEvent;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::HtmlElement;

use super::Link;
use super::folded::{count, folded};
use super::icon::{Icon, Shape};
use crate::model::Page;
use crate::parts;
use crate::state::texts;

const MENU: &str = "regions-menu";

/// A button that opens the list of regions.
#[component]
pub(super) fn RegionsMenu() -> impl IntoView {
    let times_opened = RwSignal::new(0);
    let words = &texts().frame;
    view! {
        <button type="button" class="bar__link bar__opener" popovertarget=MENU on:click=move |_| count(times_opened)>
            {words.regions}
            <Icon shape=Shape::Arrow />
        </button>
        <div id=MENU class="menu" popover="auto" on:click=move |event| close(&event)>
            <ul>
                <li><Link to=Page::Overview class="menu__item">{words.all_regions}</Link></li>
            </ul>
            {folded(times_opened, move || parts::regions(times_opened))}
        </div>
    }
}

/// Whoever went somewhere is done with the menu.
fn close(event: &MouseEvent) {
    let menu = event.current_target().and_then(|menu| menu.dyn_into::<HtmlElement>().ok());
    if let Some(menu) = menu {
        let _ = menu.hide_popover();
    }
}
