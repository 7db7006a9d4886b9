//! An incident as it was. Every timeline entry keeps what its change replaced, so the past is the
//! present with the newer changes taken back.

use jiff::Timestamp;

use super::incident::{CloseReason, Incident, Member, Severity, Status};
use super::timeline::{Entry, What};

/// What a member of an outage takes where it is stored, about.
const MEMBER_BYTES: usize = 192;

/// A value that a change replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Past {
    /// Open, in progress or closed.
    Status(Status),
    /// How bad it was.
    Severity(Severity),
    /// What was wrong, in a few words.
    Title(String),
    /// What was wrong, in full.
    Description(String),
    /// Who worked on it.
    Assignee(Option<String>),
    /// When a person first took it.
    AcknowledgedAt(Option<Timestamp>),
    /// When it closed.
    ClosedAt(Option<Timestamp>),
    /// Why it closed.
    CloseReason(Option<CloseReason>),
    /// When the newest occurrence began.
    OccurrenceStartedAt(Timestamp),
    /// When the newest occurrence ended.
    OccurrenceEndedAt(Option<Timestamp>),
    /// How often it fired.
    Occurrences(u32),
    /// What belonged to it.
    Members(Vec<Member>),
    /// When anything last changed.
    UpdatedAt(Timestamp),
    /// Its version.
    Version(u64),
}

impl Past {
    /// How many bytes it takes, about, beside what any value takes.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Title(text) | Self::Description(text) | Self::Assignee(Some(text)) => text.len(),
            Self::Members(members) => members.len() * MEMBER_BYTES,
            _ => 0,
        }
    }
}

/// Why the past is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unknown {
    /// It was not there yet.
    #[error("the incident did not exist yet")]
    NotYet,
    /// The timeline does not reach back that far.
    #[error("the incident's timeline does not reach back that far")]
    Forgotten,
}

/// The incident as it stood at this time, with the timeline as it was then.
///
/// # Errors
/// [`Unknown`].
pub fn at(incident: &Incident, time: Timestamp) -> Result<Incident, Unknown> {
    let mut past = incident.clone();
    while let Some(entry) = past.timeline.entries.pop_back_if(|entry| entry.at > time) {
        entry.was.into_iter().for_each(|value| restore(&mut past, value));
    }
    past.deliveries.retain(|delivery| delivery.planned_at <= time);
    match past.timeline.entries.is_empty() {
        true if past.timeline.dropped > 0 => Err(Unknown::Forgotten),
        true => Err(Unknown::NotYet),
        false => Ok(past),
    }
}

/// Notes in the newest timeline entry what `after` replaced in `before`.
/// A change that told nothing of itself gets an entry of its own.
pub(super) fn remember(before: &Incident, after: &mut Incident, now: Timestamp) {
    let replaced = difference(before, after);
    let is_told = after.timeline.count() > before.timeline.count();
    if !is_told {
        after.timeline.push(Entry::new(now, super::alert::MONITORING, What::Reworded));
    }
    after.timeline.note_replaced(replaced);
}

fn difference(before: &Incident, after: &Incident) -> Vec<Past> {
    let mut replaced = Vec::new();
    macro_rules! note {
        ($($field:ident => $past:ident),* $(,)?) => {
            $(if before.$field != after.$field { replaced.push(Past::$past(before.$field.clone())); })*
        };
    }
    note! {
        status => Status,
        severity => Severity,
        title => Title,
        description => Description,
        assignee => Assignee,
        acknowledged_at => AcknowledgedAt,
        closed_at => ClosedAt,
        close_reason => CloseReason,
        occurrence_started_at => OccurrenceStartedAt,
        occurrence_ended_at => OccurrenceEndedAt,
        occurrences => Occurrences,
        members => Members,
        updated_at => UpdatedAt,
        version => Version,
    }
    replaced
}

fn restore(incident: &mut Incident, value: Past) {
    match value {
        Past::Status(value) => incident.status = value,
        Past::Severity(value) => incident.severity = value,
        Past::Title(value) => incident.title = value,
        Past::Description(value) => incident.description = value,
        Past::Assignee(value) => incident.assignee = value,
        Past::AcknowledgedAt(value) => incident.acknowledged_at = value,
        Past::ClosedAt(value) => incident.closed_at = value,
        Past::CloseReason(value) => incident.close_reason = value,
        Past::OccurrenceStartedAt(value) => incident.occurrence_started_at = value,
        Past::OccurrenceEndedAt(value) => incident.occurrence_ended_at = value,
        Past::Occurrences(value) => incident.occurrences = value,
        Past::Members(value) => incident.members = value,
        Past::UpdatedAt(value) => incident.updated_at = value,
        Past::Version(value) => incident.version = value,
    }
}
