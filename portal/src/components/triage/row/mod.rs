//! One row of the list. It belongs to a place; whatever incident stands there is shown.

mod words;

use leptos::prelude::*;

use self::words::{Now, Tell, flags, shape, status_now};
use crate::components::icon::{Icon, Shape};
use crate::components::severity_badge::SeverityBadge;
use crate::components::status_chip::StatusChip;
use crate::model::{Severity, Status, Urgency};
use crate::state::{RowNow, Triage, memo, texts};

/// A place of the list, and what stands there.
#[derive(Clone, Copy)]
struct Place {
    triage: Triage,
    index: usize,
    row: Memo<Option<RowNow>>,
    id: Signal<String>,
    /// Whether Tab stops here: in the whole list at one row only.
    tab: Signal<&'static str>,
}

pub(super) fn draw(triage: Triage, index: usize, total: Memo<usize>) -> AnyView {
    let place = Place::new(triage, index);
    let severity = place.severity();
    let (status, urgency) = (place.status(), place.urgency());
    let (nested, gone) = (place.is(|row| row.nested), place.is(|row| row.gone));
    let chosen = place.is_at(|triage| triage.chosen.get());
    let class = Signal::derive(move || flags(nested.get(), gone.get(), chosen.get()));
    let is_unsure = place.is_at(|triage| triage.unsure.get());
    view! {
        <li
            class=class
            style:--place=index.to_string()
            aria-posinset=(index + 1).to_string()
            aria-setsize=Signal::derive(move || total.get().to_string())
            data-id=place.id
            data-incident=place.tell(words::number)
            data-machine=place.tell(words::machine)
            data-status=Signal::derive(move || status.get().word())
            data-unsure=Signal::derive(move || is_unsure.get().to_string())
            data-severity=Signal::derive(move || severity.get().word())
            data-urgency=Signal::derive(move || urgency.get().word())
        >
            <span class="row__show" title=place.tell(words::show_exact)>
                <Icon shape=Signal::derive(move || shape(urgency.get())) />
                {place.tell(words::show)}
            </span>
            <SeverityBadge severity />
            {place.what(chosen)}
            {place.marks()}
            {place.fold()}
            <span class="row__age" title=place.tell(words::opened)>
                {place.tell(words::age)}
            </span>
            {place.state(status)}
            {place.acts(is_unsure, gone)}
        </li>
    }
    .into_any()
}

impl Place {
    fn new(triage: Triage, index: usize) -> Self {
        let row = memo(move || triage.row_at(index));
        let place = Self { triage, index, row, id: Signal::stored(String::new()), tab: Signal::stored("-1") };
        let place = Self { id: place.tell(words::id), ..place };
        let is_active = place.is_at(|triage| triage.active.get());
        let tab = Signal::derive(move || {
            let first = index == 0 && triage.active.get().is_none();
            if first || is_active.get() { "0" } else { "-1" }
        });
        Self { tab, ..place }
    }

    /// A text of what stands here.
    fn tell(self, tell: Tell) -> Signal<String> {
        let (words, triage) = (texts(), self.triage);
        Signal::derive(move || {
            self.row
                .with(|row| {
                    let row = row.as_ref()?;
                    let zone = triage.board.time_zone();
                    Some(tell(&Now { texts: words, row, now_ms: triage.now_ms.get(), zone }))
                })
                .unwrap_or_default()
        })
    }

    fn is(self, is: fn(&RowNow) -> bool) -> Signal<bool> {
        Signal::derive(move || self.row.with(|row| row.as_ref().is_some_and(is)))
    }

    /// Whether this is the incident that the list says.
    fn is_at(self, of: fn(Triage) -> Option<String>) -> Signal<bool> {
        Signal::derive(move || of(self.triage).is_some_and(|other| self.id.with(|id| *id == other)))
    }

    fn severity(self) -> Signal<Severity> {
        Signal::derive(move || {
            self.row.with(|row| row.as_ref().map_or(Severity::Info, |row| row.listed.incident.severity))
        })
    }

    fn status(self) -> Signal<Status> {
        Signal::derive(move || self.row.with(|row| row.as_ref().map_or(Status::Closed, status_now)))
    }

    fn urgency(self) -> Signal<Urgency> {
        Signal::derive(move || {
            let show_ms =
                self.row.with(|row| row.as_ref().and_then(|row| row.listed.incident.next_show_at_ms));
            Urgency::of(show_ms, self.triage.now_ms.get())
        })
    }

    /// What describes the buttons of the row.
    fn name(self) -> String {
        format!("row-{}", self.index)
    }

    fn what(self, chosen: Signal<bool>) -> AnyView {
        let current = Signal::derive(move || chosen.get().then_some("true"));
        view! {
            <div class="row__what">
                <a class="row__title" id=self.name() data-act="open" href=self.tell(words::address) tabindex=self.tab aria-current=current>
                    <span class="row__number">{self.tell(words::number)}</span>
                    {self.tell(words::title)}
                </a>
                <span class="row__where">
                    <span>{self.tell(words::place)}</span>
                    <code>{self.tell(words::machine)}</code>
                </span>
            </div>
        }
        .into_any()
    }

    fn marks(self) -> AnyView {
        view! {
            <div class="row__marks">
                <span class="mark mark--late">{self.tell(words::too_late)}</span>
                <span class="mark mark--handled">{self.tell(words::handled)}</span>
                <span class="mark">{self.tell(words::flapping)}</span>
                <span class="mark">{self.tell(words::muted)}</span>
                <span class="mark">{self.tell(words::firing)}</span>
            </div>
        }
        .into_any()
    }

    fn fold(self) -> AnyView {
        view! {
            <button
                type="button"
                class="button button--quiet row__fold"
                data-act="fold"
                tabindex=self.tab
                hidden=self.is(|row| row.unfolded.is_none())
                aria-expanded=self.tell(words::expanded)
                title=texts().row.members
                aria-describedby=self.name()
            >
                <Icon shape=Shape::Arrow />
                {self.tell(words::outage)}
            </button>
        }
        .into_any()
    }

    fn state(self, status: Signal<Status>) -> AnyView {
        view! {
            <div class="row__state">
                <StatusChip status />
                <span class="row__assignee">{self.tell(words::assignee)}</span>
            </div>
        }
        .into_any()
    }

    fn acts(self, is_unsure: Signal<bool>, gone: Signal<bool>) -> AnyView {
        let words = &texts().commands;
        let busy = Signal::derive(move || self.id.with(|id| self.triage.commands.is_running(id)));
        let close = Signal::derive(move || if is_unsure.get() { words.close_incident } else { words.close });
        view! {
            <div class="row__acts">
                <button
                    type="button"
                    class="button"
                    data-act="take"
                    tabindex=self.tab
                    disabled=busy
                    hidden=self.is(|row| status_now(row) != Status::Open)
                    aria-describedby=self.name()
                >
                    <Icon shape=Shape::Arrow />
                    <span class="row__act">{words.start_progress}</span>
                </button>
                <button
                    type="button"
                    class="button row__close"
                    data-act="close"
                    tabindex=self.tab
                    disabled=busy
                    hidden=gone
                    aria-describedby=self.name()
                >
                    <Icon shape=Shape::Done />
                    <span class="row__act">{close}</span>
                </button>
            </div>
        }
        .into_any()
    }
}
