//! One incident, alone: to work on, to send around, to print.

use leptos::prelude::*;

use crate::components::{IncidentView, Link, OldDataNotice};
use crate::model::Page;
use crate::state::{IncidentDesk, Navigation, texts, use_title};

/// The page of an incident.
#[component]
pub(crate) fn IncidentPage(id: String) -> impl IntoView {
    let words = &texts().incident;
    let desk = IncidentDesk::open(id, None);
    let region = desk.part(|file| file.region.clone());
    let navigation = Navigation::used();
    let leave = Callback::new(move |()| {
        if let Some(region) = region.get_untracked() {
            navigation.go(Page::Region(region.id));
        }
    });
    let number = desk.part(|file| file.incident.number.clone());
    let title = move || words.label.with(&[("number", &number.get().unwrap_or_default())]);
    use_title(title, || 0);
    let back = move || {
        region.get().map(|region| {
            let text = words.region.with(&[("region", &region.name)]);
            view! { <Link to=Page::Region(region.id) class="button button--quiet">{text}</Link> }
        })
    };
    let print = move |_| {
        let _ = window().print();
    };
    view! {
        <div class="page-head">
            <h1>{title}</h1>
            <div class="file__buttons">
                {back} <button type="button" class="button" on:click=print>{words.print}</button>
            </div>
        </div>
        <OldDataNotice />
        <IncidentView desk leave />
    }
}
