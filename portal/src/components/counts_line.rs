//! How many incidents stand in each state, as a line of numbers.

use leptos::prelude::*;

use crate::model::Counts;
use crate::state::texts;

/// Three numbers with their words; with `all`, also what is muted, and what was closed last.
#[component]
pub(crate) fn CountsLine(#[prop(into)] counts: Signal<Counts>, #[prop(optional)] all: bool) -> impl IntoView {
    let texts = texts();
    let number = move |pick: fn(Counts) -> u32| Signal::derive(move || pick(counts.get()));
    view! {
        <dl class="counts">
            <Count name=texts.severity.critical kind="critical" value=number(|counts| counts.critical) />
            <Count name=texts.status.open kind="open" value=number(|counts| counts.open) />
            <Count name=texts.status.in_progress kind="in-progress" value=number(|counts| counts.in_progress) />
            {all.then(|| view! {
                <Count name=texts.overview.muted kind="muted" value=number(|counts| counts.muted) />
                <Count name=texts.overview.closed kind="closed" value=number(|counts| counts.closed) />
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
