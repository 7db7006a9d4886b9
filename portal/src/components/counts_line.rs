//! How many incidents stand in each state, as a line of numbers.

use leptos::prelude::*;

use crate::model::Counts;
use crate::state::texts;

/// Three numbers with their words; with `all`, also what is muted, and what was closed last.
#[component]
pub(crate) fn CountsLine(#[prop(into)] counts: Signal<Counts>, #[prop(optional)] all: bool) -> impl IntoView {
    let words = &texts().counts;
    let number = move |pick: fn(Counts) -> u32| Signal::derive(move || pick(counts.get()));
    view! {
        <dl class="counts">
            <Count name=words.critical kind="critical" value=number(|counts| counts.critical) />
            <Count name=words.open kind="open" value=number(|counts| counts.open) />
            <Count name=words.in_progress kind="in-progress" value=number(|counts| counts.in_progress) />
            {all.then(|| view! {
                <Count name=words.muted kind="muted" value=number(|counts| counts.muted) />
                <Count name=words.closed kind="closed" value=number(|counts| counts.closed) />
            })}
        </dl>
    }
}

#[component]
fn Count(name: &'static str, kind: &'static str, value: Signal<u32>) -> impl IntoView {
    let class = Signal::derive(move || if value.get() == 0 { "count count--zero" } else { "count" });
    let value = Signal::derive(move || value.get().to_string());
    view! {
        <div class=class data-count=kind>
            <dt>{name}</dt>
            <dd>{value}</dd>
        </div>
    }
}

#[cfg(all(test, target_arch = "wasm32"))]
mod in_browser {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::stage::{Stage, settle};

    #[wasm_bindgen_test]
    async fn numbers_follow_what_they_count_and_nothing_is_pale() {
        let counts = RwSignal::new(Counts::default());
        let stage = Stage::set(move || view! { <CountsLine counts /> }.into_any()).await;
        assert_eq!(stage.attribute("[data-count=critical]", "class").as_deref(), Some("count count--zero"));
        counts.set(Counts { critical: 3, ..Counts::default() });
        settle().await;
        assert_eq!(stage.text("[data-count=critical] dd"), "3");
        assert_eq!(stage.attribute("[data-count=critical]", "class").as_deref(), Some("count"));
    }

    #[wasm_bindgen_test]
    async fn what_is_muted_and_closed_is_counted_only_where_it_is_wanted() {
        let counts = Signal::stored(Counts::default());
        assert_eq!(Stage::set(move || view! { <CountsLine counts /> }.into_any()).await.count("dd"), 3);
        assert_eq!(
            Stage::set(move || view! { <CountsLine counts all=true /> }.into_any()).await.count("dd"),
            5
        );
    }
}
