//! The subscription to changed incidents.

use super::live::Change;
use super::schema;
use super::wire;

#[derive(cynic::QueryVariables)]
pub(super) struct IncidentChangesVariables {
    pub(super) region: Option<cynic::Id>,
    pub(super) after: Option<String>,
}

#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Subscription", variables = "IncidentChangesVariables")]
pub(super) struct IncidentChanges {
    #[arguments(region: $region, after: $after)]
    pub(super) incident_changed: IncidentEvent,
}

#[derive(cynic::InlineFragments)]
pub(super) enum IncidentEvent {
    IncidentChange(Box<IncidentChange>),
    Resync(Resync),
    #[cynic(fallback)]
    Unknown,
}

#[derive(cynic::QueryFragment)]
pub(super) struct IncidentChange {
    pub(super) cursor: String,
    incident: wire::Incident,
}

#[derive(cynic::QueryFragment)]
pub(super) struct Resync {
    pub(super) reason: String,
}

impl IncidentEvent {
    /// Where to go on after this event, if the connection breaks.
    pub(super) fn cursor(&self) -> Option<String> {
        match self {
            Self::IncidentChange(change) => Some(change.cursor.clone()),
            Self::Resync(_) | Self::Unknown => None,
        }
    }
}

impl From<IncidentEvent> for Change {
    /// An event of a kind that we do not know may be anything: reading the lists again is never wrong.
    fn from(wire: IncidentEvent) -> Self {
        match wire {
            IncidentEvent::IncidentChange(change) => Self::Incident(Box::new(change.incident.into())),
            IncidentEvent::Resync(_) | IncidentEvent::Unknown => Self::Resync,
        }
    }
}
