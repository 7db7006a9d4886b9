//! Listens to keys.

use leptos::ev::{self, KeyboardEvent};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::Element;

use crate::model::{Press, action};
use crate::state::Keys;

/// Where keys are letters.
const FIELDS: &str = "input, textarea, select, [contenteditable], dialog";
const CONTROLS: &str = "a, button, summary";

/// Does what keys ask for, wherever in the tab they are pressed, until the current component goes.
pub(crate) fn listen(keys: Keys) {
    let listener = window_event_listener(ev::keydown, move |event| press(keys, &event));
    on_cleanup(move || listener.remove());
}

/// Does what this key asks for.
pub(crate) fn press(keys: Keys, event: &KeyboardEvent) {
    if event.default_prevented() || event.alt_key() || keys.dialog.with_untracked(Option::is_some) {
        return;
    }
    // Behind the border of a shadow tree only the path tells where it was.
    let target = event.composed_path().get(0).dyn_into::<Element>().ok();
    let is_in = |selector| target.as_ref().is_some_and(|one| matches!(one.closest(selector), Ok(Some(_))));
    let press = Press {
        control: event.ctrl_key() || event.meta_key(),
        elsewhere: is_in(FIELDS),
        on_control: is_in(CONTROLS),
        no_letters: !keys.letters.get_untracked(),
    };
    if let Some(action) = action(&event.key(), press, untrack(|| keys.scene())) {
        event.prevent_default();
        keys.act(action);
    }
}
