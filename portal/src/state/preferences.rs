//! What a person chose in this browser. Where the browser keeps nothing, it is forgotten with the page.

use leptos::prelude::window;
use leptos::web_sys::Storage;

const PREFIX: &str = "cineportal.";

/// What was chosen before.
pub(crate) fn read(name: &str) -> Option<String> {
    storage()?.get_item(&format!("{PREFIX}{name}")).ok()?
}

/// Keeps a choice.
pub(crate) fn write(name: &str, value: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(&format!("{PREFIX}{name}"), value);
    }
}

fn storage() -> Option<Storage> {
    window().local_storage().ok()?
}
