//! A row of a list of incidents: the fragment `Row` of the documents.

use miniserde::Deserialize;

use super::Moment;
use super::page_info::PageInfo;
use super::place::{Cinema, Screen};
use crate::model;

#[derive(Deserialize)]
pub(in crate::api) struct Incident {
    id: String,
    number: String,
    version: i32,
    status: String,
    severity: String,
    #[serde(rename = "errorId")]
    error_id: String,
    title: String,
    machine: Option<Identified>,
    cinema: Option<Cinema>,
    screen: Option<Screen>,
    #[serde(rename = "openedAt")]
    opened_at: Moment,
    #[serde(rename = "closedAt")]
    closed_at: Option<Moment>,
    #[serde(rename = "closeReason")]
    close_reason: Option<String>,
    firing: bool,
    occurrences: i32,
    flapping: bool,
    #[serde(rename = "nextShowAt")]
    next_show_at: Option<Moment>,
    #[serde(rename = "fixLikely")]
    fix_likely: String,
    muted: Option<Mute>,
    members: Vec<Member>,
    outage: Option<Identified>,
    assignee: Option<String>,
}

/// A page of incidents.
#[derive(Deserialize)]
pub(in crate::api) struct IncidentPage {
    edges: Vec<Edge>,
    #[serde(rename = "pageInfo")]
    page_info: Option<PageInfo>,
    #[serde(rename = "totalCount")]
    total_count: Option<usize>,
}

impl IncidentPage {
    /// How many there are on all pages, as far as it was asked.
    pub(in crate::api) fn total(&self) -> usize {
        self.total_count.unwrap_or(self.edges.len())
    }

    pub(in crate::api) fn next_page(&self) -> Option<String> {
        self.page_info.as_ref()?.next_page()
    }

    pub(in crate::api) fn incidents(self) -> impl Iterator<Item = model::Incident> {
        self.edges.into_iter().map(|edge| edge.node.into())
    }
}

#[derive(Deserialize)]
struct Edge {
    node: Incident,
}

#[derive(Deserialize)]
struct Identified {
    id: String,
}

#[derive(Deserialize)]
struct Mute {
    until: Moment,
}

#[derive(Deserialize)]
struct Member {
    #[serde(rename = "machineId")]
    machine_id: String,
    #[serde(rename = "recoveredAt")]
    recovered_at: Option<Moment>,
}

impl From<Incident> for model::Incident {
    fn from(wire: Incident) -> Self {
        Self {
            id: wire.id,
            number: wire.number,
            version: wire.version,
            status: model::Status::from_wire(&wire.status),
            severity: model::Severity::from_wire(&wire.severity),
            error_id: wire.error_id,
            title: wire.title,
            machine: wire.machine.map(|machine| machine.id),
            cinema: wire.cinema.map(Into::into),
            screen: wire.screen.map(|screen| screen.name),
            opened_at_ms: wire.opened_at.0,
            closed_at_ms: wire.closed_at.map(|at| at.0),
            close_reason: wire.close_reason.and_then(|reason| model::CloseReason::from_wire(&reason)),
            firing: wire.firing,
            occurrences: wire.occurrences,
            flapping: wire.flapping,
            next_show_at_ms: wire.next_show_at.map(|at| at.0),
            fix_likely: model::FixLikely::from_wire(&wire.fix_likely),
            muted_until_ms: wire.muted.map(|mute| mute.until.0),
            members: wire.members.into_iter().map(Into::into).collect(),
            outage: wire.outage.map(|outage| outage.id),
            assignee: wire.assignee,
        }
    }
}

impl From<Member> for model::Member {
    fn from(wire: Member) -> Self {
        Self { machine: wire.machine_id, recovered: wire.recovered_at.is_some() }
    }
}
