//! The language of one portal.

use leptos::prelude::*;

use super::latest_task::LatestTask;
use super::preferences;
use crate::parts::{PartMissing, words};
use crate::texts::{Language, NOTHING, Texts, pick_language};

const PREFERENCE: &str = "language";

/// The language that a portal speaks. Whoever changes it draws the portal anew.
#[derive(Clone, Copy)]
pub(crate) struct Tongue {
    texts: RwSignal<Option<&'static Texts>>,
    /// The language whose texts could not be fetched.
    pub(crate) missing: RwSignal<Option<&'static Language>>,
    /// Somebody chose another language: what they did it with is drawn anew, and wants the focus again.
    is_chosen: StoredValue<bool>,
    fetches: LatestTask,
}

impl Tongue {
    /// Speaks this language if it is given and spoken, else the one chosen before, else that of the browser, as
    /// soon as its texts are there.
    pub(crate) fn provide(language: Option<&str>) -> Self {
        let chosen = preferences::read(PREFERENCE);
        let browser = window().navigator().languages();
        let browser: Vec<String> = browser.iter().filter_map(|tag| tag.as_string()).collect();
        let wished = language.into_iter().chain(chosen.as_deref()).chain(browser.iter().map(String::as_str));
        let tongue = Self {
            texts: RwSignal::new(None),
            missing: RwSignal::new(None),
            is_chosen: StoredValue::new(false),
            fetches: LatestTask::new(),
        };
        provide_context(tongue);
        tongue.speak(pick_language(wished));
        tongue
    }

    /// The language that was provided above.
    pub(crate) fn used() -> Option<Self> {
        use_context()
    }

    /// What is spoken now; nothing until its texts are there.
    pub(crate) fn texts(self) -> Option<&'static Texts> {
        self.texts.get()
    }

    /// Speaks this language from now on, also next time. Where its texts cannot be fetched, nothing changes.
    pub(crate) fn choose(self, tag: &str) {
        preferences::write(PREFERENCE, tag);
        self.is_chosen.set_value(true);
        self.speak(pick_language([tag]));
    }

    /// Fetches the texts of this language and speaks it.
    pub(crate) fn speak(self, language: &'static Language) {
        self.missing.set(None);
        self.fetches.run(async move {
            match words(language.tag).await {
                Ok(texts) => self.texts.set(Some(texts)),
                Err(PartMissing) => self.missing.set(Some(language)),
            }
        });
    }

    /// True once after somebody chose a language.
    pub(crate) fn take_chosen(self) -> bool {
        self.is_chosen.try_update_value(std::mem::take).unwrap_or_default()
    }
}

/// The texts of the portal that the current component belongs to.
pub(crate) fn texts() -> &'static Texts {
    untrack(|| Tongue::used().and_then(Tongue::texts)).unwrap_or(&NOTHING)
}
