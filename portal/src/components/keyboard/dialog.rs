//! What stands over everything until somebody leaves it. The browser keeps the focus in it, and gives it back.

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
    view! {
        <dialog class="dialog" aria-label=label node_ref=dialog on:close=move |_| keys.dialog.set(None)>
            {content}
        </dialog>
    }
    .into_any()
}
