//! `GET /api/v1/incidents.csv`: incidents for spreadsheets.

use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use cineportal_regions::RegionId;
use futures::{StreamExt, TryStreamExt};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;

use super::HttpState;
use super::error::Refusal;
use super::identity::Caller;
use super::trace::in_this_span;
use crate::desk::Desk;
use crate::domain::incident::Status;
use crate::domain::local_time::Zone;
use crate::export::{self, ExportQuery};
use crate::store::Period;

/// What may stand in the address.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExportParameters {
    region: Option<String>,
    /// Some of `open`, `in_progress` and `closed`, with commas between; all if left out.
    status: Option<String>,
    /// A day, or an instant.
    from: Option<String>,
    /// A day, which belongs to it, or an instant, which does not.
    until: Option<String>,
}

/// Sends all incidents that are asked for.
pub(super) async fn incidents_csv(
    State(state): State<HttpState>,
    caller: Caller,
    parameters: Result<Query<ExportParameters>, QueryRejection>,
) -> Result<Response, Refusal> {
    let desk = state.desk(&caller)?;
    let Query(parameters) = parameters.map_err(|error| Refusal::bad_request(format!("{error}.")))?;
    let query = read(&desk, &parameters)?;
    let desk = desk.for_export(query.region.as_ref())?;
    let pieces = export::csv(desk, query).await.map_err(|error| {
        tracing::error!(%error, "incidents could not be exported");
        Refusal::unavailable("The store of incidents does not answer. Try again in a moment.")
    })?;
    let pieces = pieces.inspect_err(|error| tracing::error!(%error, "an export of incidents was cut off"));
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"incidents.csv\""),
    ];
    Ok((headers, Body::from_stream(in_this_span(pieces.boxed()))).into_response())
}

fn read(desk: &Desk, parameters: &ExportParameters) -> Result<ExportQuery, Refusal> {
    let region = parameters.region.as_ref().map(|id| {
        let region = desk.region(&RegionId::new(id));
        region.ok_or_else(|| Refusal::with_status(StatusCode::NOT_FOUND, "There is no such region."))
    });
    let region = region.transpose()?;
    let zone = Zone::named(region.as_ref().map_or("UTC", |region| &region.time_zone));
    let zone = zone.map_err(|error| Refusal::bad_request(format!("{error}.")))?;
    let from = parameters.from.as_deref().map(|text| instant("from", text, &zone, Some)).transpose()?;
    let until =
        parameters.until.as_deref().map(|text| instant("until", text, &zone, day_behind)).transpose()?;
    let statuses = parameters.status.as_deref().unwrap_or("open,in_progress,closed");
    let statuses = statuses.split(',').map(status).collect::<Result<_, _>>()?;
    Ok(ExportQuery { region: region.map(|region| region.id), statuses, opened: Period { from, until } })
}

fn status(text: &str) -> Result<Status, Refusal> {
    match text.trim().to_ascii_lowercase().as_str() {
        "open" => Ok(Status::Open),
        "in_progress" => Ok(Status::InProgress),
        "closed" => Ok(Status::Closed),
        _ => Err(Refusal::bad_request(
            "`status` is some of open, in_progress and closed, with commas between.",
        )),
    }
}

/// The day behind this one: a last day belongs to what is asked for.
pub(super) fn day_behind(day: Date) -> Option<Date> {
    day.tomorrow().ok()
}

/// An instant as it stands there, or the beginning of a day by the clocks of this zone.
pub(super) fn instant(
    what: &str,
    text: &str,
    zone: &Zone,
    day: impl Fn(Date) -> Option<Date>,
) -> Result<Timestamp, Refusal> {
    let instant = match Date::strptime("%Y-%m-%d", text) {
        Ok(date) => day(date).and_then(|day| zone.first_showing(day.at(0, 0, 0, 0))),
        Err(_) => text.parse().ok(),
    };
    let reason = format!("Write `{what}` as a day, 2026-10-25, or as an instant, 2026-10-25T22:00:00Z.");
    instant.ok_or_else(|| Refusal::bad_request(reason))
}
