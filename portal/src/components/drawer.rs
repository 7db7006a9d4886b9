//! An incident beside the list, while the list stays usable; on a phone, over it.

use leptos::ev::{Event, KeyboardEvent};
use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::HtmlElement;

use super::{Deferred, IncidentView, Link, live};
use crate::model::Page;
use crate::parts;
use crate::state::{IncidentDesk, Keys, Navigation, RegionBoard, follow, texts};

/// The value of the address that names the incident.
const CHOSEN: &str = "incident";
/// Up to here a screen is too narrow for both, in pixels.
const NARROW: f64 = 768.0;

/// Shows the incident that the address names.
#[component]
pub(crate) fn Drawer(board: RegionBoard) -> impl IntoView {
    let chosen = Navigation::used().chosen(CHOSEN);
    let before = StoredValue::new_local(None::<HtmlElement>);
    let keys = Keys::used();
    follow(move || {
        if chosen.with(Option::is_none)
            && let Some(Some(element)) = before.try_update_value(Option::take)
        {
            let _ = element.focus();
            request_animation_frame(move || go_on_in_list(keys));
        }
    });
    live(move || {
        chosen.get().map(|id| {
            if before.with_value(Option::is_none) {
                let focused = document().active_element();
                before.set_value(focused.and_then(|element| element.dyn_into().ok()));
            }
            let fetch = move |()| parts::drawer(board, id.clone());
            view! { <Deferred fetch quiet=true /> }.into_any()
        })
    })
}

/// What had the focus before the drawer opened may be gone: its incident is closed.
fn go_on_in_list(keys: Keys) {
    let is_lost = document().active_element().is_none_or(|element| element.tag_name() == "BODY");
    if is_lost && let Some(Some(list)) = keys.list.try_get_untracked() {
        list.go_on();
    }
}

/// The drawer with its incident.
pub(crate) fn opened(board: RegionBoard, id: String) -> AnyView {
    let desk = IncidentDesk::open(id.clone(), Some(board));
    let navigation = Navigation::used();
    let leave = Callback::new(move |()| navigation.choose(CHOSEN, []));
    let dialog = NodeRef::<html::Dialog>::new();
    follow(move || {
        if let Some(dialog) = dialog.get() {
            show(&dialog);
        }
    });
    let cancel = move |event: Event| {
        event.prevent_default();
        leave.run(());
    };
    // Browsers tell it of modal dialogs only.
    let escape = move |event: KeyboardEvent| {
        if event.key() == "Escape" && !event.default_prevented() {
            event.prevent_default();
            leave.run(());
        }
    };
    let words = &texts().incident;
    view! {
        <dialog class="drawer" node_ref=dialog aria-labelledby="file-title" on:cancel=cancel on:keydown=escape>
            <div class="drawer__bar">
                <Link to=Page::Incident(id) class="button button--quiet">{words.open_page}</Link>
                <button type="button" class="button" on:click=move |_| leave.run(())>{words.close_view}</button>
            </div>
            <IncidentView desk leave />
        </dialog>
    }
    .into_any()
}

/// Over everything on a narrow screen, where nothing else would be seen; beside the list on a wide one.
fn show(dialog: &leptos::web_sys::HtmlDialogElement) {
    let width = window().inner_width().ok().and_then(|width| width.as_f64());
    if width.is_some_and(|width| width <= NARROW) {
        let _ = dialog.show_modal();
    } else {
        dialog.show();
    }
}
