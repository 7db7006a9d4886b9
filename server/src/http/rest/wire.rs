//! What requests and answers look like in JSON.

use std::collections::BTreeMap;

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use cineportal_regions::RegionId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::commands::CommandError;
use crate::domain::command::{Action, Refusal, Update};
use crate::domain::incident::{CloseReason, Incident, Link, Named, Origin, Place, Severity, Status};
use crate::domain::report::Report;

/// The body that opens an incident.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct OpenRequest {
    region: String,
    title: String,
    description: Option<String>,
    #[serde(with = "RestSeverity")]
    severity: Severity,
    error_id: Option<String>,
    reference: Option<String>,
    machine_id: Option<String>,
    cinema: Option<RestNamed>,
    screen: Option<RestNamed>,
    #[serde(default)]
    labels: BTreeMap<String, String>,
    #[serde(default)]
    links: Vec<RestLink>,
}

/// The body that changes an incident.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct UpdateRequest {
    pub(super) expected_version: Option<u64>,
    title: Option<String>,
    description: Option<String>,
    severity: Option<SeverityText>,
    comment: Option<String>,
}

/// The body that closes an incident.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct CloseRequest {
    pub(super) expected_version: Option<u64>,
    pub(super) comment: Option<String>,
}

/// An incident.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RestIncident<'a> {
    id: &'a str,
    number: &'a str,
    version: u64,
    region: &'a str,
    #[serde(with = "RestStatus")]
    status: Status,
    #[serde(with = "RestSeverity")]
    severity: Severity,
    error_id: &'a str,
    title: &'a str,
    description: &'a str,
    reference: Option<&'a str>,
    machine_id: Option<&'a str>,
    cinema: Option<RestNamed>,
    screen: Option<RestNamed>,
    labels: &'a BTreeMap<String, String>,
    links: Vec<RestLink>,
    opened_at: Timestamp,
    updated_at: Timestamp,
    acknowledged_at: Option<Timestamp>,
    closed_at: Option<Timestamp>,
    close_reason: Option<&'static str>,
    assignee: Option<&'a str>,
    occurrences: u32,
    firing: bool,
}

/// Why something was refused.
#[derive(Serialize)]
pub(super) struct Problem<'a> {
    #[serde(skip)]
    status: StatusCode,
    /// `CONFLICT`, `NOT_FOUND`, `FORBIDDEN`, `NOT_ALLOWED` or `INVALID`.
    code: &'static str,
    message: String,
    /// The incident as it stands, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    incident: Option<RestIncident<'a>>,
}

#[derive(Deserialize, Serialize)]
struct RestNamed {
    id: String,
    name: String,
}

#[derive(Deserialize, Serialize)]
struct RestLink {
    title: String,
    url: String,
}

#[derive(Deserialize, Serialize)]
#[serde(remote = "Severity", rename_all = "lowercase")]
enum RestSeverity {
    Critical,
    Warning,
    Info,
}

#[derive(Debug, Deserialize)]
#[serde(transparent)]
struct SeverityText(#[serde(with = "RestSeverity")] Severity);

#[derive(Serialize)]
#[serde(remote = "Status", rename_all = "snake_case")]
enum RestStatus {
    Open,
    InProgress,
    Closed,
}

impl From<OpenRequest> for Report {
    fn from(request: OpenRequest) -> Self {
        let named = |named: RestNamed| Named { id: named.id, name: named.name };
        Self {
            region: RegionId::new(request.region),
            who: String::new(),
            reference: request.reference,
            severity: request.severity,
            error_id: request.error_id,
            title: request.title,
            description: request.description,
            place: Place {
                machine_id: request.machine_id,
                cinema: request.cinema.map(named),
                screen: request.screen.map(named),
            },
            labels: request.labels,
            links: request.links.into_iter().map(|link| Link { title: link.title, url: link.url }).collect(),
        }
    }
}

impl From<UpdateRequest> for Action {
    fn from(request: UpdateRequest) -> Self {
        Self::Update(Update {
            title: request.title,
            description: request.description,
            severity: request.severity.map(|severity| severity.0),
            comment: request.comment,
        })
    }
}

impl<'a> From<&'a Incident> for RestIncident<'a> {
    fn from(incident: &'a Incident) -> Self {
        let reference = match &incident.origin {
            Origin::Report { reference, .. } => reference.as_deref(),
            Origin::Monitoring | Origin::Outage => None,
        };
        Self {
            id: &incident.id.0,
            number: &incident.number.0,
            version: incident.version,
            region: incident.key.region.as_str(),
            status: incident.status,
            severity: incident.severity,
            error_id: &incident.error_id,
            title: &incident.title,
            description: &incident.description,
            reference,
            machine_id: incident.place.machine_id.as_deref(),
            cinema: incident.place.cinema.clone().map(RestNamed::from),
            screen: incident.place.screen.clone().map(RestNamed::from),
            labels: &incident.labels,
            links: incident.links.iter().cloned().map(RestLink::from).collect(),
            opened_at: incident.opened_at,
            updated_at: incident.updated_at,
            acknowledged_at: incident.acknowledged_at,
            closed_at: incident.closed_at,
            close_reason: incident.close_reason.map(close_reason),
            assignee: incident.assignee.as_deref(),
            occurrences: incident.occurrences,
            firing: incident.is_firing(),
        }
    }
}

impl From<Named> for RestNamed {
    fn from(Named { id, name }: Named) -> Self {
        Self { id, name }
    }
}

impl From<Link> for RestLink {
    fn from(Link { title, url }: Link) -> Self {
        Self { title, url }
    }
}

fn close_reason(reason: CloseReason) -> &'static str {
    match reason {
        CloseReason::Resolved => "resolved",
        CloseReason::ByPerson => "by_person",
        CloseReason::ByService => "by_service",
        CloseReason::ResolvedAtSource => "resolved_at_source",
    }
}

impl Problem<'_> {
    /// What was sent cannot be taken.
    pub(super) fn invalid(message: String) -> Self {
        Self::of(StatusCode::BAD_REQUEST, "INVALID", message)
    }

    /// Any other reason, where there is no incident to show.
    pub(super) fn of(status: StatusCode, code: &'static str, message: String) -> Self {
        Self { status, code, message, incident: None }
    }
}

impl<'a> From<&'a CommandError> for Problem<'a> {
    fn from(error: &'a CommandError) -> Self {
        let (status, code) = match error {
            CommandError::NotFound => (StatusCode::NOT_FOUND, "NOT_FOUND"),
            CommandError::Refused { refusal, .. } => match refusal {
                Refusal::Conflict { .. } | Refusal::ReferenceTaken { .. } | Refusal::KeyReused => {
                    (StatusCode::CONFLICT, "CONFLICT")
                }
                Refusal::NotAllowed { .. } | Refusal::OpenBeside { .. } => {
                    (StatusCode::CONFLICT, "NOT_ALLOWED")
                }
                Refusal::Invalid(_) => (StatusCode::BAD_REQUEST, "INVALID"),
            },
            CommandError::Forbidden(_) => (StatusCode::FORBIDDEN, "FORBIDDEN"),
            CommandError::Store(_) => (StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE"),
        };
        let incident = match error {
            CommandError::Refused { incident, .. } => incident.as_deref().map(RestIncident::from),
            CommandError::NotFound | CommandError::Forbidden(_) | CommandError::Store(_) => None,
        };
        Self { status, code, message: error.to_string(), incident }
    }
}

impl IntoResponse for Problem<'_> {
    fn into_response(self) -> Response {
        let media_type = [(header::CONTENT_TYPE, "application/problem+json")];
        (self.status, media_type, Json(self)).into_response()
    }
}
