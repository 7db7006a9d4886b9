//! One row of the list. It belongs to a place; whatever incident stands there is shown.

use leptos::prelude::*;

use crate::components::icon::{Icon, Shape};
use crate::components::severity_badge::SeverityBadge;
use crate::components::status_chip::StatusChip;
use crate::model::{FixLikely, Page, Severity, Status, Urgency, age_text, countdown};
use crate::state::{RowNow, Triage, memo, texts, zone_text};
use crate::texts::Texts;

/// What a row's texts are made of.
struct Now<'a> {
    texts: &'static Texts,
    row: &'a RowNow,
    now_ms: i64,
    zone: String,
}

impl Now<'_> {
    fn incident(&self) -> &crate::model::Incident {
        &self.row.listed.incident
    }
}

type Tell = fn(&Now<'_>) -> String;

pub(super) fn draw(triage: Triage, index: usize, total: Memo<usize>) -> AnyView {
    let row = memo(move || triage.row_at(index));
    let words = texts();
    let tell = move |tell: Tell| -> Signal<String> {
        Signal::derive(move || {
            row.with(|row| {
                let row = row.as_ref()?;
                let zone = triage.board.time_zone();
                Some(tell(&Now { texts: words, row, now_ms: triage.now_ms.get(), zone }))
            })
            .unwrap_or_default()
        })
    };
    let is = move |is: fn(&RowNow) -> bool| -> Signal<bool> {
        Signal::derive(move || row.with(|row| row.as_ref().is_some_and(is)))
    };
    let id = tell(|now| now.incident().id.clone());
    let severity = Signal::derive(move || {
        row.with(|row| row.as_ref().map_or(Severity::Info, |row| row.listed.incident.severity))
    });
    let status = Signal::derive(move || row.with(|row| row.as_ref().map_or(Status::Closed, status_now)));
    let urgency = Signal::derive(move || {
        let show_ms = row.with(|row| row.as_ref().and_then(|row| row.listed.incident.next_show_at_ms));
        Urgency::of(show_ms, triage.now_ms.get())
    });
    let is_mine = move |of: fn(Triage) -> Option<String>| -> Signal<bool> {
        Signal::derive(move || of(triage).is_some_and(|other| id.with(|id| *id == other)))
    };
    let is_unsure = is_mine(|triage| triage.unsure.get());
    let chosen = is_mine(|triage| triage.chosen.get());
    let is_active = is_mine(|triage| triage.active.get());
    let busy = Signal::derive(move || id.with(|id| triage.commands.is_running(id)));
    let tab = Signal::derive(move || {
        let first = index == 0 && triage.active.get().is_none();
        if first || is_active.get() { "0" } else { "-1" }
    });
    let number = format!("row-{index}");
    let nested = is(|row| row.nested);
    let gone = is(|row| row.gone);
    let size = Signal::derive(move || total.get().to_string());
    let current = Signal::derive(move || chosen.get().then_some("true"));
    let flags = Signal::derive(move || flags(nested.get(), gone.get(), chosen.get()));
    let close =
        Signal::derive(
            move || {
                if is_unsure.get() { words.commands.close_incident } else { words.commands.close }
            },
        );
    let expanded = tell(|now| (now.row.unfolded == Some(true)).to_string());
    view! {
        <li
            class=flags
            style:--place=index.to_string()
            aria-posinset=(index + 1).to_string()
            aria-setsize=size
            data-id=id
            data-incident=tell(|now| now.incident().number.clone())
            data-machine=tell(|now| now.incident().machine.clone().unwrap_or_default())
            data-status=Signal::derive(move || status.get().word())
            data-unsure=Signal::derive(move || is_unsure.get().to_string())
            data-severity=Signal::derive(move || severity.get().word())
            data-urgency=Signal::derive(move || urgency.get().word())
        >
            <span class="row__show" title=tell(show_exact)>
                <Icon shape=Signal::derive(move || shape(urgency.get())) />
                {tell(|now| countdown(now.texts, now.incident().next_show_at_ms, now.now_ms))}
            </span>
            <SeverityBadge severity />
            <div class="row__what">
                <a class="row__title" id=number.clone() data-act="open" href=tell(address) tabindex=tab aria-current=current>
                    <span class="row__number">{tell(|now| now.incident().number.clone())}</span>
                    {tell(|now| now.incident().title.clone())}
                </a>
                <span class="row__where">
                    <span>{tell(|now| now.incident().place())}</span>
                    <code>{tell(|now| now.incident().machine.clone().unwrap_or_default())}</code>
                </span>
            </div>
            <div class="row__marks">
                <span class="mark mark--late">{tell(too_late)}</span>
                <span class="mark">{tell(firing)}</span>
                <span class="mark">{tell(flapping)}</span>
                <span class="mark">{tell(muted)}</span>
            </div>
            <button
                type="button"
                class="button button--quiet row__fold"
                data-act="fold"
                tabindex=tab
                hidden=is(|row| row.unfolded.is_none())
                aria-expanded=expanded
                title=words.row.members
                aria-describedby=number.clone()
            >
                <Icon shape=Shape::Arrow />
                {tell(outage)}
            </button>
            <span class="row__age" title=tell(|now| zone_text(now.incident().opened_at_ms, &now.zone))>
                {tell(|now| age_text(now.texts, now.incident().opened_at_ms, now.now_ms))}
            </span>
            <div class="row__state">
                <StatusChip status />
                <span class="row__assignee">{tell(|now| now.incident().assignee.clone().unwrap_or_default())}</span>
            </div>
            <div class="row__acts">
                <button
                    type="button"
                    class="button"
                    data-act="take"
                    tabindex=tab
                    disabled=busy
                    hidden=is(|row| status_now(row) != Status::Open)
                    aria-describedby=number.clone()
                >
                    <Icon shape=Shape::Arrow />
                    <span class="row__act">{words.commands.start_progress}</span>
                </button>
                <button
                    type="button"
                    class="button row__close"
                    data-act="close"
                    tabindex=tab
                    disabled=busy
                    hidden=gone
                    aria-describedby=number
                >
                    <Icon shape=Shape::Done />
                    <span class="row__act">{close}</span>
                </button>
            </div>
        </li>
    }
    .into_any()
}

/// What closed meanwhile is closed, though the list still holds what it was.
fn status_now(row: &RowNow) -> Status {
    if row.gone { Status::Closed } else { row.listed.incident.status }
}

fn flags(nested: bool, gone: bool, chosen: bool) -> &'static str {
    match (gone, chosen, nested) {
        (true, ..) => "row row--gone",
        (_, true, _) => "row row--chosen",
        (_, _, true) => "row row--nested",
        _ => "row",
    }
}

fn shape(urgency: Urgency) -> Shape {
    match urgency {
        Urgency::Begun => Shape::Arrow,
        Urgency::WithinHour => Shape::Critical,
        Urgency::WithinThreeHours => Shape::Warning,
        Urgency::WithinHalfDay | Urgency::Later => Shape::Clock,
        Urgency::Unknown => Shape::Info,
    }
}

fn address(now: &Now<'_>) -> String {
    Page::Incident(now.incident().id.clone()).path()
}

fn show_exact(now: &Now<'_>) -> String {
    now.incident().next_show_at_ms.map(|show_ms| zone_text(show_ms, &now.zone)).unwrap_or_default()
}

fn outage(now: &Now<'_>) -> String {
    let failing = now.incident().failing_members();
    failing
        .map(|(failing, all)| now.texts.row.outage.with(all, &[("failing", &failing.to_string())]))
        .unwrap_or_default()
}

fn too_late(now: &Now<'_>) -> String {
    if now.incident().fix_likely == FixLikely::No { now.texts.row.too_late.to_owned() } else { String::new() }
}

fn flapping(now: &Now<'_>) -> String {
    if now.incident().flapping { now.texts.row.flapping.to_owned() } else { String::new() }
}

fn muted(now: &Now<'_>) -> String {
    let until_ms = now.incident().muted_until_ms;
    until_ms
        .map(|until_ms| now.texts.row.muted.with(&[("until", &zone_text(until_ms, &now.zone))]))
        .unwrap_or_default()
}

/// Said only where it is not what everybody expects: firing, for the first time.
fn firing(now: &Now<'_>) -> String {
    let (incident, words) = (now.incident(), &now.texts.row);
    let state = if incident.firing { words.firing } else { words.not_firing };
    match (incident.occurrences, incident.firing) {
        (..=1, true) => String::new(),
        (..=1, false) => state.to_owned(),
        (times, _) => words.times.with(&[("state", state), ("times", &times.to_string())]),
    }
}
