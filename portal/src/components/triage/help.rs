//! All keys at a glance, and a way to do without single letters.

use leptos::html;
use leptos::prelude::*;

use super::dialog::modal;
use crate::model::SHORTCUTS;
use crate::state::{Triage, texts};

pub(crate) fn draw(triage: Triage) -> AnyView {
    let words = &texts().keys;
    let dialog = NodeRef::<html::Dialog>::new();
    let lines: Vec<AnyView> = SHORTCUTS
        .iter()
        .filter(|shortcut| !shortcut.keys.is_empty())
        .map(|shortcut| {
            let keys: Vec<AnyView> =
                shortcut.keys.iter().map(|key| view! { <kbd>{shown(key)}</kbd> }.into_any()).collect();
            view! { <div class="keys__line"><dt>{keys}</dt><dd>{(shortcut.text)(texts())}</dd></div> }
                .into_any()
        })
        .collect();
    let content = view! {
        <h2 class="dialog__title">{words.title}</h2>
        <dl class="keys">{lines}</dl>
        <label class="keys__switch">
            <input
                type="checkbox"
                prop:checked=triage.letters
                on:change=move |event| triage.choose_letters(event_target_checked(&event))
            />
            {words.letters}
        </label>
        <button type="button" class="button" on:click=move |_| dialog.get_untracked().into_iter().for_each(|one| one.close())>
            {words.done}
        </button>
    };
    modal(triage, words.title, dialog, content.into_any())
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
