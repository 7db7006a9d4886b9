//! An incident in one line, as a link; for places that only point at it.

use leptos::prelude::*;

use super::Link;
use super::severity_badge::SeverityBadge;
use super::status_chip::StatusChip;
use crate::model::{Incident, Page, age_text};
use crate::state::{Clock, texts, zone_text};

/// Number, title, and since when; or when it closed, after how long, and why.
#[component]
pub(crate) fn IncidentLine(incident: Incident, #[prop(into)] time_zone: Signal<String>) -> impl IntoView {
    let when = match incident.closed_at_ms {
        Some(closed_at_ms) => closed_text(&incident, closed_at_ms, &time_zone.get_untracked()).into(),
        None => open_text(incident.opened_at_ms),
    };
    let number = incident.number.clone();
    let shown = number.clone();
    view! {
        <li class="line" data-incident=number>
            <SeverityBadge severity=incident.severity />
            <Link to=Page::Incident(incident.id) class="line__link">
                <span class="line__number">{shown}</span>
                " "
                {incident.title}
            </Link>
            <StatusChip status=incident.status />
            <span class="line__when">{when}</span>
        </li>
    }
}

fn open_text(opened_at_ms: i64) -> Signal<String> {
    let clock = Clock::used();
    Signal::derive(move || {
        texts().machine.open_for.with(&[("age", &age_text(texts(), opened_at_ms, clock.now_ms()))])
    })
}

fn closed_text(incident: &Incident, closed_at_ms: i64, time_zone: &str) -> String {
    let time = age_text(texts(), incident.opened_at_ms, closed_at_ms);
    let when = zone_text(closed_at_ms, time_zone);
    let text = texts().machine.took.with(&[("when", &when), ("time", &time)]);
    match incident.close_reason {
        Some(reason) => [&text, ". ", reason.text(texts())].concat(),
        None => text,
    }
}
