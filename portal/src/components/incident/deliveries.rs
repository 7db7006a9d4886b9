//! Who was told, over which way, and what came of it.

use leptos::prelude::*;

use super::section;
use crate::model::Delivery;
use crate::state::{IncidentDesk, texts, zone_short};

pub(super) fn deliveries(desk: IncidentDesk) -> impl IntoView {
    let deliveries = desk.part(|file| file.deliveries.clone());
    move || {
        let deliveries = deliveries.get().unwrap_or_default();
        let zone = desk.time_zone();
        let body = match deliveries.is_empty() {
            true => view! { <p class="file__age">{texts().delivery.none}</p> }.into_any(),
            false => {
                let rows: Vec<AnyView> =
                    deliveries.iter().rev().map(|delivery| row(delivery, &zone)).collect();
                view! { <ul class="file__list">{rows}</ul> }.into_any()
            }
        };
        section(texts().delivery.title, body)
    }
}

fn row(delivery: &Delivery, zone: &str) -> AnyView {
    let error = delivery.last_error.as_ref().map(|error| {
        view! { <span class="file__warning">{texts().delivery.error.with(&[("error", error)])}</span> }
    });
    view! {
        <li class="file__row" data-wrong=delivery.is_bad().to_string()>
            <span class="timeline__when">{zone_short(delivery.when_ms(), zone)}</span>
            <span>{delivery.what(texts())}": "<b>{delivery.state_text(texts())}</b></span>
            {error}
        </li>
    }
    .into_any()
}
