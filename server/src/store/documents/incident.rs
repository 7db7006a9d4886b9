//! Incidents as both stores write them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use cineportal_regions::RegionId;
use serde::{Deserialize, Serialize};

use super::delivery::DeliveryDocument;
use super::names::{CloseReasonName, SeverityName, StatusName};
use super::parts::{
    self, EditedDocument, LinkDocument, MemberDocument, NamedDocument, OriginDocument, RequestDocument,
};
use super::show::{self, ShowDocument};
use super::timeline::EntryDocument;
use super::{Moment, signed, unsigned};
use crate::domain::delivery::{Delivery, next_wake};
use crate::domain::incident::{
    CloseReason, Edited, Incident, IncidentId, IncidentKey, IncidentNumber, Link, Member, Named, Place,
    Request, Severity, Status,
};
use crate::domain::search::terms;
use crate::domain::timeline::{Entry, Timeline};

/// One incident, one document.
#[derive(Debug, Deserialize, Serialize)]
pub(in crate::store) struct IncidentDocument {
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
    /// Not there in what was written before it was noted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    end_is_inferred: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    edited: Option<EditedDocument>,
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
            end_is_inferred: incident.occurrence_ended_at.map(|_| incident.end_is_inferred),
            edited: parts::edited_document(incident.edited),
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
        let closed_at_source = matches!(document.close_reason, Some(CloseReasonName::ResolvedAtSource));
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
            end_is_inferred: document.end_is_inferred.unwrap_or(closed_at_source),
            edited: document.edited.map(Edited::from).unwrap_or_default(),
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

/// The key of an incident as one text, for an index: `region/fingerprint`.
pub(in crate::store) fn key_text(key: &IncidentKey) -> String {
    format!("{}/{}", key.region, key.fingerprint)
}

/// The name of a status as stored.
pub(in crate::store) fn status_text(status: Status) -> &'static str {
    match status {
        Status::Open => "OPEN",
        Status::InProgress => "IN_PROGRESS",
        Status::Closed => "CLOSED",
    }
}
