//! Timeline entries as both stores write them, with what each change replaced.

use serde::{Deserialize, Serialize};

use super::names::{CloseReasonName, SeverityName, StatusName, WhatName};
use super::parts::MemberDocument;
use super::{Moment, signed, unsigned};
use crate::domain::history::Past;
use crate::domain::incident::{CloseReason, Member, Severity, Status};
use crate::domain::timeline::{Entry, What};

#[derive(Debug, Deserialize, Serialize)]
pub(super) struct EntryDocument {
    at: Moment,
    who: String,
    #[serde(with = "WhatName")]
    what: What,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    was: Vec<PastDocument>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(tag = "field", content = "value", rename_all = "snake_case")]
enum PastDocument {
    Status(StatusDocument),
    Severity(SeverityDocument),
    Title(String),
    Description(String),
    Assignee(Option<String>),
    AcknowledgedAt(Option<Moment>),
    ClosedAt(Option<Moment>),
    CloseReason(Option<CloseReasonName>),
    OccurrenceStartedAt(Moment),
    OccurrenceEndedAt(Option<Moment>),
    Occurrences(u32),
    Members(Vec<MemberDocument>),
    UpdatedAt(Moment),
    Version(i64),
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(transparent)]
struct StatusDocument(#[serde(with = "StatusName")] Status);

#[derive(Debug, Deserialize, Serialize)]
#[serde(transparent)]
struct SeverityDocument(#[serde(with = "SeverityName")] Severity);

impl From<Entry> for EntryDocument {
    fn from(Entry { at, who, what, note, was }: Entry) -> Self {
        Self { at: Moment(at), who, what, note, was: was.into_iter().map(PastDocument::from).collect() }
    }
}

impl From<EntryDocument> for Entry {
    fn from(EntryDocument { at, who, what, note, was }: EntryDocument) -> Self {
        Self { at: at.0, who, what, note, was: was.into_iter().map(Past::from).collect() }
    }
}

impl From<Past> for PastDocument {
    fn from(past: Past) -> Self {
        match past {
            Past::Status(status) => Self::Status(StatusDocument(status)),
            Past::Severity(severity) => Self::Severity(SeverityDocument(severity)),
            Past::Title(title) => Self::Title(title),
            Past::Description(description) => Self::Description(description),
            Past::Assignee(assignee) => Self::Assignee(assignee),
            Past::AcknowledgedAt(at) => Self::AcknowledgedAt(at.map(Moment)),
            Past::ClosedAt(at) => Self::ClosedAt(at.map(Moment)),
            Past::CloseReason(reason) => Self::CloseReason(reason.map(CloseReasonName::from)),
            Past::OccurrenceStartedAt(at) => Self::OccurrenceStartedAt(Moment(at)),
            Past::OccurrenceEndedAt(at) => Self::OccurrenceEndedAt(at.map(Moment)),
            Past::Occurrences(count) => Self::Occurrences(count),
            Past::Members(members) => Self::Members(members.into_iter().map(MemberDocument::from).collect()),
            Past::UpdatedAt(at) => Self::UpdatedAt(Moment(at)),
            Past::Version(version) => Self::Version(signed(version)),
        }
    }
}

impl From<PastDocument> for Past {
    fn from(past: PastDocument) -> Self {
        match past {
            PastDocument::Status(status) => Self::Status(status.0),
            PastDocument::Severity(severity) => Self::Severity(severity.0),
            PastDocument::Title(title) => Self::Title(title),
            PastDocument::Description(description) => Self::Description(description),
            PastDocument::Assignee(assignee) => Self::Assignee(assignee),
            PastDocument::AcknowledgedAt(at) => Self::AcknowledgedAt(at.map(|moment| moment.0)),
            PastDocument::ClosedAt(at) => Self::ClosedAt(at.map(|moment| moment.0)),
            PastDocument::CloseReason(reason) => Self::CloseReason(reason.map(CloseReason::from)),
            PastDocument::OccurrenceStartedAt(at) => Self::OccurrenceStartedAt(at.0),
            PastDocument::OccurrenceEndedAt(at) => Self::OccurrenceEndedAt(at.map(|moment| moment.0)),
            PastDocument::Occurrences(count) => Self::Occurrences(count),
            PastDocument::Members(members) => Self::Members(members.into_iter().map(Member::from).collect()),
            PastDocument::UpdatedAt(at) => Self::UpdatedAt(at.0),
            PastDocument::Version(version) => Self::Version(unsigned(version)),
        }
    }
}
