//! The portal: the incidents of the cinemas on a screen, live.
//!
//! `model` decides and is pure, `api` speaks to the server, `state` joins both to signals, `texts` are its words,
//! `components`, `panels` and `pages` draw.

mod api;
#[expect(unreachable_pub, reason = "leptos writes `pub` before the properties of a component")]
mod components;
mod embed;
mod model;
#[expect(unreachable_pub, reason = "leptos writes `pub` before the properties of a component")]
mod pages;
mod panels;
mod parts;
#[cfg(all(test, target_arch = "wasm32"))]
mod stage;
mod state;
mod texts;

use leptos::mount::mount_to;
use leptos::prelude::document;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::HtmlElement;

/// The element of `index.html` that the portal fills.
const MOUNT_POINT: &str = "portal";

/// Starts the portal: where another page asked for it, it waits to be told what to draw; else it draws itself.
pub fn start() {
    if !embed::offer() {
        mount_portal();
    }
}

/// Draws the portal into the element with the id `portal`; does nothing in a page without one.
fn mount_portal() {
    let element = document().get_element_by_id(MOUNT_POINT);
    let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) else {
        leptos::logging::error!("the page has no element with the id `{MOUNT_POINT}`");
        return;
    };
    mount_to(element, pages::App).forget();
}
