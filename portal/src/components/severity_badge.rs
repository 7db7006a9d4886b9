//! How bad it is: by shape, word and colour.

use leptos::prelude::*;

use super::icon::{Icon, Shape};
use crate::model::Severity;

/// Shows a severity.
#[component]
pub(crate) fn SeverityBadge(#[prop(into)] severity: Signal<Severity>) -> impl IntoView {
    let shape = Signal::derive(move || shape(severity.get()));
    view! {
        <span class="severity" data-severity=move || severity.get().text()>
            <Icon shape />
            {move || severity.get().text()}
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
