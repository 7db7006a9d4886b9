//! Keys and commands, on every page: who listens, and what stands over the page when somebody asks.

mod dialog;
mod help;
mod listen;
mod palette;
mod palette_lines;

pub(crate) use help::draw as help;
pub(crate) use listen::{listen, press};
pub(crate) use palette::draw as palette;

use leptos::prelude::*;

use crate::components::{Deferred, live};
use crate::parts;
use crate::state::{Dialog, Keys};

/// The palette or the help, while somebody looks at it.
pub(crate) fn dialogs(keys: Keys) -> AnyView {
    live(move || {
        keys.dialog.get().map(|dialog| {
            let fetch = move |()| match dialog {
                Dialog::Palette => parts::palette(keys),
                Dialog::Help => parts::help(keys),
            };
            view! { <Deferred fetch quiet=true /> }.into_any()
        })
    })
}

#[cfg(all(test, target_arch = "wasm32"))]
mod in_browser {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::stage::{Stage, settle};

    #[wasm_bindgen_test]
    async fn the_help_stands_over_the_page_and_goes_with_its_button() {
        let stage = Stage::set(|| dialogs(Keys::used())).await;
        assert_eq!(stage.count("dialog"), 0);
        let opened = Stage::set(|| {
            let keys = Keys::used();
            keys.dialog.set(Some(Dialog::Help));
            dialogs(keys)
        })
        .await;
        settle().await;
        assert_eq!(opened.count("dialog:modal"), 1);
        opened.click("dialog button:last-of-type").await;
        assert_eq!(opened.count("dialog"), 0);
    }

    #[wasm_bindgen_test]
    async fn the_palette_finds_a_command_by_its_name_and_runs_it_with_the_keyboard_alone() {
        let shown = StoredValue::new(None::<Keys>);
        let stage = Stage::set(move || {
            let keys = Keys::used();
            shown.set_value(Some(keys));
            keys.dialog.set(Some(Dialog::Palette));
            dialogs(keys)
        })
        .await;
        let all = stage.count("[role=option]");
        stage.fill("[role=combobox]", "shortcuts").await;
        assert!(stage.count("[role=option]") < all, "{all} before");
        assert_eq!(stage.count("[aria-selected=true]"), 1);
        stage.press("Enter").await;
        assert_eq!(shown.get_value().unwrap().dialog.get_untracked(), Some(Dialog::Help));
    }
}
