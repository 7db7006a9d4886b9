//! An incident in full: what `incident.graphql` asks beside the row.

use miniserde::Deserialize;

use super::{Incident, IncidentMachine, IncidentSilence, Moment, NextShow};
use crate::model;

/// The same incident twice: as a row, and all the rest.
#[derive(Deserialize)]
pub(in crate::api) struct IncidentAnswer {
    row: Option<Incident>,
    file: Option<File>,
}

#[derive(Deserialize)]
struct File {
    description: String,
    region: Region,
    #[serde(rename = "nextShow")]
    next_show: NextShow,
    machine: Option<IncidentMachine>,
    members: Vec<Member>,
    muted: Option<Mute>,
    timeline: Vec<Entry>,
    #[serde(rename = "timelineDropped")]
    timeline_dropped: usize,
    deliveries: Vec<Delivery>,
    labels: Vec<Label>,
    links: Vec<Link>,
}

#[derive(Deserialize)]
struct Region {
    id: String,
    name: String,
    #[serde(rename = "timeZone")]
    time_zone: String,
    silences: Vec<IncidentSilence>,
}

#[derive(Deserialize)]
struct Member {
    #[serde(rename = "machineId")]
    machine_id: String,
    #[serde(rename = "joinedAt")]
    joined_at: Moment,
    #[serde(rename = "recoveredAt")]
    recovered_at: Option<Moment>,
    incident: Option<Numbered>,
}

#[derive(Deserialize)]
struct Numbered {
    id: String,
    number: String,
}

#[derive(Deserialize)]
struct Mute {
    reason: String,
    until: Moment,
}

#[derive(Deserialize)]
pub(super) struct Entry {
    at: Moment,
    who: String,
    what: String,
    note: Option<String>,
}

#[derive(Deserialize)]
struct Delivery {
    route: String,
    occasion: String,
    state: String,
    #[serde(rename = "droppedBecause")]
    dropped_because: Option<String>,
    #[serde(rename = "dueAt")]
    due_at: Moment,
    at: Option<Moment>,
    attempts: i32,
    #[serde(rename = "lastError")]
    last_error: Option<String>,
}

#[derive(Deserialize)]
struct Label {
    name: String,
    value: String,
}

#[derive(Deserialize)]
struct Link {
    title: String,
    url: String,
}

impl IncidentAnswer {
    /// Nothing where there is no such incident.
    pub(in crate::api) fn file(self) -> Option<model::IncidentFile> {
        let (row, mut file) = (self.row?, self.file?);
        let earlier = file.machine.as_mut().map_or(Some(Vec::new()), IncidentMachine::take_earlier);
        let incident: model::Incident = row.into();
        Some(model::IncidentFile {
            earlier: earlier.map(|all| all.into_iter().filter(|one| one.id != incident.id).collect()),
            incident,
            region: model::Place {
                id: file.region.id,
                name: file.region.name,
                time_zone: file.region.time_zone,
            },
            description: file.description,
            next_show: file.next_show.into(),
            machine: file.machine.map(Into::into),
            members: file.members.into_iter().map(Into::into).collect(),
            mute: file.muted.map(Into::into),
            silences: file.region.silences.into_iter().map(Into::into).collect(),
            timeline: file.timeline.into_iter().map(Into::into).collect(),
            timeline_dropped: file.timeline_dropped,
            deliveries: file.deliveries.into_iter().map(Into::into).collect(),
            labels: file.labels.into_iter().map(Into::into).collect(),
            links: file
                .links
                .iter()
                .filter_map(|link| model::WebLink::parse(&link.title, &link.url))
                .collect(),
        })
    }
}

impl From<Member> for model::OutageMember {
    fn from(wire: Member) -> Self {
        Self {
            machine: wire.machine_id,
            incident: wire.incident.map(|incident| (incident.id, incident.number)),
            joined_at_ms: wire.joined_at.0,
            recovered_at_ms: wire.recovered_at.map(|at| at.0),
        }
    }
}

impl From<Mute> for model::Mute {
    fn from(wire: Mute) -> Self {
        Self { no_show: wire.reason == "NO_SHOW", until_ms: wire.until.0 }
    }
}

impl From<Entry> for model::Entry {
    fn from(wire: Entry) -> Self {
        Self { at_ms: wire.at.0, who: wire.who, what: wire.what, note: wire.note }
    }
}

impl From<Delivery> for model::Delivery {
    fn from(wire: Delivery) -> Self {
        Self {
            route: wire.route,
            occasion: wire.occasion,
            state: wire.state,
            dropped_because: wire.dropped_because,
            due_at_ms: wire.due_at.0,
            at_ms: wire.at.map(|at| at.0),
            attempts: wire.attempts,
            last_error: wire.last_error,
        }
    }
}

impl From<Label> for model::Label {
    fn from(wire: Label) -> Self {
        Self { name: wire.name, value: wire.value }
    }
}
