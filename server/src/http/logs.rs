//! `GET /api/v1/logs`: an hour of this server's log, newest line first, for admins. Documented in `docs/operation.md`.

mod wire;

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use cineportal_regions::RegionId;
use serde::Deserialize;

use self::wire::WirePage;
use super::HttpState;
use super::error::Refusal;
use super::identity::Caller;
use crate::clock;
use crate::desk::{LogQuestion, LogRefusal};
use crate::domain::log_line::{Hour, LogLevel};
use crate::logs::LogsError;

/// What may stand in the address.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LogParameters {
    /// An hour of UTC; this one if left out.
    hour: Option<String>,
    /// Levels, separated by commas; all if left out.
    level: Option<String>,
    /// Only lines that name this region.
    region: Option<String>,
    /// Only lines that name the incident with this id or number.
    incident: Option<String>,
    /// Only lines that hold this text.
    text: Option<String>,
    /// Where the page before this one ended: its `next`.
    before: Option<u64>,
}

/// Sends a page of the log.
pub(super) async fn logs(
    State(state): State<HttpState>,
    caller: Caller,
    parameters: Result<Query<LogParameters>, QueryRejection>,
) -> Result<Json<WirePage>, Refusal> {
    let desk = state.desk(&caller)?;
    let Query(parameters) = parameters.map_err(|error| Refusal::bad_request(format!("{error}.")))?;
    let question = question(parameters)?;
    let hour = question.hour;
    let view = desk.logs(question).await.map_err(refusal)?;
    Ok(Json(WirePage::new(hour, view)))
}

fn question(parameters: LogParameters) -> Result<LogQuestion, Refusal> {
    let LogParameters { hour, level, region, incident, text, before } = parameters;
    let wrong = |error: &dyn std::fmt::Display| Refusal::bad_request(format!("{error}."));
    let hour = hour.map_or_else(|| Ok(Hour::of(clock::now())), |hour| hour.parse());
    let levels = level.iter().flat_map(|names| names.split(',')).map(str::parse);
    Ok(LogQuestion {
        hour: hour.map_err(|error| wrong(&error))?,
        levels: levels.collect::<Result<BTreeSet<LogLevel>, _>>().map_err(|error| wrong(&error))?,
        region: region.map(RegionId::new),
        incident,
        text,
        before,
    })
}

fn refusal(refused: LogRefusal) -> Refusal {
    match refused {
        LogRefusal::Forbidden(forbidden) => forbidden.into(),
        LogRefusal::NoRegion => Refusal::with_status(StatusCode::NOT_FOUND, "There is no such region."),
        LogRefusal::Logs(error @ LogsError::NoSuchPlace) => Refusal::bad_request(format!("{error}.")),
        LogRefusal::Logs(error @ LogsError::Busy) => Refusal::unavailable(format!("{error}: try again.")),
        LogRefusal::Logs(LogsError::Unreadable(error)) => {
            tracing::error!(%error, "the log could not be read");
            Refusal::unavailable("The log cannot be read now: try again in a moment.")
        }
    }
}
