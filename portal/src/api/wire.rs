//! What is selected of regions and incidents, and how it becomes the model.

use serde::de::Error;
use serde::{Deserialize, Deserializer};

use super::schema;
use crate::model;

/// A moment, in milliseconds since 1970.
#[derive(Clone, Copy)]
struct DateTime(i64);

cynic::impl_scalar!(DateTime, schema::DateTime);

impl<'de> Deserialize<'de> for DateTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        model::instant_ms(&text).map(Self).ok_or_else(|| D::Error::custom("not a moment"))
    }
}

#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Region")]
pub(super) struct RegionSummary {
    id: cynic::Id,
    name: String,
    time_zone: String,
    accent_colour: String,
    blind_since: Option<DateTime>,
    counts: Option<RegionCounts>,
}

#[derive(cynic::QueryFragment)]
struct RegionCounts {
    open: i32,
    in_progress: i32,
    critical: i32,
}

#[derive(cynic::QueryFragment)]
pub(super) struct Incident {
    id: cynic::Id,
    number: String,
    version: i32,
    status: IncidentStatus,
    severity: Severity,
    error_id: String,
    title: String,
    description: String,
    machine: Option<Machine>,
    cinema: Option<Cinema>,
    screen: Option<Screen>,
    opened_at: DateTime,
    closed_at: Option<DateTime>,
    close_reason: Option<CloseReason>,
    firing: bool,
    occurrences: i32,
    flapping: bool,
    next_show_at: Option<DateTime>,
    muted: Option<IncidentMute>,
    members: Vec<OutageMember>,
    assignee: Option<String>,
    labels: Vec<Label>,
    links: Vec<Link>,
}

#[derive(cynic::QueryFragment)]
struct IncidentMute {
    until: DateTime,
}

#[derive(cynic::QueryFragment)]
struct OutageMember {
    machine_id: cynic::Id,
    recovered_at: Option<DateTime>,
}

#[derive(cynic::QueryFragment)]
struct Machine {
    id: cynic::Id,
}

#[derive(cynic::QueryFragment)]
struct Cinema {
    name: String,
}

#[derive(cynic::QueryFragment)]
struct Screen {
    name: String,
}

#[derive(cynic::QueryFragment)]
struct Label {
    name: String,
    value: String,
}

#[derive(cynic::QueryFragment)]
struct Link {
    title: String,
    url: String,
}

#[derive(cynic::Enum, Clone, Copy)]
pub(super) enum IncidentStatus {
    Open,
    InProgress,
    Closed,
    #[cynic(fallback)]
    Unknown,
}

#[derive(cynic::Enum, Clone, Copy)]
enum Severity {
    Critical,
    Warning,
    Info,
    #[cynic(fallback)]
    Unknown,
}

#[derive(cynic::Enum, Clone, Copy)]
enum CloseReason {
    Resolved,
    ByPerson,
    ByService,
    ResolvedAtSource,
    #[cynic(fallback)]
    Unknown,
}

impl TryFrom<RegionSummary> for model::Region {
    type Error = model::Trouble;

    /// Without counts it would look quiet.
    fn try_from(wire: RegionSummary) -> Result<Self, model::Trouble> {
        let missing = || model::Trouble::Unreadable("a region without counts".to_owned());
        let counts = wire.counts.ok_or_else(missing)?;
        Ok(Self {
            id: wire.id.into_inner(),
            name: wire.name,
            time_zone: wire.time_zone,
            accent: model::AccentColour::parse(&wire.accent_colour),
            blind_since_ms: wire.blind_since.map(|since| since.0),
            counts: counts.into(),
        })
    }
}

impl From<RegionCounts> for model::Counts {
    fn from(wire: RegionCounts) -> Self {
        let count = |number: i32| u32::try_from(number).unwrap_or(0);
        Self { open: count(wire.open), in_progress: count(wire.in_progress), critical: count(wire.critical) }
    }
}

impl From<Incident> for model::Incident {
    fn from(wire: Incident) -> Self {
        Self {
            id: wire.id.into_inner(),
            number: wire.number,
            version: wire.version,
            status: wire.status.into(),
            severity: wire.severity.into(),
            error_id: wire.error_id,
            title: wire.title,
            description: wire.description,
            machine: wire.machine.map(|machine| machine.id.into_inner()),
            cinema: wire.cinema.map(|cinema| cinema.name),
            screen: wire.screen.map(|screen| screen.name),
            opened_at_ms: wire.opened_at.0,
            closed_at_ms: wire.closed_at.map(|closed_at| closed_at.0),
            close_reason: wire.close_reason.and_then(CloseReason::known),
            firing: wire.firing,
            occurrences: wire.occurrences,
            flapping: wire.flapping,
            next_show_at_ms: wire.next_show_at.map(|next_show_at| next_show_at.0),
            muted_until_ms: wire.muted.map(|mute| mute.until.0),
            members: wire.members.into_iter().map(model::Member::from).collect(),
            assignee: wire.assignee,
            labels: wire
                .labels
                .into_iter()
                .map(|label| model::Label { name: label.name, value: label.value })
                .collect(),
            links: wire
                .links
                .iter()
                .filter_map(|link| model::WebLink::parse(&link.title, &link.url))
                .collect(),
        }
    }
}

impl From<OutageMember> for model::Member {
    fn from(wire: OutageMember) -> Self {
        Self { machine: wire.machine_id.into_inner(), recovered: wire.recovered_at.is_some() }
    }
}

impl From<IncidentStatus> for model::Status {
    /// A status that we do not know stays among the open ones: better seen than lost.
    fn from(wire: IncidentStatus) -> Self {
        match wire {
            IncidentStatus::Open | IncidentStatus::Unknown => Self::Open,
            IncidentStatus::InProgress => Self::InProgress,
            IncidentStatus::Closed => Self::Closed,
        }
    }
}

impl From<Severity> for model::Severity {
    fn from(wire: Severity) -> Self {
        match wire {
            Severity::Critical => Self::Critical,
            Severity::Warning | Severity::Unknown => Self::Warning,
            Severity::Info => Self::Info,
        }
    }
}

impl CloseReason {
    fn known(self) -> Option<model::CloseReason> {
        match self {
            Self::Resolved => Some(model::CloseReason::Resolved),
            Self::ByPerson => Some(model::CloseReason::ByPerson),
            Self::ByService => Some(model::CloseReason::ByService),
            Self::ResolvedAtSource => Some(model::CloseReason::ResolvedAtSource),
            Self::Unknown => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn sample() -> Value {
        json!({
            "id": "7", "number": "DK-1042", "version": 3, "status": "IN_PROGRESS", "severity": "CRITICAL",
            "errorId": "machine_offline", "title": "Machine is offline", "description": "",
            "machine": {"id": "dk-1"}, "cinema": null, "screen": {"name": "Screen 3"},
            "openedAt": "1970-01-01T00:00:01Z", "closedAt": null, "closeReason": null,
            "firing": true, "occurrences": 2, "flapping": true, "nextShowAt": "1970-01-01T00:00:09Z",
            "muted": {"until": "1970-01-01T00:00:05Z"}, "members": [], "assignee": null, "labels": [{"name": "a", "value": "b"}],
            "links": [{"title": "Runbook", "url": "https://wiki.example"}, {"title": "x", "url": "javascript:x"}],
        })
    }

    fn read(wire: Value) -> model::Incident {
        serde_json::from_value::<Incident>(wire).unwrap().into()
    }

    #[test]
    fn an_incident_on_the_wire_becomes_one_of_the_model() {
        let incident = read(sample());
        assert_eq!((incident.number.as_str(), incident.version), ("DK-1042", 3));
        assert_eq!(
            (incident.status, incident.severity),
            (model::Status::InProgress, model::Severity::Critical)
        );
        assert_eq!((incident.opened_at_ms, incident.machine.as_deref()), (1_000, Some("dk-1")));
        assert_eq!((incident.next_show_at_ms, incident.muted_until_ms), (Some(9_000), Some(5_000)));
    }

    #[test]
    fn links_that_are_not_web_addresses_are_left_out() {
        let links = read(sample()).links;
        assert_eq!(links.iter().map(model::WebLink::title).collect::<Vec<_>>(), ["Runbook"]);
    }

    #[test]
    fn words_of_a_newer_server_do_not_hide_an_incident() {
        let mut wire = sample();
        wire["status"] = json!("PARKED");
        wire["severity"] = json!("DISASTER");
        let incident = read(wire);
        assert_eq!((incident.status, incident.severity), (model::Status::Open, model::Severity::Warning));
    }
}
