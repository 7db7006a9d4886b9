//! All keys of the page at a glance, and a way to do without single letters.

use leptos::html;
use leptos::prelude::*;

use super::dialog::modal;
use crate::model::{SHORTCUTS, Shortcut};
use crate::state::{Keys, texts};

pub(crate) fn draw(keys: Keys) -> AnyView {
    let words = &texts().keys;
    let dialog = NodeRef::<html::Dialog>::new();
    let scene = untrack(|| keys.scene());
    let shown = SHORTCUTS.iter().filter(|one| !one.keys.is_empty() && one.on.is_key_in(scene));
    let lines: Vec<AnyView> = shown.map(line).collect();
    let content = view! {
        <h2 class="dialog__title">{words.title}</h2>
        <dl class="keys">{lines}</dl>
        <label class="keys__switch">
            <input
                type="checkbox"
                prop:checked=keys.letters
                on:change=move |event| keys.choose_letters(event_target_checked(&event))
            />
            {words.letters}
        </label>
        <button type="button" class="button" on:click=move |_| dialog.get_untracked().into_iter().for_each(|one| one.close())>
            {words.done}
        </button>
    };
    modal(keys, words.title, dialog, content.into_any())
}

fn line(shortcut: &Shortcut) -> AnyView {
    let keys: Vec<AnyView> =
        shortcut.keys.iter().map(|key| view! { <kbd>{shown(key)}</kbd> }.into_any()).collect();
    view! { <div class="keys__line"><dt>{keys}</dt><dd>{(shortcut.text)(texts())}</dd></div> }.into_any()
}

/// A key as it is printed on a keyboard.
pub(super) fn shown(key: &'static str) -> &'static str {
    match key {
        "ArrowDown" => "↓",
        "ArrowUp" => "↑",
        "Escape" => "Esc",
        other => other,
    }
}
