//! The language of one portal.

use leptos::prelude::*;

use super::preferences;
use crate::texts::{Texts, pick};

const PREFERENCE: &str = "language";

/// The language that a portal speaks. Whoever changes it draws the portal anew.
#[derive(Clone, Copy)]
pub(crate) struct Tongue(RwSignal<&'static Texts>);

impl Tongue {
    /// Speaks this language if it is given and spoken, else the one chosen before, else that of the browser.
    pub(crate) fn provide(language: Option<&str>) -> Self {
        let chosen = preferences::read(PREFERENCE);
        let browser = window().navigator().languages();
        let browser: Vec<String> = browser.iter().filter_map(|tag| tag.as_string()).collect();
        let wished = language.into_iter().chain(chosen.as_deref()).chain(browser.iter().map(String::as_str));
        let tongue = Self(RwSignal::new(pick(wished)));
        provide_context(tongue);
        tongue
    }

    /// The language that was provided above.
    pub(crate) fn used() -> Self {
        use_context().unwrap_or_else(|| Self(RwSignal::new(pick([]))))
    }

    /// What is spoken now.
    pub(crate) fn texts(self) -> &'static Texts {
        self.0.get()
    }

    /// Speaks this language from now on, also next time.
    pub(crate) fn choose(self, tag: &str) {
        preferences::write(PREFERENCE, tag);
        self.0.set(pick([tag]));
    }
}

/// The texts of the portal that the current component belongs to.
pub(crate) fn texts() -> &'static Texts {
    untrack(|| Tongue::used().texts())
}
