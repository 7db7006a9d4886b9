//! What was closed at the same machine before, and what helped.

use leptos::prelude::*;

use super::section;
use crate::components::Link;
use crate::model::{Earlier, Page, age_text};
use crate::state::{IncidentDesk, texts, zone_short};

pub(super) fn earlier(desk: IncidentDesk) -> impl IntoView {
    let earlier = desk.part(|file| file.machine.as_ref().map(|_| file.earlier.clone()));
    move || {
        let words = &texts().incident;
        let zone = desk.time_zone();
        let body = match earlier.get().flatten()? {
            None => hint(words.earlier_unknown),
            Some(earlier) if earlier.is_empty() => hint(words.earlier_none),
            Some(earlier) => {
                let rows: Vec<AnyView> = earlier.into_iter().map(|one| row(one, &zone)).collect();
                view! { <ul class="file__list">{rows}</ul> }.into_any()
            }
        };
        Some(section(words.earlier, body))
    }
}

fn hint(text: &'static str) -> AnyView {
    view! { <p class="file__age">{text}</p> }.into_any()
}

fn row(earlier: Earlier, zone: &str) -> AnyView {
    let words = &texts().incident;
    let reason = earlier.reason.map_or(words.unknown, |reason| reason.text(texts()));
    let ended = earlier.closed_at_ms.map(|closed_at_ms| {
        let time = age_text(texts(), earlier.opened_at_ms, closed_at_ms);
        words.earlier_ended.with(&[("reason", reason), ("time", &time)])
    });
    let solved = earlier
        .solution
        .map(|text| view! { <span class="file__solved">{words.solved.with(&[("text", &text)])}</span> });
    view! {
        <li class="file__row">
            <span class="timeline__when">{zone_short(earlier.opened_at_ms, zone)}</span>
            <span><Link to=Page::Incident(earlier.id)>{earlier.number}</Link>" "{earlier.title}". "{ended}</span>
            {solved}
        </li>
    }
    .into_any()
}
