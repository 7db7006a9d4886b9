//! Where the person is, and how to get elsewhere.

use leptos::ev;
use leptos::prelude::*;

use super::follow::memo;
use leptos::web_sys::MouseEvent;
use leptos::web_sys::wasm_bindgen::JsValue;

use super::Host;
use crate::api::Server;
use crate::model::{Address, Page};

/// The address of one portal. A stand-alone portal shares it with its browser's tab; one that is embedded keeps it
/// to itself, because the tab belongs to somebody else.
#[derive(Clone, Copy)]
pub(crate) struct Navigation {
    address: RwSignal<Address>,
    /// Whom it is told to where somebody goes; the tab is somebody else's then.
    host: Option<Host>,
    /// Whether the tab's address is ours.
    owns_tab: bool,
}

impl Navigation {
    /// Begins where the tab is, for everything below the current component.
    pub(crate) fn provide_of_tab() {
        let navigation = Self { address: RwSignal::new(tab_address()), host: None, owns_tab: true };
        let listener = window_event_listener(ev::popstate, move |_| navigation.address.set(tab_address()));
        on_cleanup(move || listener.remove());
        provide_context(navigation);
    }

    /// Begins at this page, away from the tab's address.
    pub(crate) fn provide_embedded(page: Page, host: Option<Host>) {
        provide_context(Self { address: RwSignal::new(page.into()), host, owns_tab: false });
    }

    /// The navigation that was provided above; one that stands still if there is none.
    pub(crate) fn used() -> Self {
        use_context().unwrap_or_else(|| Self {
            address: RwSignal::new(Page::Overview.into()),
            host: None,
            owns_tab: false,
        })
    }

    /// Whether the tab is ours: its address, its title, and the keys that are pressed in it.
    pub(crate) fn owns_tab(self) -> bool {
        self.owns_tab
    }

    /// Where the person is.
    pub(crate) fn address(self) -> Address {
        self.address.get()
    }

    /// The page alone: changes only when the page does.
    pub(crate) fn page(self) -> Memo<Page> {
        memo(move || self.address.with(|address| address.page.clone()))
    }

    /// One value of what is chosen on the page.
    pub(crate) fn chosen(self, name: &'static str) -> Memo<Option<String>> {
        memo(move || self.address.with(|address| address.query.get(name).map(str::to_owned)))
    }

    /// Goes to an address; the way back leads here.
    pub(crate) fn go(self, address: impl Into<Address>) {
        let address = address.into();
        if self.owns_tab && self.address.with_untracked(|current| *current != address) {
            let _ = window()
                .history()
                .and_then(|history| history.push_state_with_url(&JsValue::NULL, "", Some(&address.text())));
            window().scroll_to_with_x_and_y(0.0, 0.0);
        }
        if let (Some(host), Page::Incident(id)) = (self.host, &address.page) {
            host.selected(id);
        }
        self.address.set(address);
    }

    /// Chooses something on the page; the way back does not lead over it.
    pub(crate) fn choose(self, name: &str, values: impl IntoIterator<Item = String>) {
        let address = self.address.with_untracked(|address| Address {
            page: address.page.clone(),
            query: address.query.clone().with(name, values),
        });
        if self.owns_tab {
            let _ = window().history().and_then(|history| {
                history.replace_state_with_url(&JsValue::NULL, "", Some(&address.text()))
            });
        }
        self.address.set(address);
    }

    /// What a link to a page needs: where it leads, and what a click on it does. A click with a key that opens a
    /// new tab is the browser's.
    pub(crate) fn link(self, address: Address) -> (String, impl Fn(MouseEvent) + Clone) {
        let href = Server::used().address(&address.text());
        let on_click = move |event: MouseEvent| {
            let elsewhere = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
            if !elsewhere && event.button() == 0 {
                event.prevent_default();
                self.go(address.clone());
            }
        };
        (href, on_click)
    }
}

fn tab_address() -> Address {
    let location = location();
    let (path, search) = (location.pathname().unwrap_or_default(), location.search().unwrap_or_default());
    Address::parse(&path, search.trim_start_matches('?'))
}
