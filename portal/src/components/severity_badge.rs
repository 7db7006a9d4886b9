//! How bad it is: by shape, word and colour.

use leptos::prelude::*;

use super::icon::{Icon, Shape};
use crate::model::Severity;
use crate::state::texts;

/// Shows a severity.
#[component]
pub(crate) fn SeverityBadge(#[prop(into)] severity: Signal<Severity>) -> impl IntoView {
    let (word, text) =
        (Signal::derive(move || severity.get().word()), Signal::derive(move || severity.get().text(texts())));
    let shape = Signal::derive(move || shape(severity.get()));
    view! {
        <span class="severity" data-severity=word>
            <Icon shape />
            {text}
        </span>
    }
}

fn shape(severity: Severity) -> Shape {
    match severity {
        Severity::Critical => Shape::Critical,
        Severity::Warning => Shape::Warning,
        Severity::Info => Shape::Info,
    }
}

#[cfg(all(test, target_arch = "wasm32"))]
mod in_browser {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::stage::{Stage, settle};

    #[wasm_bindgen_test]
    async fn a_severity_is_told_by_a_word_and_a_shape_not_by_colour_alone() {
        let severity = RwSignal::new(Severity::Warning);
        let stage = Stage::set(move || view! { <SeverityBadge severity /> }.into_any()).await;
        let warning = stage.find("svg").inner_html();
        assert_eq!(stage.text(".severity"), "Warning");
        severity.set(Severity::Critical);
        settle().await;
        assert_eq!(stage.text(".severity"), "Critical");
        assert_ne!(stage.find("svg").inner_html(), warning);
    }
}
