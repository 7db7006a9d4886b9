//! The silences of a region, as an incident asks for them.

use miniserde::Deserialize;

use super::Moment;
use crate::model;

#[derive(Deserialize)]
pub(in crate::api) struct IncidentSilence {
    id: String,
    #[serde(rename = "machineId")]
    machine_id: Option<String>,
    #[serde(rename = "cinemaId")]
    cinema_id: Option<String>,
    #[serde(rename = "errorId")]
    error_id: Option<String>,
    current: Option<Current>,
    next: Option<Next>,
    window: Window,
    comment: String,
    #[serde(rename = "createdBy")]
    created_by: String,
    version: i32,
}

#[derive(Deserialize)]
struct Current {
    until: Moment,
}

#[derive(Deserialize)]
struct Next {
    from: Moment,
}

#[derive(Deserialize)]
struct Window {
    #[serde(rename = "__typename")]
    kind: String,
}

impl From<IncidentSilence> for model::Silence {
    fn from(wire: IncidentSilence) -> Self {
        Self {
            id: wire.id,
            version: wire.version,
            machine: wire.machine_id,
            cinema: wire.cinema_id,
            error: wire.error_id,
            until_ms: wire.current.map(|current| current.until.0),
            from_ms: wire.next.map(|next| next.from.0),
            weekly: wire.window.kind == "WeeklyWindow",
            comment: wire.comment,
            created_by: wire.created_by,
        }
    }
}
