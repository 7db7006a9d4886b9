//! `GET /api/v1/report.csv`: the report of a period, for spreadsheets.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use cineportal_regions::RegionId;
use jiff::Timestamp;
use serde::Deserialize;

use super::HttpState;
use super::error::Refusal;
use super::export::{day_behind, instant};
use super::identity::Caller;
use crate::desk::{Desk, ReportError};
use crate::domain::local_time::Zone;
use crate::domain::period_report::ReportPeriod;
use crate::export::report_csv;

/// What may stand in the address.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReportParameters {
    /// All regions if left out.
    region: Option<String>,
    /// A day, or an instant.
    from: String,
    /// A day, which belongs to it, or an instant, which does not.
    to: String,
}

/// Sends the report that is asked for.
pub(super) async fn period_report_csv(
    State(state): State<HttpState>,
    caller: Caller,
    parameters: Result<Query<ReportParameters>, QueryRejection>,
) -> Result<Response, Refusal> {
    let desk = state.desk(&caller)?;
    let Query(parameters) = parameters.map_err(|error| Refusal::bad_request(format!("{error}.")))?;
    let period = period(&desk, &parameters)?;
    let region = parameters.region.map(RegionId::new);
    let desk = desk.for_export(region.as_ref())?;
    let report = desk.period_report(region.as_ref(), period).await.map_err(|error| refusal(&error))?;
    let text = report_csv(region.as_ref().map_or("", RegionId::as_str), &report).map_err(|error| {
        tracing::error!(%error, "a report could not be written");
        Refusal::with_status(StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong in the server.")
    })?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"report.csv\""),
    ];
    Ok((headers, text).into_response())
}

/// Days begin by the clocks of the region.
fn period(desk: &Desk, parameters: &ReportParameters) -> Result<ReportPeriod, Refusal> {
    let region = parameters.region.as_ref().and_then(|id| desk.region(&RegionId::new(id)));
    let zone = Zone::named(region.as_ref().map_or("UTC", |region| &region.time_zone));
    let zone = zone.map_err(|error| Refusal::bad_request(format!("{error}.")))?;
    let from: Timestamp = instant("from", &parameters.from, &zone, Some)?;
    let to: Timestamp = instant("to", &parameters.to, &zone, day_behind)?;
    ReportPeriod::new(from, to).map_err(|error| Refusal::bad_request(format!("{error}.")))
}

fn refusal(error: &ReportError) -> Refusal {
    match error {
        ReportError::NoRegion(_) => Refusal::with_status(StatusCode::NOT_FOUND, "There is no such region."),
        ReportError::TooMany => Refusal::bad_request(format!("{error}.")),
        ReportError::Store(error) => {
            tracing::error!(%error, "a report could not be made");
            Refusal::unavailable("The store of incidents does not answer. Try again in a moment.")
        }
    }
}
