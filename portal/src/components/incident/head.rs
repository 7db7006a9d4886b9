//! What, where, since when, until when, by whom.

use leptos::prelude::*;

use crate::components::severity_badge::SeverityBadge;
use crate::components::status_chip::StatusChip;
use crate::components::{Link, next_show_text};
use crate::model::{Incident, NextShow, Page, Severity, Status, age_text};
use crate::state::{Clock, IncidentDesk, texts, zone_text};

pub(super) fn head(desk: IncidentDesk) -> AnyView {
    let shown = desk.shown();
    let text = move |pick: fn(&Incident) -> String| {
        Signal::derive(move || shown.with(|shown| shown.as_ref().map(pick).unwrap_or_default()))
    };
    let severity = Signal::derive(move || {
        shown.with(|shown| shown.as_ref().map_or(Severity::Info, |shown| shown.severity))
    });
    let status =
        Signal::derive(move || shown.with(|shown| shown.as_ref().map_or(Status::Open, |shown| shown.status)));
    let busy = Signal::derive(move || desk.commands.pending.with(Option::is_some).to_string());
    view! {
        <header class="file__head" aria-busy=busy>
            <div class="file__marks">
                <SeverityBadge severity />
                <StatusChip status />
                <span class="incident__number">{text(|incident| incident.number.clone())}</span>
                <span class="file__pending">{pending(desk)}</span>
            </div>
            <h2 class="file__title" id="file-title">{text(|incident| incident.title.clone())}</h2>
            <dl class="facts">
                {fact(texts().incident.place, place(desk))}
                {fact(texts().incident.since, since(desk))}
                {closed(desk)}
                {fact(texts().incident.next_show, next_show(desk))}
                {fact(texts().incident.works_on_it, assignee(desk))}
            </dl>
            {outage(desk)}
            <p class="file__age">{age(desk)}</p>
        </header>
    }
    .into_any()
}

fn fact(name: &'static str, value: Signal<String>) -> AnyView {
    view! { <div class="fact"><dt>{name}</dt><dd>{value}</dd></div> }.into_any()
}

fn pending(desk: IncidentDesk) -> Signal<&'static str> {
    let words = &texts().commands;
    Signal::derive(move || if desk.commands.pending.with(Option::is_some) { words.pending } else { "" })
}

fn place(desk: IncidentDesk) -> Signal<String> {
    let shown = desk.shown();
    let place = move |shown: &Incident| {
        let machine = shown.machine.clone().unwrap_or_default();
        [shown.place(), machine].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
    };
    Signal::derive(move || {
        let place = shown.with(|shown| shown.as_ref().map(place)).unwrap_or_default();
        if place.is_empty() { texts().incident.unknown.to_owned() } else { place }
    })
}

fn since(desk: IncidentDesk) -> Signal<String> {
    let (shown, clock) = (desk.shown(), Clock::used());
    Signal::derive(move || {
        let Some(opened_at_ms) = shown.with(|shown| shown.as_ref().map(|shown| shown.opened_at_ms)) else {
            return String::new();
        };
        aged(&zone_text(opened_at_ms, &desk.time_zone()), opened_at_ms, clock.now_ms())
    })
}

/// When and why it closed, if it did.
fn closed(desk: IncidentDesk) -> impl IntoView {
    let shown = desk.shown();
    move || {
        let incident = shown.get()?;
        let at = zone_text(incident.closed_at_ms?, &desk.time_zone());
        let reason = incident.close_reason.map_or(texts().incident.unknown, |reason| reason.text(texts()));
        Some(fact(texts().incident.closed_at, Signal::stored(format!("{at} · {reason}"))))
    }
}

/// The way to the cinema outage that it belongs to.
fn outage(desk: IncidentDesk) -> impl IntoView {
    let shown = desk.shown();
    move || {
        let outage = shown.with(|shown| shown.as_ref().and_then(|shown| shown.outage.clone()))?;
        Some(view! { <Link to=Page::Incident(outage)>{texts().incident.outage}</Link> })
    }
}

fn next_show(desk: IncidentDesk) -> Signal<String> {
    let (show, clock) = (desk.part(|file| file.next_show.clone()), Clock::used());
    Signal::derive(move || {
        let text = |show: &NextShow| next_show_text(show, &desk.time_zone(), clock.now_ms());
        show.with(|show| show.as_ref().map(text))
            .map(|text| text.unwrap_or_else(|| texts().incident.unknown.to_owned()))
            .unwrap_or_default()
    })
}

fn assignee(desk: IncidentDesk) -> Signal<String> {
    let shown = desk.shown();
    Signal::derive(move || {
        let assignee = shown.with(|shown| shown.as_ref().and_then(|shown| shown.assignee.clone()));
        assignee.unwrap_or_else(|| texts().incident.nobody.to_owned())
    })
}

/// How old this is, once it cannot be read any more: until then it follows every change.
fn age(desk: IncidentDesk) -> Signal<String> {
    let clock = Clock::used();
    Signal::derive(move || {
        let outdated = desk.trouble.with(Option::is_some).then(|| desk.read_at_ms.get()).flatten();
        outdated
            .map(|at_ms| {
                texts().incident.read_ago.with(&[("age", &age_text(texts(), at_ms, clock.now_ms()))])
            })
            .unwrap_or_default()
    })
}

/// `15:05 (2 min ago)`.
fn aged(value: &str, at_ms: i64, now_ms: i64) -> String {
    let words = &texts().incident;
    let ago = words.ago.with(&[("age", &age_text(texts(), at_ms, now_ms))]);
    words.with_age.with(&[("value", value), ("age", &ago)])
}
