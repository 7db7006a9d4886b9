//! Regions: the fragment `Summary` of the documents, and what the page of one region asks beside it.

use miniserde::Deserialize;

use super::{IncidentPage, Moment};
use crate::model::{self, Trouble};

#[derive(Deserialize)]
pub(in crate::api) struct Region {
    id: String,
    name: String,
    #[serde(rename = "timeZone")]
    time_zone: String,
    #[serde(rename = "accentColour")]
    accent_colour: String,
    #[serde(rename = "blindSince")]
    blind_since: Option<Moment>,
    counts: Option<Counts>,
    /// From here on only where the page of a region asks.
    panels: Option<Vec<String>>,
    sources: Option<Vec<Source>>,
    #[serde(rename = "machineCounts")]
    machine_counts: Option<MachineCounts>,
    pub(in crate::api) unresolved: Option<IncidentPage>,
    pub(in crate::api) closed: Option<IncidentPage>,
}

impl Region {
    /// How its sources and machines are; takes it out.
    pub(in crate::api) fn take_health(&mut self) -> model::RegionHealth {
        model::RegionHealth {
            sources: self.sources.take().into_iter().flatten().map(Into::into).collect(),
            machines: self.machine_counts.take().map(Into::into),
        }
    }
}

#[derive(Deserialize)]
struct Counts {
    open: u32,
    #[serde(rename = "inProgress")]
    in_progress: u32,
    critical: u32,
    muted: u32,
    closed: u32,
}

#[derive(Deserialize)]
struct Source {
    name: String,
    state: String,
    #[serde(rename = "asOf")]
    as_of: Option<Moment>,
    error: Option<String>,
}

#[derive(Deserialize)]
struct MachineCounts {
    total: u32,
    online: u32,
    offline: u32,
    unknown: u32,
    #[serde(rename = "asOf")]
    as_of: Option<Moment>,
    error: Option<String>,
}

impl TryFrom<Region> for model::Region {
    type Error = Trouble;

    /// Without counts it would look quiet.
    fn try_from(wire: Region) -> Result<Self, Trouble> {
        Ok(Self {
            id: wire.id,
            name: wire.name,
            time_zone: wire.time_zone,
            accent: model::AccentColour::parse(&wire.accent_colour),
            blind_since_ms: wire.blind_since.map(|since| since.0),
            counts: wire.counts.ok_or(Trouble::Unreadable)?.into(),
            panels: wire.panels.unwrap_or_default(),
        })
    }
}

impl From<Counts> for model::Counts {
    fn from(wire: Counts) -> Self {
        Self {
            open: wire.open,
            in_progress: wire.in_progress,
            critical: wire.critical,
            muted: wire.muted,
            closed: wire.closed,
        }
    }
}

impl From<Source> for model::Source {
    fn from(wire: Source) -> Self {
        Self {
            name: wire.name,
            state: model::SourceState::from_wire(&wire.state),
            as_of_ms: wire.as_of.map(|at| at.0),
            error: wire.error,
        }
    }
}

impl From<MachineCounts> for model::MachineCounts {
    fn from(wire: MachineCounts) -> Self {
        Self {
            total: wire.total,
            online: wire.online,
            offline: wire.offline,
            unknown: wire.unknown,
            as_of_ms: wire.as_of.map(|at| at.0),
            error: wire.error,
        }
    }
}
