//! The machine of an incident: what was read of it, and what was closed there before.

use miniserde::Deserialize;

use super::incident_file::Entry;
use super::{Moment, Reading};
use crate::model;

#[derive(Deserialize)]
pub(in crate::api) struct IncidentMachine {
    id: String,
    online: Option<bool>,
    reading: Reading,
    earlier: Option<EarlierPage>,
}

#[derive(Deserialize)]
struct EarlierPage {
    edges: Vec<EarlierEdge>,
}

#[derive(Deserialize)]
struct EarlierEdge {
    node: Earlier,
}

#[derive(Deserialize)]
struct Earlier {
    id: String,
    number: String,
    title: String,
    #[serde(rename = "openedAt")]
    opened_at: Moment,
    #[serde(rename = "closedAt")]
    closed_at: Option<Moment>,
    #[serde(rename = "closeReason")]
    close_reason: Option<String>,
    timeline: Vec<Entry>,
}

impl IncidentMachine {
    /// What was closed there, newest first; takes it out. Nothing where history could not be read.
    pub(super) fn take_earlier(&mut self) -> Option<Vec<model::Earlier>> {
        let page = self.earlier.take()?;
        Some(page.edges.into_iter().map(|edge| edge.node.into()).collect())
    }
}

impl From<IncidentMachine> for model::Reading {
    fn from(wire: IncidentMachine) -> Self {
        wire.reading.of(wire.id, wire.online)
    }
}

impl From<Earlier> for model::Earlier {
    fn from(wire: Earlier) -> Self {
        let timeline: Vec<model::Entry> = wire.timeline.into_iter().map(Into::into).collect();
        Self {
            id: wire.id,
            number: wire.number,
            title: wire.title,
            opened_at_ms: wire.opened_at.0,
            closed_at_ms: wire.closed_at.map(|at| at.0),
            reason: wire.close_reason.and_then(|reason| model::CloseReason::from_wire(&reason)),
            solution: model::solution(&timeline),
        }
    }
}
