//! One open incident: what, where, since when, by whom, and what can be done.

use leptos::prelude::*;

use super::close_form::CloseForm;
use super::incident_actions::{CommandNotice, IncidentActions};
use super::severity_badge::SeverityBadge;
use super::status_chip::StatusChip;
use crate::model::{Incident, age_text};
use crate::state::{Clock, CommandTask, RegionBoard, texts, zone_text};
use crate::texts::Texts;

/// What is folded out below a row.
#[derive(Clone, Copy)]
pub(super) struct Folds {
    pub(super) close_form: RwSignal<bool>,
}

/// A row that follows its incident through all versions.
#[component]
pub(crate) fn IncidentRow(board: RegionBoard, id: String) -> impl IntoView {
    let first = board.list.with_untracked(|list| list.open(&id).cloned());
    first.map(|first| {
        let task = CommandTask::new(board, id);
        let incident = follow(board, first);
        view! { <Row board task incident /> }
    })
}

/// The newest version on the board; the last one that was seen while the row is on its way out.
fn follow(board: RegionBoard, first: Incident) -> Memo<Incident> {
    Memo::new(move |held: Option<&Incident>| {
        let newest = board.list.with(|list| list.open(&first.id).cloned());
        newest.or_else(|| held.cloned()).unwrap_or_else(|| first.clone())
    })
}

#[component]
fn Row(board: RegionBoard, task: CommandTask, incident: Memo<Incident>) -> impl IntoView {
    let folds = Folds { close_form: RwSignal::new(false) };
    let severity = Signal::derive(move || incident.with(|incident| incident.severity));
    let status = Signal::derive(move || incident.with(|incident| incident.status));
    let number = incident.with_untracked(|incident| incident.number.clone());
    view! {
        <article
            class="incident"
            data-incident=number.clone()
            data-machine=move || incident.with(|incident| incident.machine.clone())
            data-severity=move || severity.get().word()
            aria-label=number
        >
            <div class="incident__line">
                <SeverityBadge severity />
                <What incident />
                <Since board incident />
                <div class="incident__state">
                    <StatusChip status />
                    <Assignee incident />
                    <Marks board incident />
                </div>
                <IncidentActions task folds incident />
            </div>
            <CommandNotice task />
            <Show when=move || folds.close_form.get()>
                <CloseForm task folds incident />
            </Show>
        </article>
    }
}

#[component]
fn What(incident: Memo<Incident>) -> impl IntoView {
    view! {
        <div class="incident__what">
            <h3 class="incident__title">
                <span class="incident__number">{move || incident.with(|incident| incident.number.clone())}</span>
                " "
                {move || incident.with(|incident| incident.title.clone())}
            </h3>
            <p class="incident__where">
                {move || incident.with(Incident::place)}
                " "
                <code class="incident__machine">{move || incident.with(|incident| incident.machine.clone())}</code>
            </p>
            <Outage incident />
        </div>
    }
}

#[component]
fn Since(board: RegionBoard, incident: Memo<Incident>) -> impl IntoView {
    let clock = Clock::used();
    let opened_at_ms = Memo::new(move |_| incident.with(|incident| incident.opened_at_ms));
    let age = Memo::new(move |_| age_text(texts(), opened_at_ms.get(), clock.now_ms()));
    let exact = move || zone_text(opened_at_ms.get(), &board.time_zone());
    let next_show_ms = Memo::new(move |_| incident.with(|incident| incident.next_show_at_ms));
    let show =
        Memo::new(move |_| next_show_ms.get().map(|show_ms| show_text(texts(), show_ms, clock.now_ms())));
    let show_exact = move || next_show_ms.get().map(|show_ms| zone_text(show_ms, &board.time_zone()));
    view! {
        <div class="incident__since">
            <span class="incident__age" title=exact>{age}</span>
            <span class="incident__firing">{move || incident.with(|incident| firing_text(texts(), incident))}</span>
            <Show when=move || next_show_ms.get().is_some()>
                <span class="incident__show" title=show_exact>{show}</span>
            </Show>
        </div>
    }
}

#[component]
fn Assignee(incident: Memo<Incident>) -> impl IntoView {
    move || {
        let assignee = incident.with(|incident| incident.assignee.clone());
        assignee.map(|assignee| view! { <span class="incident__assignee">{assignee}</span> })
    }
}

#[component]
fn Outage(incident: Memo<Incident>) -> impl IntoView {
    move || {
        let failing = incident.with(Incident::failing_members);
        let text =
            failing.map(|(failing, all)| texts().row.outage.with(all, &[("failing", &failing.to_string())]));
        text.map(|text| view! { <p class="incident__outage">{text}</p> })
    }
}

/// What else staff should know before they run.
#[component]
fn Marks(board: RegionBoard, incident: Memo<Incident>) -> impl IntoView {
    let flapping = Memo::new(move |_| incident.with(|incident| incident.flapping));
    let muted = Memo::new(move |_| incident.with(|incident| incident.muted_until_ms));
    let until = move || {
        muted
            .get()
            .map(|until_ms| texts().row.muted.with(&[("until", &zone_text(until_ms, &board.time_zone()))]))
    };
    view! {
        <Show when=move || flapping.get()>
            <span class="incident__mark">{texts().row.flapping}</span>
        </Show>
        <Show when=move || muted.get().is_some()>
            <span class="incident__mark">{until}</span>
        </Show>
    }
}

/// How long until the next show on that screen.
fn show_text(texts: &Texts, show_ms: i64, now_ms: i64) -> String {
    if show_ms <= now_ms {
        texts.row.show_began.to_owned()
    } else {
        texts.row.show_in.with(&[("time", &age_text(texts, now_ms, show_ms))])
    }
}

fn firing_text(texts: &Texts, incident: &Incident) -> String {
    let firing = if incident.firing { texts.row.firing } else { texts.row.not_firing };
    match incident.occurrences {
        ..=1 => firing.to_owned(),
        times => texts.row.times.with(&[("state", firing), ("times", &times.to_string())]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::samples::incident;
    use crate::texts::pick;

    #[test]
    fn the_next_show_counts_down() {
        assert_eq!(show_text(pick(["en"]), 90 * 60_000, 0), "show in 1 h 30 min");
        assert_eq!(show_text(pick(["en"]), 0, 1), "show has begun");
    }

    #[test]
    fn a_repeated_incident_tells_how_often() {
        assert_eq!(firing_text(pick(["en"]), &incident("1")), "still firing");
        let repeated = Incident { occurrences: 3, firing: false, ..incident("1") };
        assert_eq!(firing_text(pick(["en"]), &repeated), "no longer firing, 3 times");
    }
}
