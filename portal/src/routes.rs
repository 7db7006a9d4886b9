//! Every address of the portal, in one place.

use leptos::prelude::*;
use leptos::web_sys::js_sys::encode_uri_component;
use leptos_router::components::{Route, Routes};
use leptos_router::path;

use crate::components::Deferred;
use crate::pages::{NotFoundPage, RegionPage};
use crate::parts;

/// The name of the part of an address that holds a region's identifier.
pub(crate) const REGION_PARAM: &str = "id";

/// The address of the overview.
pub(crate) const OVERVIEW: &str = "/";

/// The address of a region's page.
pub(crate) fn region(id: &str) -> String {
    format!("/regions/{}", encode_uri_component(id))
}

/// Draws the page that belongs to the address.
#[component]
pub(crate) fn Pages() -> impl IntoView {
    view! {
        <Routes fallback=NotFoundPage>
            <Route path=path!("/") view=|| view! { <Deferred what="regions" fetch=parts::overview /> } />
            <Route path=path!("/regions/:id") view=RegionPage />
        </Routes>
    }
}
