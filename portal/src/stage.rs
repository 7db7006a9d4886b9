//! A stage for components: each test of a component draws it into a real browser and looks at what stands there.
//! `cargo xtask test --only components` runs them all in Chromium.

use std::any::Any;

use futures::channel::oneshot;
use leptos::mount::mount_to;
use leptos::prelude::*;
use leptos::wasm_bindgen::{JsCast, JsValue, UnwrapThrowExt};
use leptos::web_sys::js_sys::{Array, Function, Object, Reflect};
use leptos::web_sys::{Event, HtmlElement, HtmlInputElement};
use wasm_bindgen_test::wasm_bindgen_test_configure;

use crate::api::{Server, sleep};
use crate::components::spoken;
use crate::model::Page;
use crate::state::{Clock, Keys, LiveStatus, Navigation, Tongue};

wasm_bindgen_test_configure!(run_in_browser);

/// For what waits for an answer that comes at once.
const MOMENT_MS: i64 = 20;
/// After so many looks it will not come.
const LOOKS: u32 = 250;

/// A piece of the portal on a page, in English, without a server; gone when it is dropped.
pub(crate) struct Stage {
    root: HtmlElement,
    _mounted: Box<dyn Any>,
}

impl Stage {
    /// Draws, and waits until it stands there.
    pub(crate) async fn set(draw: impl Fn() -> AnyView + Send + Sync + 'static) -> Self {
        let root: HtmlElement = document().create_element("div").unwrap_throw().unchecked_into();
        document().body().unwrap_throw().append_child(&root).unwrap_throw();
        let mounted = mount_to(root.clone(), move || {
            Server::provide(location().origin().unwrap_or_default());
            Clock::provide();
            LiveStatus::provide();
            Navigation::provide_embedded(Page::Region("denmark".to_owned()), None);
            Keys::provide();
            spoken(Tongue::provide(Some("en")), Callback::new(move |_| draw()))
        });
        settle().await;
        Self { root, _mounted: Box::new(mounted) }
    }

    /// The first element of this selector; fails the test where there is none.
    pub(crate) fn find(&self, selector: &str) -> HtmlElement {
        let found = self.root.query_selector(selector).unwrap_throw();
        found.unwrap_or_else(|| panic!("no {selector} in {}", self.root.inner_html())).unchecked_into()
    }

    /// How many elements there are of this selector.
    pub(crate) fn count(&self, selector: &str) -> u32 {
        self.root.query_selector_all(selector).unwrap_throw().length()
    }

    /// What the first element of this selector says.
    pub(crate) fn text(&self, selector: &str) -> String {
        self.find(selector).text_content().unwrap_or_default()
    }

    /// An attribute of the first element of this selector.
    pub(crate) fn attribute(&self, selector: &str, name: &str) -> Option<String> {
        self.find(selector).get_attribute(name)
    }

    /// Waits until this is so; fails the test if it never is.
    pub(crate) async fn until(&self, so: impl Fn(&Self) -> bool) {
        for _ in 0..LOOKS {
            if so(self) {
                return;
            }
            settle().await;
        }
        panic!("it never came: {}", self.root.inner_html());
    }

    /// Clicks on the first element of this selector.
    pub(crate) async fn click(&self, selector: &str) {
        self.find(selector).click();
        settle().await;
    }

    /// Presses a key where the focus is.
    pub(crate) async fn press(&self, key: &str) {
        let focused = document().active_element().unwrap_throw();
        focused.dispatch_event(&event("KeyboardEvent", "keydown", &[("key", key.into())])).unwrap_throw();
        settle().await;
    }

    /// Writes into the first field of this selector, and leaves the focus in it.
    pub(crate) async fn fill(&self, selector: &str, text: &str) {
        let field = self.find(selector);
        field.focus().unwrap_throw();
        field.unchecked_ref::<HtmlInputElement>().set_value(text);
        field.dispatch_event(&event("InputEvent", "input", &[])).unwrap_throw();
        settle().await;
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.root.remove();
    }
}

/// An event as the browser makes it, which bubbles and can be prevented.
fn event(class: &str, name: &str, more: &[(&str, JsValue)]) -> Event {
    let init = Object::new();
    for (name, value) in [("bubbles", true.into()), ("cancelable", true.into())].iter().chain(more) {
        Reflect::set(&init, &(*name).into(), value).unwrap_throw();
    }
    let class: Function = Reflect::get(&window(), &class.into()).unwrap_throw().unchecked_into();
    Reflect::construct(&class, &Array::of2(&name.into(), &init)).unwrap_throw().unchecked_into()
}

/// Waits until what was begun is on the page: also what the browser puts off to its next frames.
pub(crate) async fn settle() {
    for _ in 0..2 {
        let (drawn, frame) = oneshot::channel();
        request_animation_frame(move || drop(drawn.send(())));
        let _ = frame.await;
    }
    sleep(MOMENT_MS).await;
}
