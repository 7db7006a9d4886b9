//! What a row says.

use crate::components::icon::Shape;
use crate::model::{FixLikely, Incident, Page, Status, Urgency, age_text, countdown};
use crate::state::{RowNow, zone_text};
use crate::texts::Texts;

/// What a row's texts are made of.
pub(super) struct Now<'a> {
    pub(super) texts: &'static Texts,
    pub(super) row: &'a RowNow,
    pub(super) now_ms: i64,
    pub(super) zone: String,
}

impl Now<'_> {
    fn incident(&self) -> &Incident {
        &self.row.listed.incident
    }
}

/// A text of a row.
pub(super) type Tell = fn(&Now<'_>) -> String;

pub(super) fn id(now: &Now<'_>) -> String {
    now.incident().id.clone()
}

pub(super) fn number(now: &Now<'_>) -> String {
    now.incident().number.clone()
}

pub(super) fn title(now: &Now<'_>) -> String {
    now.incident().title.clone()
}

pub(super) fn place(now: &Now<'_>) -> String {
    now.incident().place()
}

pub(super) fn machine(now: &Now<'_>) -> String {
    now.incident().machine.clone().unwrap_or_default()
}

pub(super) fn assignee(now: &Now<'_>) -> String {
    now.incident().assignee.clone().unwrap_or_default()
}

pub(super) fn address(now: &Now<'_>) -> String {
    Page::Incident(now.incident().id.clone()).path()
}

pub(super) fn age(now: &Now<'_>) -> String {
    age_text(now.texts, now.incident().opened_at_ms, now.now_ms)
}

pub(super) fn opened(now: &Now<'_>) -> String {
    zone_text(now.incident().opened_at_ms, &now.zone)
}

pub(super) fn show(now: &Now<'_>) -> String {
    countdown(now.texts, now.incident().next_show_at_ms, now.now_ms)
}

pub(super) fn show_exact(now: &Now<'_>) -> String {
    now.incident().next_show_at_ms.map(|show_ms| zone_text(show_ms, &now.zone)).unwrap_or_default()
}

pub(super) fn expanded(now: &Now<'_>) -> String {
    (now.row.unfolded == Some(true)).to_string()
}

pub(super) fn outage(now: &Now<'_>) -> String {
    let failing = now.incident().failing_machines();
    failing
        .map(|(failing, all)| now.texts.row.outage.with(all, &[("failing", &failing.to_string())]))
        .unwrap_or_default()
}

pub(super) fn too_late(now: &Now<'_>) -> String {
    if now.incident().fix_likely == FixLikely::No { now.texts.row.too_late.to_owned() } else { String::new() }
}

/// How far it is and who has it, in a line: for where there is no room for a column of its own.
pub(super) fn handled(now: &Now<'_>) -> String {
    let status = status_now(now.row);
    let begun = (status != Status::Open).then(|| status.text(now.texts).to_owned());
    let parts = begun.into_iter().chain(now.incident().assignee.clone());
    parts.collect::<Vec<String>>().join(", ")
}

pub(super) fn flapping(now: &Now<'_>) -> String {
    if now.incident().flapping { now.texts.row.flapping.to_owned() } else { String::new() }
}

pub(super) fn muted(now: &Now<'_>) -> String {
    let until_ms = now.incident().muted_until_ms;
    until_ms
        .map(|until_ms| now.texts.row.muted.with(&[("until", &zone_text(until_ms, &now.zone))]))
        .unwrap_or_default()
}

/// Said only where it is not what everybody expects: firing, for the first time.
pub(super) fn firing(now: &Now<'_>) -> String {
    let (incident, words) = (now.incident(), &now.texts.row);
    let state = if incident.firing { words.firing } else { words.not_firing };
    match (incident.occurrences, incident.firing) {
        (..=1, true) => String::new(),
        (..=1, false) => state.to_owned(),
        (times, _) => words.times.with(&[("state", state), ("times", &times.to_string())]),
    }
}

/// What closed meanwhile is closed, though the list still holds what it was.
pub(super) fn status_now(row: &RowNow) -> Status {
    if row.gone { Status::Closed } else { row.listed.incident.status }
}

pub(super) fn flags(nested: bool, gone: bool, chosen: bool) -> &'static str {
    match (gone, chosen, nested) {
        (true, ..) => "row row--gone",
        (_, true, _) => "row row--chosen",
        (_, _, true) => "row row--nested",
        _ => "row",
    }
}

pub(super) fn shape(urgency: Urgency) -> Shape {
    match urgency {
        Urgency::Begun => Shape::Arrow,
        Urgency::WithinHour => Shape::Critical,
        Urgency::WithinThreeHours => Shape::Warning,
        Urgency::WithinHalfDay | Urgency::Later => Shape::Clock,
        Urgency::Unknown => Shape::Info,
    }
}
