//! How an incident is written down. Both stores use this one form: BSON in MongoDB, JSON in SQLite.

use std::collections::BTreeMap;
use std::collections::VecDeque;

use bson::DateTime;
use cineportal_regions::RegionId;
use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::domain::incident::{
    CloseReason, Incident, IncidentId, IncidentKey, IncidentNumber, Link, Named, Place, Severity, Status,
};
use crate::domain::timeline::{Entry, Timeline, What};

/// The key of an incident as one text, for an index: `region/fingerprint`.
pub(super) fn key_text(key: &IncidentKey) -> String {
    format!("{}/{}", key.region, key.fingerprint)
}

/// The name of a status as stored.
pub(super) fn status_text(status: Status) -> &'static str {
    match status {
        Status::Open => "OPEN",
        Status::InProgress => "IN_PROGRESS",
        Status::Closed => "CLOSED",
    }
}

/// One incident, one document.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct IncidentDocument {
    #[serde(rename = "_id")]
    id: String,
    number: String,
    region: String,
    fingerprint: String,
    key: String,
    /// Whether it counts for the rule "one open incident of a key".
    open: bool,
    #[serde(with = "StatusName")]
    status: Status,
    #[serde(with = "SeverityName")]
    severity: Severity,
    error_id: String,
    title: String,
    description: String,
    machine_id: Option<String>,
    cinema: Option<NamedDocument>,
    screen: Option<NamedDocument>,
    labels: BTreeMap<String, String>,
    links: Vec<LinkDocument>,
    opened_at: Moment,
    updated_at: Moment,
    acknowledged_at: Option<Moment>,
    closed_at: Option<Moment>,
    close_reason: Option<CloseReasonName>,
    occurrence_started_at: Moment,
    occurrence_ended_at: Option<Moment>,
    occurrences: u32,
    assignee: Option<String>,
    earlier: Option<String>,
    timeline: Vec<EntryDocument>,
    timeline_dropped: i64,
    version: i64,
}

#[derive(Debug, Deserialize, Serialize)]
struct NamedDocument {
    id: String,
    name: String,
}

#[derive(Debug, Deserialize, Serialize)]
struct LinkDocument {
    title: String,
    url: String,
}

#[derive(Debug, Deserialize, Serialize)]
struct EntryDocument {
    at: Moment,
    who: String,
    #[serde(with = "WhatName")]
    what: What,
    note: Option<String>,
}

#[derive(Deserialize, Serialize)]
#[serde(remote = "Status", rename_all = "SCREAMING_SNAKE_CASE")]
enum StatusName {
    Open,
    InProgress,
    Closed,
}

#[derive(Deserialize, Serialize)]
#[serde(remote = "Severity", rename_all = "SCREAMING_SNAKE_CASE")]
enum SeverityName {
    Critical,
    Warning,
    Info,
}

#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum CloseReasonName {
    Resolved,
    ByPerson,
}

#[derive(Deserialize, Serialize)]
#[serde(remote = "What", rename_all = "SCREAMING_SNAKE_CASE")]
enum WhatName {
    Opened,
    Started,
    Closed,
    Reopened,
    Resolved,
    SeverityChanged,
    Repeated,
}

/// An instant to the millisecond: a date in BSON, RFC 3339 text in JSON.
#[derive(Clone, Copy, Debug)]
struct Moment(Timestamp);

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            self.0.serialize(serializer)
        } else {
            DateTime::from_jiff(self.0).serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            Timestamp::deserialize(deserializer).map(Self)
        } else {
            DateTime::deserialize(deserializer).map(|date| Self(date.to_jiff()))
        }
    }
}

impl From<&Incident> for IncidentDocument {
    fn from(incident: &Incident) -> Self {
        Self {
            id: incident.id.0.clone(),
            number: incident.number.0.clone(),
            region: incident.key.region.to_string(),
            fingerprint: incident.key.fingerprint.clone(),
            key: key_text(&incident.key),
            open: incident.status != Status::Closed,
            status: incident.status,
            severity: incident.severity,
            error_id: incident.error_id.clone(),
            title: incident.title.clone(),
            description: incident.description.clone(),
            machine_id: incident.place.machine_id.clone(),
            cinema: incident.place.cinema.clone().map(NamedDocument::from),
            screen: incident.place.screen.clone().map(NamedDocument::from),
            labels: incident.labels.clone(),
            links: incident.links.iter().cloned().map(LinkDocument::from).collect(),
            opened_at: Moment(incident.opened_at),
            updated_at: Moment(incident.updated_at),
            acknowledged_at: incident.acknowledged_at.map(Moment),
            closed_at: incident.closed_at.map(Moment),
            close_reason: incident.close_reason.map(CloseReasonName::from),
            occurrence_started_at: Moment(incident.occurrence_started_at),
            occurrence_ended_at: incident.occurrence_ended_at.map(Moment),
            occurrences: incident.occurrences,
            assignee: incident.assignee.clone(),
            earlier: incident.earlier.clone().map(|id| id.0),
            timeline: incident.timeline.entries.iter().cloned().map(EntryDocument::from).collect(),
            timeline_dropped: signed(incident.timeline.dropped),
            version: signed(incident.version),
        }
    }
}

impl From<IncidentDocument> for Incident {
    fn from(document: IncidentDocument) -> Self {
        Self {
            id: IncidentId(document.id),
            number: IncidentNumber(document.number),
            key: IncidentKey { region: RegionId::new(document.region), fingerprint: document.fingerprint },
            status: document.status,
            severity: document.severity,
            error_id: document.error_id,
            title: document.title,
            description: document.description,
            place: Place {
                machine_id: document.machine_id,
                cinema: document.cinema.map(Named::from),
                screen: document.screen.map(Named::from),
            },
            labels: document.labels,
            links: document.links.into_iter().map(Link::from).collect(),
            opened_at: document.opened_at.0,
            updated_at: document.updated_at.0,
            acknowledged_at: document.acknowledged_at.map(|moment| moment.0),
            closed_at: document.closed_at.map(|moment| moment.0),
            close_reason: document.close_reason.map(CloseReason::from),
            occurrence_started_at: document.occurrence_started_at.0,
            occurrence_ended_at: document.occurrence_ended_at.map(|moment| moment.0),
            occurrences: document.occurrences,
            assignee: document.assignee,
            earlier: document.earlier.map(IncidentId),
            timeline: Timeline {
                entries: document.timeline.into_iter().map(Entry::from).collect::<VecDeque<_>>(),
                dropped: unsigned(document.timeline_dropped),
            },
            version: unsigned(document.version),
        }
    }
}

/// Stores know no unsigned numbers; counts never come near the limit.
pub(super) fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Back again; a negative count cannot have been written by us.
pub(super) fn unsigned(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}

impl From<Named> for NamedDocument {
    fn from(Named { id, name }: Named) -> Self {
        Self { id, name }
    }
}

impl From<NamedDocument> for Named {
    fn from(NamedDocument { id, name }: NamedDocument) -> Self {
        Self { id, name }
    }
}

impl From<Link> for LinkDocument {
    fn from(Link { title, url }: Link) -> Self {
        Self { title, url }
    }
}

impl From<LinkDocument> for Link {
    fn from(LinkDocument { title, url }: LinkDocument) -> Self {
        Self { title, url }
    }
}

impl From<Entry> for EntryDocument {
    fn from(Entry { at, who, what, note }: Entry) -> Self {
        Self { at: Moment(at), who, what, note }
    }
}

impl From<EntryDocument> for Entry {
    fn from(EntryDocument { at, who, what, note }: EntryDocument) -> Self {
        Self { at: at.0, who, what, note }
    }
}

impl From<CloseReason> for CloseReasonName {
    fn from(reason: CloseReason) -> Self {
        match reason {
            CloseReason::Resolved => Self::Resolved,
            CloseReason::ByPerson => Self::ByPerson,
        }
    }
}

impl From<CloseReasonName> for CloseReason {
    fn from(reason: CloseReasonName) -> Self {
        match reason {
            CloseReasonName::Resolved => Self::Resolved,
            CloseReasonName::ByPerson => Self::ByPerson,
        }
    }
}
