//! What the alert says: description, links, labels; and the machines of an outage.

use leptos::prelude::*;

use super::section;
use crate::components::Link;
use crate::model::{OutageMember, Page};
use crate::state::{IncidentDesk, texts, zone_short};

pub(super) fn description(desk: IncidentDesk) -> impl IntoView {
    let description = desk.part(|file| file.description.clone());
    move || {
        let description = description.get().filter(|description| !description.is_empty());
        description.map(|text| {
            section(texts().incident.description, view! { <p class="file__text">{text}</p> }.into_any())
        })
    }
}

pub(super) fn links(desk: IncidentDesk) -> impl IntoView {
    let links = desk.part(|file| file.links.clone());
    move || {
        let links = links.get().filter(|links| !links.is_empty())?;
        let links: Vec<AnyView> = links
            .into_iter()
            .map(|link| {
                let (title, url) = (link.title().to_owned(), link.url().to_owned());
                view! { <li><a href=url target="_blank" rel="noopener noreferrer">{title}</a></li> }
                    .into_any()
            })
            .collect();
        Some(section(texts().incident.links, view! { <ul class="file__links">{links}</ul> }.into_any()))
    }
}

pub(super) fn labels(desk: IncidentDesk) -> impl IntoView {
    let labels = desk.part(|file| file.labels.clone());
    move || {
        let labels = labels.get().filter(|labels| !labels.is_empty())?;
        let labels: Vec<AnyView> = labels
            .into_iter()
            .map(|label| view! { <div><dt>{label.name}</dt><dd>{label.value}</dd></div> }.into_any())
            .collect();
        Some(section(texts().incident.labels, view! { <dl class="detail__labels">{labels}</dl> }.into_any()))
    }
}

pub(super) fn members(desk: IncidentDesk) -> impl IntoView {
    let members = desk.part(|file| file.members.clone());
    move || {
        let members = members.get().filter(|members| !members.is_empty())?;
        let zone = desk.time_zone();
        let members: Vec<AnyView> = members.into_iter().map(|one| member(one, &zone)).collect();
        Some(section(texts().incident.members, view! { <ul class="file__list">{members}</ul> }.into_any()))
    }
}

fn member(member: OutageMember, zone: &str) -> AnyView {
    let words = &texts().incident;
    let state = match member.recovered_at_ms {
        Some(at_ms) => words.member_works.with(&[("at", &zone_short(at_ms, zone))]),
        None => words.member_fails.with(&[("at", &zone_short(member.joined_at_ms, zone))]),
    };
    let incident = member.incident.map(|(id, number)| view! { <Link to=Page::Incident(id)>{number}</Link> });
    view! { <li class="file__row"><code>{member.machine}</code><span>{state}</span>{incident}</li> }
        .into_any()
}
