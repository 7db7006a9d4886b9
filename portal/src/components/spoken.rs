//! A portal in its language.

use leptos::prelude::*;

use super::live;
use crate::state::Tongue;
use crate::texts::{Language, Texts};

/// Draws the portal as soon as its texts are there, and anew in another language.
pub(crate) fn spoken(tongue: Tongue, draw: Callback<&'static Texts, AnyView>) -> AnyView {
    let drawn = live(move || tongue.texts().map(|texts| draw.run(texts)));
    let missing = live(move || tongue.missing.get().map(|language| explain(tongue, language)));
    view! {
        {missing}
        {drawn}
    }
    .into_any()
}

/// Says that a language is missing: the little that every portal can say in all of them.
fn explain(tongue: Tongue, language: &'static Language) -> AnyView {
    view! {
        <div class="content" lang=language.tag>
            <div class="notice" role="alert">
                <p>{language.missing}</p>
                <button type="button" class="button" on:click=move |_| tongue.speak(language)>
                    {language.try_again}
                </button>
            </div>
        </div>
    }
    .into_any()
}
