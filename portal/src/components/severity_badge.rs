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
