//! Machines: those of the wall, and one with all that was read of it.

use miniserde::Deserialize;

use super::page_info::PageInfo;
use super::place::{Cinema, Screen};
use super::{IncidentPage, Moment, NextShow, Reading};
use crate::model;

#[derive(Deserialize)]
pub(in crate::api) struct Machine {
    id: String,
    cinema: Option<Cinema>,
    screen: Option<Screen>,
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
        self.page_info.next_page()
    }

    pub(in crate::api) fn machines(self) -> impl Iterator<Item = model::Machine> {
        self.edges.into_iter().map(|edge| edge.node.split().0)
    }
}

#[derive(Deserialize)]
struct Edge {
    node: Machine,
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

impl Machine {
    /// With its region, its readings and its incidents; nothing where those were not asked for.
    pub(in crate::api) fn file(mut self) -> Option<model::MachineFile> {
        let region = self.region.take()?;
        let incidents = |page: Option<IncidentPage>| Some(page?.incidents().collect());
        let (open, closed) = (incidents(self.unresolved.take())?, incidents(self.closed.take()));
        let (machine, reading, next_show) = self.split();
        Some(model::MachineFile {
            open,
            closed: closed.unwrap_or_default(),
            region: region.into(),
            machine,
            reading,
            next_show,
        })
    }

    /// The machine as it stands on a wall, and what else was read of it.
    fn split(self) -> (model::Machine, model::Reading, model::NextShow) {
        let next_show: model::NextShow = self.next_show.into();
        let reading = self.reading.of(self.id.clone(), self.online);
        let machine = model::Machine {
            id: self.id,
            cinema: self.cinema.map(Into::into),
            screen: self.screen.map(|screen| screen.name),
            online: self.online,
            as_of_ms: reading.as_of_ms,
            error: reading.error.clone(),
            next_show_at_ms: next_show.at_ms,
        };
        (machine, reading, next_show)
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
