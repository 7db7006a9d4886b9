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
