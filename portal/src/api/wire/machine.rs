//! Machines: those of the wall, and one with all that was read of it.

use miniserde::Deserialize;

use super::{IncidentPage, Moment};
use crate::model;

#[derive(Deserialize)]
pub(in crate::api) struct Machine {
    id: String,
    cinema: Option<Place>,
    screen: Option<Named>,
    online: Option<bool>,
    reading: Reading,
    #[serde(rename = "nextShow")]
    next_show: NextShow,
    /// From here on only where one machine is asked for.
    region: Option<Region>,
    unresolved: Option<IncidentPage>,
    closed: Option<IncidentPage>,
}

/// A page of machines.
#[derive(Deserialize)]
pub(in crate::api) struct MachinePage {
    edges: Vec<Edge>,
    #[serde(rename = "pageInfo")]
    page_info: PageInfo,
}

impl MachinePage {
    pub(in crate::api) fn next_page(&self) -> Option<String> {
        self.page_info.end_cursor.clone().filter(|_| self.page_info.has_next_page)
    }

    pub(in crate::api) fn machines(self) -> impl Iterator<Item = model::Machine> {
        self.edges.into_iter().map(|edge| edge.node.into())
    }
}

#[derive(Deserialize)]
struct Edge {
    node: Machine,
}

#[derive(Deserialize)]
struct PageInfo {
    #[serde(rename = "hasNextPage")]
    has_next_page: bool,
    #[serde(rename = "endCursor")]
    end_cursor: Option<String>,
}

#[derive(Deserialize)]
struct Place {
    id: String,
    name: String,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

#[derive(Deserialize)]
struct Region {
    id: String,
    name: String,
    #[serde(rename = "timeZone")]
    time_zone: String,
    #[serde(rename = "blindSince")]
    blind_since: Option<Moment>,
}

#[derive(Deserialize)]
struct NextShow {
    at: Option<Moment>,
    #[serde(rename = "asOf")]
    as_of: Option<Moment>,
    error: Option<String>,
}

#[derive(Deserialize)]
struct Reading {
    #[serde(rename = "asOf")]
    as_of: Option<Moment>,
    error: Option<String>,
    #[serde(rename = "lastSeenAt")]
    last_seen_at: Option<Moment>,
    #[serde(rename = "displayWidthPixels")]
    width: Option<u32>,
    #[serde(rename = "displayHeightPixels")]
    height: Option<u32>,
    #[serde(rename = "displayExpectedWidthPixels")]
    expected_width: Option<u32>,
    #[serde(rename = "displayExpectedHeightPixels")]
    expected_height: Option<u32>,
    #[serde(rename = "downloadFailed")]
    download_failed: Option<bool>,
    #[serde(rename = "downloadProgressRatio")]
    download_ratio: Option<f64>,
    #[serde(rename = "gameVersion")]
    game_version: Option<String>,
    #[serde(rename = "temperatureCelsius")]
    temperature: Option<f64>,
    #[serde(rename = "diskFreeBytes")]
    disk_free: Option<f64>,
}

impl Machine {
    /// With its region, its readings and its incidents; nothing where those were not asked for.
    pub(in crate::api) fn file(mut self) -> Option<model::MachineFile> {
        let region = self.region.take()?;
        let incidents = |page: Option<IncidentPage>| Some(page?.incidents().collect());
        Some(model::MachineFile {
            open: incidents(self.unresolved.take())?,
            closed: incidents(self.closed.take()).unwrap_or_default(),
            region: region.into(),
            reading: self.reading.values(),
            show_as_of_ms: self.next_show.as_of.map(|at| at.0),
            show_error: self.next_show.error.take(),
            machine: self.into(),
        })
    }
}

impl Reading {
    fn values(&mut self) -> model::Reading {
        model::Reading {
            last_seen_at_ms: self.last_seen_at.map(|at| at.0),
            picture: self.width.zip(self.height),
            picture_expected: self.expected_width.zip(self.expected_height),
            download_failed: self.download_failed,
            download_ratio: self.download_ratio,
            game_version: self.game_version.take(),
            temperature_celsius: self.temperature,
            disk_free_bytes: self.disk_free,
        }
    }
}

impl From<Machine> for model::Machine {
    fn from(wire: Machine) -> Self {
        Self {
            id: wire.id,
            cinema: wire.cinema.map(|cinema| model::Cinema { id: cinema.id, name: cinema.name }),
            screen: wire.screen.map(|screen| screen.name),
            online: wire.online,
            as_of_ms: wire.reading.as_of.map(|at| at.0),
            error: wire.reading.error,
            next_show_at_ms: wire.next_show.at.map(|at| at.0),
        }
    }
}

impl From<Region> for model::MachineRegion {
    fn from(wire: Region) -> Self {
        Self {
            id: wire.id,
            name: wire.name,
            time_zone: wire.time_zone,
            blind_since_ms: wire.blind_since.map(|since| since.0),
        }
    }
}
