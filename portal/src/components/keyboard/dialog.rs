//! What stands over everything until somebody leaves it. The browser keeps the focus in it, and gives it back.

use leptos::ev::Event;
use leptos::html;
use leptos::prelude::*;

use crate::state::{Keys, follow};

/// An open dialog.
pub(super) fn modal(
    keys: Keys,
    label: &'static str,
    dialog: NodeRef<html::Dialog>,
    content: AnyView,
) -> AnyView {
    follow(move || {
        if let Some(dialog) = dialog.get() {
            request_animation_frame(move || {
                if !dialog.open() {
                    let _ = dialog.show_modal();
                }
            });
        }
    });
    // The browser tells of `close` only later, and a key that is pressed before that would be lost.
    let cancel = move |event: Event| {
        event.prevent_default();
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
        keys.dialog.set(None);
    };
    let closed = move |_| {
        if dialog.try_get_untracked().flatten().is_some_and(|dialog| dialog.is_connected()) {
            keys.dialog.set(None);
        }
    };
    view! {
        <dialog class="dialog" aria-label=label node_ref=dialog on:cancel=cancel on:close=closed>
            {content}
        </dialog>
    }
    .into_any()
}
