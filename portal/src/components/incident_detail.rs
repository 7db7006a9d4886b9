//! What came with the alert. All of it is text; only web addresses become links.

use leptos::prelude::*;

use crate::model::{Incident, Label, WebLink};
use crate::state::{RegionBoard, zone_text};

/// Description, labels and links of an incident.
#[component]
pub(super) fn IncidentDetail(board: RegionBoard, incident: Memo<Incident>) -> impl IntoView {
    move || {
        let incident = incident.get();
        let opened = format!("Opened {}", zone_text(incident.opened_at_ms, &board.time_zone()));
        view! {
            <div class="detail">
                <p class="detail__opened">{opened}</p>
                <Description text=incident.description />
                <Links links=incident.links />
                <Labels error_id=incident.error_id labels=incident.labels />
            </div>
        }
    }
}

#[component]
fn Description(text: String) -> impl IntoView {
    let text = if text.trim().is_empty() { "No description came with this alert.".to_owned() } else { text };
    view! { <p class="detail__text">{text}</p> }
}

#[component]
fn Links(links: Vec<WebLink>) -> impl IntoView {
    let link = |link: WebLink| {
        view! {
            <li>
                <a href=link.url().to_owned() target="_blank" rel="noopener noreferrer">{link.title().to_owned()}</a>
            </li>
        }
    };
    (!links.is_empty())
        .then(|| view! { <ul class="detail__links">{links.into_iter().map(link).collect_view()}</ul> })
}

#[component]
fn Labels(error_id: String, labels: Vec<Label>) -> impl IntoView {
    let first = Label { name: "error".to_owned(), value: error_id };
    let label = |label: Label| {
        view! {
            <div>
                <dt>{label.name}</dt>
                <dd>{label.value}</dd>
            </div>
        }
    };
    view! {
        <dl class="detail__labels">{std::iter::once(first).chain(labels).map(label).collect_view()}</dl>
    }
}
