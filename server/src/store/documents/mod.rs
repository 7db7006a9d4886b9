//! How an incident is written down. Both stores use this one form: BSON in MongoDB, JSON in SQLite.

mod delivery;
mod facts;
mod kept;
mod moment;
mod names;
mod session;
mod show;
mod silence;
mod timeline;
mod token;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use cineportal_regions::RegionId;
use serde::{Deserialize, Serialize};

use self::delivery::DeliveryDocument;
pub(super) use self::facts::FactsDocument;
pub(super) use self::kept::KeptDocument;
pub(super) use self::moment::Moment;
use self::names::{CloseReasonName, SeverityName, StatusName};
pub(super) use self::session::SessionDocument;
use self::show::ShowDocument;
pub(super) use self::silence::SilenceDocument;
use self::timeline::EntryDocument;
pub(super) use self::token::{TokenDocument, readable_token};
use crate::domain::delivery::{Delivery, next_wake};
use crate::domain::incident::{
    CloseReason, Incident, IncidentId, IncidentKey, IncidentNumber, Link, Member, Named, Origin, Place,
    Request, Severity, Status,
};
use crate::domain::search::terms;
use crate::domain::timeline::{Entry, Timeline};

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
    recent_starts: Vec<Moment>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reopened_for_show: Option<Moment>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    show_at_opening: Option<ShowDocument>,
    assignee: Option<String>,
    earlier: Option<String>,
    origin: OriginDocument,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    members: Vec<MemberDocument>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    requests: Vec<RequestDocument>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    deliveries: Vec<DeliveryDocument>,
    /// When the next delivery needs attention; not there once all are over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    wakes_at: Option<Moment>,
    /// What it is found by; the store asks for it, nobody reads it back.
    #[serde(skip_deserializing)]
    terms: BTreeSet<String>,
    timeline: Vec<EntryDocument>,
    timeline_dropped: i64,
    version: i64,
    revision: i64,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(tag = "kind", rename_all = "SCREAMING_SNAKE_CASE")]
enum OriginDocument {
    Monitoring,
    Report { by: String, reference: Option<String> },
    Outage,
}

#[derive(Debug, Deserialize, Serialize)]
struct MemberDocument {
    incident: String,
    machine_id: String,
    joined_at: Moment,
    recovered_at: Option<Moment>,
}

#[derive(Debug, Deserialize, Serialize)]
struct RequestDocument {
    key: String,
    digest: String,
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
            recent_starts: incident.recent_starts.iter().copied().map(Moment).collect(),
            reopened_for_show: incident.reopened_for_show.map(Moment),
            show_at_opening: show::document(incident.show_at_opening),
            assignee: incident.assignee.clone(),
            earlier: incident.earlier.clone().map(|id| id.0),
            origin: incident.origin.clone().into(),
            members: incident.members.iter().cloned().map(MemberDocument::from).collect(),
            requests: incident.requests.iter().cloned().map(RequestDocument::from).collect(),
            deliveries: incident.deliveries.iter().cloned().map(DeliveryDocument::from).collect(),
            wakes_at: next_wake(incident).map(Moment),
            terms: terms(incident),
            timeline: incident.timeline.entries.iter().cloned().map(EntryDocument::from).collect(),
            timeline_dropped: signed(incident.timeline.dropped),
            version: signed(incident.version),
            revision: signed(incident.revision),
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
            recent_starts: document.recent_starts.into_iter().map(|moment| moment.0).collect(),
            reopened_for_show: document.reopened_for_show.map(|moment| moment.0),
            show_at_opening: show::show(document.show_at_opening),
            assignee: document.assignee,
            earlier: document.earlier.map(IncidentId),
            origin: document.origin.into(),
            members: document.members.into_iter().map(Member::from).collect(),
            requests: document.requests.into_iter().map(Request::from).collect(),
            deliveries: document.deliveries.into_iter().map(Delivery::from).collect(),
            timeline: Timeline {
                entries: document.timeline.into_iter().map(Entry::from).collect::<VecDeque<_>>(),
                dropped: unsigned(document.timeline_dropped),
            },
            version: unsigned(document.version),
            revision: unsigned(document.revision),
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

impl From<Origin> for OriginDocument {
    fn from(origin: Origin) -> Self {
        match origin {
            Origin::Monitoring => Self::Monitoring,
            Origin::Report { by, reference } => Self::Report { by, reference },
            Origin::Outage => Self::Outage,
        }
    }
}

impl From<OriginDocument> for Origin {
    fn from(origin: OriginDocument) -> Self {
        match origin {
            OriginDocument::Monitoring => Self::Monitoring,
            OriginDocument::Report { by, reference } => Self::Report { by, reference },
            OriginDocument::Outage => Self::Outage,
        }
    }
}

impl From<Member> for MemberDocument {
    fn from(member: Member) -> Self {
        Self {
            incident: member.incident.0,
            machine_id: member.machine_id,
            joined_at: Moment(member.joined_at),
            recovered_at: member.recovered_at.map(Moment),
        }
    }
}

impl From<MemberDocument> for Member {
    fn from(member: MemberDocument) -> Self {
        Self {
            incident: IncidentId(member.incident),
            machine_id: member.machine_id,
            joined_at: member.joined_at.0,
            recovered_at: member.recovered_at.map(|moment| moment.0),
        }
    }
}

impl From<Request> for RequestDocument {
    fn from(Request { key, digest }: Request) -> Self {
        Self { key, digest }
    }
}

impl From<RequestDocument> for Request {
    fn from(RequestDocument { key, digest }: RequestDocument) -> Self {
        Self { key, digest }
    }
}
