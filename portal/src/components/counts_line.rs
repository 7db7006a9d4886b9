//! How many incidents stand in each state, as a line of numbers.

use leptos::prelude::*;

use crate::model::Counts;

/// Three numbers with their words.
#[component]
pub(crate) fn CountsLine(#[prop(into)] counts: Signal<Counts>) -> impl IntoView {
    view! {
        <dl class="counts">
            <Count name="Critical" kind="critical" value=move || counts.get().critical />
            <Count name="Open" kind="open" value=move || counts.get().open />
            <Count name="In progress" kind="in-progress" value=move || counts.get().in_progress />
        </dl>
    }
}

#[component]
fn Count(
    name: &'static str,
    kind: &'static str,
    value: impl Fn() -> u32 + Copy + Send + Sync + 'static,
) -> impl IntoView {
    view! {
        <div class="count" data-count=kind class:count--zero=move || value() == 0>
            <dt>{name}</dt>
            <dd>{value}</dd>
        </div>
    }
}
