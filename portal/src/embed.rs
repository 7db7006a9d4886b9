//! Portals inside pages of others. `embed/embed.js` starts this program there and asks it for regions; the two find
//! each other by an event, so that nothing is left in the page's global names.

use std::cell::Cell;
use std::rc::Rc;

use leptos::mount::mount_to;
use leptos::prelude::*;
use leptos::wasm_bindgen::prelude::Closure;
use leptos::wasm_bindgen::{JsCast, JsValue};
use leptos::web_sys::js_sys::{Function, Object, Reflect};
use leptos::web_sys::{CustomEvent, CustomEventInit, HtmlElement};

use crate::api::Server;
use crate::model::Embedding;
use crate::pages::EmbeddedRegion;
use crate::state::Host;

/// Carries `mount`; whoever takes it cancels the event, and may give this program a `name`.
const OFFER: &str = "cineportal-offer";
/// Tells that the program of this `name` broke.
const CRASH: &str = "cineportal-crash";

/// Offers itself; true if somebody took the offer, so that nothing is drawn until they ask.
pub(crate) fn offer() -> bool {
    let detail = Object::new();
    let mount = Closure::<dyn Fn(JsValue) -> JsValue>::new(|wish| mount(&wish)).into_js_value();
    let _ = Reflect::set(&detail, &"mount".into(), &mount);
    let taken = !tell(OFFER, &detail);
    if let Some(name) = text(&detail, "name").filter(|_| taken) {
        std::panic::set_hook(Box::new(move |panic| tell_crash(&name, &panic.to_string())));
    }
    taken
}

/// Draws a region into an element; gives the function that takes it away, and another one below its `renew`, which
/// brings another token.
fn mount(wish: &JsValue) -> JsValue {
    let Ok(root) = value(wish, "root").dyn_into::<HtmlElement>() else { return JsValue::UNDEFINED };
    let wished = Embedding::new(
        &text(wish, "region").unwrap_or_default(),
        text(wish, "panels").as_deref(),
        text(wish, "language").as_deref(),
        "",
    );
    let (origin, token) = (text(wish, "origin").unwrap_or_default(), text(wish, "token"));
    let tell = value(wish, "tell").dyn_into::<Function>().ok();
    let used = Rc::new(Cell::new(None));
    let known = Rc::clone(&used);
    let handle = mount_to(root, move || {
        known.set(Some(Server::provide_embedded(origin, token)));
        let host = tell.map(Host::provide);
        view! { <EmbeddedRegion wished host /> }
    });
    let unmount = Closure::once_into_js(move || drop(handle));
    let renew = move |token: JsValue| {
        used.get().into_iter().for_each(|server: Server| server.renew(token.as_string()));
    };
    let renew = Closure::<dyn Fn(JsValue)>::new(renew).into_js_value();
    let _ = Reflect::set(&unmount, &"renew".into(), &renew);
    unmount
}

/// A program that broke may run no more than this.
fn tell_crash(name: &str, message: &str) {
    leptos::logging::error!("{message}");
    let detail = Object::new();
    let _ = Reflect::set(&detail, &"name".into(), &name.into());
    tell(CRASH, &detail);
}

/// False if somebody cancelled the event.
fn tell(name: &str, detail: &Object) -> bool {
    let init = CustomEventInit::new();
    init.set_cancelable(true);
    init.set_detail(detail);
    let event = CustomEvent::new_with_event_init_dict(name, &init);
    event.and_then(|event| window().dispatch_event(&event)).unwrap_or(true)
}

fn value(of: &JsValue, name: &str) -> JsValue {
    Reflect::get(of, &name.into()).unwrap_or_default()
}

fn text(of: &JsValue, name: &str) -> Option<String> {
    value(of, name).as_string()
}
