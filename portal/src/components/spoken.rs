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

#[cfg(all(test, target_arch = "wasm32"))]
mod in_browser {
    use wasm_bindgen_test::wasm_bindgen_test;

    use crate::components::Loading;
    use crate::stage::{Stage, settle};
    use crate::state::Tongue;
    use leptos::prelude::*;

    #[wasm_bindgen_test]
    async fn what_is_shown_is_drawn_anew_in_the_language_that_somebody_chooses() {
        let chosen = StoredValue::new(None::<Tongue>);
        let stage = Stage::set(move || {
            chosen.set_value(Tongue::used());
            view! { <Loading /> }.into_any()
        })
        .await;
        let english = stage.text("[role=status]");
        chosen.get_value().unwrap().speak(crate::texts::pick_language(["fi"]));
        settle().await;
        assert_ne!(stage.text("[role=status]"), english);
    }
}
