//! What a report reads of an incident's document.

use serde::Deserialize;

use super::Moment;
use super::names::SeverityName;
use super::parts::NamedDocument;
use super::show::{self, ShowDocument};
use crate::domain::incident::{IncidentId, Severity};
use crate::domain::period_report::Facts;

/// A part of [`super::IncidentDocument`].
#[derive(Deserialize)]
pub(in crate::store) struct FactsDocument {
    #[serde(rename = "_id")]
    id: String,
    #[serde(with = "SeverityName")]
    severity: Severity,
    error_id: String,
    machine_id: Option<String>,
    cinema: Option<NamedDocument>,
    screen: Option<NamedDocument>,
    opened_at: Moment,
    acknowledged_at: Option<Moment>,
    closed_at: Option<Moment>,
    #[serde(default)]
    show_at_opening: Option<ShowDocument>,
    #[serde(default)]
    members: Vec<MemberId>,
}

#[derive(Deserialize)]
struct MemberId {
    incident: String,
}

impl FactsDocument {
    /// Its fields, for a store that sends no others.
    pub(in crate::store) const FIELDS: [&str; 11] = [
        "_id",
        "severity",
        "error_id",
        "machine_id",
        "cinema",
        "screen",
        "opened_at",
        "acknowledged_at",
        "closed_at",
        "show_at_opening",
        "members.incident",
    ];
}

impl From<FactsDocument> for Facts {
    fn from(document: FactsDocument) -> Self {
        Self {
            id: IncidentId(document.id),
            severity: document.severity,
            error_id: document.error_id,
            machine_id: document.machine_id,
            cinema: document.cinema.map(|cinema| cinema.name),
            screen: document.screen.map(|screen| screen.name),
            opened_at: document.opened_at.0,
            acknowledged_at: document.acknowledged_at.map(|moment| moment.0),
            closed_at: document.closed_at.map(|moment| moment.0),
            show: show::show(document.show_at_opening),
            members: document.members.into_iter().map(|member| IncidentId(member.incident)).collect(),
        }
    }
}
