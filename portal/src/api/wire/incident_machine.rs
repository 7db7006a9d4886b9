//! The machine of an incident: what was read of it, and what was closed there before.

use miniserde::Deserialize;

use super::Moment;
use super::incident_file::Entry;
use crate::model;

#[derive(Deserialize)]
pub(in crate::api) struct IncidentMachine {
    id: String,
    online: Option<bool>,
    reading: Reading,
    earlier: Option<EarlierPage>,
}

#[derive(Deserialize)]
struct Reading {
    #[serde(rename = "lastSeenAt")]
    last_seen_at: Option<Moment>,
    #[serde(rename = "displayWidthPixels")]
    width: Option<i32>,
    #[serde(rename = "displayHeightPixels")]
    height: Option<i32>,
    #[serde(rename = "displayExpectedWidthPixels")]
    expected_width: Option<i32>,
    #[serde(rename = "displayExpectedHeightPixels")]
    expected_height: Option<i32>,
    #[serde(rename = "downloadFailed")]
    download_failed: Option<bool>,
    #[serde(rename = "downloadProgressRatio")]
    download_ratio: Option<f64>,
    #[serde(rename = "gameVersion")]
    game_version: Option<String>,
    #[serde(rename = "temperatureCelsius")]
    temperature: Option<f64>,
    #[serde(rename = "diskFreeBytes")]
    free_disk: Option<f64>,
    #[serde(rename = "asOf")]
    as_of: Option<Moment>,
    error: Option<String>,
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

impl From<IncidentMachine> for model::MachineNow {
    fn from(wire: IncidentMachine) -> Self {
        let reading = wire.reading;
        Self {
            id: wire.id,
            online: wire.online,
            last_seen_ms: reading.last_seen_at.map(|at| at.0),
            shown: reading.width.zip(reading.height),
            expected: reading.expected_width.zip(reading.expected_height),
            download_failed: reading.download_failed,
            download_ratio: reading.download_ratio,
            version: reading.game_version,
            temperature: reading.temperature,
            free_disk: reading.free_disk,
            as_of_ms: reading.as_of.map(|at| at.0),
            error: reading.error,
        }
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
