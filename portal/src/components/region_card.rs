//! A region on the overview.

use leptos::prelude::*;

use super::icon::{Icon, Shape};
use super::severity_badge::SeverityBadge;
use super::{CountsLine, Link, MachineCountsLine};
use crate::model::{AccentColour, Incident, Mood, Page, RegionSummary, age_text};
use crate::state::{Clock, memo, texts};

/// A region's name, counts, machines and most urgent incident; leads to its page.
#[component]
pub(crate) fn RegionCard(summary: Memo<RegionSummary>, mood: Memo<Mood>) -> impl IntoView {
    let (id, name) =
        summary.with_untracked(|summary| (summary.region.id.clone(), summary.region.name.clone()));
    let accent = summary
        .with_untracked(|summary| summary.region.accent.as_ref().map(AccentColour::css).map(str::to_owned));
    let counts = memo(move || summary.with(|summary| summary.region.counts));
    let word = Signal::derive(move || mood.get().word());
    view! {
        <article class="card" data-mood=word data-region=id.clone() style:--accent=accent>
            <h2 class="card__name">
                <Link to=Page::Region(id.clone())>{name}</Link>
            </h2>
            <MoodLine summary mood />
            <CountsLine counts all=true />
            <Urgent summary />
            <Machines summary id=id.clone() />
        </article>
    }
}

#[component]
fn MoodLine(summary: Memo<RegionSummary>, mood: Memo<Mood>) -> impl IntoView {
    let (clock, words) = (Clock::used(), &texts().overview);
    let text = Signal::derive(move || match mood.get() {
        Mood::Blind => {
            let since_ms = summary.with(|summary| summary.region.blind_since_ms.unwrap_or_default());
            words.blind_since.with(&[("age", &age_text(texts(), since_ms, clock.now_ms()))])
        }
        Mood::Busy => String::new(),
        Mood::Unsure => words.unsure.to_owned(),
        Mood::Calm => words.calm.to_owned(),
    });
    let shape = Signal::derive(move || match mood.get() {
        Mood::Calm => Shape::Done,
        Mood::Unsure => Shape::Info,
        Mood::Blind | Mood::Busy => Shape::Warning,
    });
    view! { <p class="card__mood"><Icon shape />{text}</p> }
}

#[component]
fn Urgent(summary: Memo<RegionSummary>) -> impl IntoView {
    let urgent = memo(move || summary.with(|summary| summary.urgent.clone()));
    move || urgent.get().map(urgent_view)
}

fn urgent_view(incident: Incident) -> AnyView {
    let (clock, show_at_ms) = (Clock::used(), incident.next_show_at_ms);
    let show = Signal::derive(move || {
        let (now_ms, words) = (clock.now_ms(), &texts().row);
        match show_at_ms {
            None => String::new(),
            Some(show_ms) if show_ms <= now_ms => words.show_began.to_owned(),
            Some(show_ms) => words.show_in.with(&[("time", &age_text(texts(), now_ms, show_ms))]),
        }
    });
    let (data_number, place) = (incident.number.clone(), incident.place());
    view! {
        <div class="card__urgent" data-incident=data_number>
            <SeverityBadge severity=incident.severity />
            <Link to=Page::Incident(incident.id) class="card__incident">
                <b>{incident.number}</b>
                " "
                {incident.title}
            </Link>
            <span class="card__place">{place}</span>
            <span class="card__show">{show}</span>
        </div>
    }
    .into_any()
}

/// A region without machines of its own says so, instead of noughts.
#[component]
fn Machines(summary: Memo<RegionSummary>, id: String) -> impl IntoView {
    let counts = Signal::derive(move || summary.with(|summary| summary.health.machines.clone()));
    let has_none =
        memo(move || counts.with(|counts| counts.as_ref().is_some_and(|counts| counts.total == 0)));
    move || match has_none.get() {
        true => view! { <p class="card__machines fleet__age">{texts().overview.no_machines}</p> }.into_any(),
        false => view! {
            <div class="card__machines">
                <Link to=Page::Machines(id.clone()) class="fleet__link">{texts().machines.title}</Link>
                <MachineCountsLine counts />
            </div>
        }
        .into_any(),
    }
}
