//! The last incidents that were closed.

use leptos::prelude::*;

use super::live;
use super::severity_badge::SeverityBadge;
use crate::model::{CloseReason, Incident};
use crate::state::{RegionBoard, memo, texts, zone_text};

/// How many are shown.
const SHOWN: usize = 10;

/// The recently closed incidents of a board.
pub(crate) fn closed_rows(board: RegionBoard) -> AnyView {
    let closed = memo(move || board.list.with(|list| list.recently_closed().to_vec()));
    let rows = live(move || {
        let zone = board.time_zone();
        let rows = closed.get().into_iter().take(SHOWN);
        rows.map(|incident| closed_row(incident, &zone)).collect::<Vec<AnyView>>()
    });
    view! { <ul class="closed__list">{rows}</ul> }.into_any()
}

fn closed_row(incident: Incident, zone: &str) -> AnyView {
    let closed_at = incident.closed_at_ms.map(|at_ms| zone_text(at_ms, zone));
    let reason = incident.close_reason.map(|reason: CloseReason| reason.text(texts()));
    let place = incident.place();
    let (number, machine) = (incident.number.clone(), incident.machine.clone());
    view! {
        <li class="closed__row" data-incident=number data-machine=machine>
            <SeverityBadge severity=incident.severity />
            <span class="incident__number">{incident.number}</span>
            <span class="closed__title">{incident.title}<span class="closed__place">{place}</span></span>
            <span class="closed__when">{closed_at}<span class="closed__reason">{reason}</span></span>
        </li>
    }
    .into_any()
}
