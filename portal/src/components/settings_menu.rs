//! The way to what a person may choose for themselves.

use leptos::html;
use leptos::prelude::*;

use super::folded::{count, folded};
use super::icon::{Icon, Shape};
use crate::parts;
use crate::state::{Tongue, follow, texts};

const MENU: &str = "settings-menu";

/// A button that opens the choices.
#[component]
pub(super) fn SettingsMenu() -> impl IntoView {
    let (words, opener) = (&texts().shell, NodeRef::<html::Button>::new());
    let times_opened = RwSignal::new(0);
    focus_again(opener);
    view! {
        <button
            type="button"
            class="bar__link bar__opener"
            node_ref=opener
            popovertarget=MENU
            aria-label=words.settings
            title=words.settings
            on:click=move |_| count(times_opened)
        >
            <Icon shape=Shape::Settings />
        </button>
        <div id=MENU class="menu menu--settings" popover="auto">
            {folded(times_opened, parts::settings)}
        </div>
    }
}

/// Whoever chose a language finds the whole portal drawn anew, and goes on where languages are chosen.
fn focus_again(opener: NodeRef<html::Button>) {
    let is_chosen = Tongue::used().is_some_and(Tongue::take_chosen);
    follow(move || {
        if let Some(opener) = opener.get().filter(|_| is_chosen) {
            let _ = opener.focus();
        }
    });
}
