//! What went wrong, and a way to try again.

use leptos::prelude::*;

use super::Notice;
use crate::state::texts;

/// Explains a trouble and offers to try again.
#[component]
pub(crate) fn ErrorNotice(
    #[prop(into)] text: Signal<String>,
    #[prop(into)] busy: Signal<bool>,
    #[prop(into)] retry: Callback<()>,
) -> impl IntoView {
    view! {
        <Notice text>
            <button type="button" class="button" disabled=busy on:click=move |_| retry.run(())>
                {texts().frame.try_again}
            </button>
        </Notice>
    }
}

#[cfg(all(test, target_arch = "wasm32"))]
mod in_browser {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::stage::{Stage, settle};

    #[wasm_bindgen_test]
    async fn a_trouble_is_told_at_once_and_tried_again_once_for_each_click_but_not_while_it_is_tried() {
        let (busy, tries) = (RwSignal::new(false), RwSignal::new(0));
        let retry = move || tries.update(|tries| *tries += 1);
        let stage =
            Stage::set(move || view! { <ErrorNotice text="It broke." busy retry /> }.into_any()).await;
        assert_eq!(stage.text("[role=alert] p"), "It broke.");
        stage.click("button").await;
        busy.set(true);
        settle().await;
        stage.click("button").await;
        assert_eq!(tries.get_untracked(), 1);
    }
}
