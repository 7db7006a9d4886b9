//! A way to another page of the portal.

use leptos::prelude::*;

use crate::model::Page;
use crate::state::Navigation;

/// A link to a page; marks itself when it leads to the page that is shown.
#[component]
pub(crate) fn Link(to: Page, #[prop(optional)] class: &'static str, children: Children) -> impl IntoView {
    let navigation = Navigation::used();
    let page = navigation.page();
    let (href, on_click) = navigation.link(to.clone().into());
    let current = Signal::derive(move || (page.get() == to).then_some("page"));
    view! {
        <a href=href class=class aria-current=current on:click=on_click>
            {children()}
        </a>
    }
}
