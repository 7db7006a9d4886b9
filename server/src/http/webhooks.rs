//! Webhooks of alert senders. 2xx only when every alert in it is durable.

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::post;

use super::HttpState;
use super::error::Refusal;
use super::measured::Arrived;
use super::origin;
use crate::clock;
use crate::domain::trace::TraceId;
use crate::ingest::arrival::Arrival;
use crate::ingest::format::{FORMATS, Format};
use crate::ingest::parsed::Parsed;
use crate::ingest::writer::IngestError;
use crate::telemetry::AlertOutcome;

/// How many faults are told; the rest is counted.
const TOLD_FAULTS: usize = 5;

/// One route for each format.
pub(super) fn routes() -> Router<HttpState> {
    let take_in = |format: &'static Format| {
        post(move |state, trace_id, arrived, headers, body| {
            take_in(format, state, trace_id, arrived, headers, body)
        })
    };
    FORMATS.iter().fold(Router::new(), |routes, format| routes.route(format.path, take_in(format)))
}

async fn take_in(
    format: &Format,
    State(state): State<HttpState>,
    Extension(trace_id): Extension<TraceId>,
    Extension(Arrived(at)): Extension<Arrived>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<&'static str, Refusal> {
    let body = admit(&headers, body)?;
    let parsed = (format.parse)(&body, &state.regions(), clock::now());
    let parsed = match format.takes_silence_for_an_end {
        true => parsed.map(|parsed| without_doubtful(&state, parsed)),
        false => parsed,
    };
    take(&state, parsed, Arrival { trace_id, at }).await
}

fn admit(headers: &HeaderMap, body: Result<Bytes, BytesRejection>) -> Result<Bytes, Refusal> {
    if headers.contains_key(header::ORIGIN) {
        return Err(Refusal::forbidden("Webhooks of web pages are not taken."));
    }
    if !origin::is_json(headers) {
        let reason = "Send the webhook as application/json.";
        return Err(Refusal::with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE, reason));
    }
    body.map_err(|error| Refusal::with_status(error.status(), format!("{error}.")))
}

/// Nothing closes because a Prometheus cannot be reached: ends that may be only its silence are left out.
fn without_doubtful(state: &HttpState, mut parsed: Parsed) -> Parsed {
    let doubtful = parsed.alerts.extract_if(.., |alert| state.services.watch.doubts_end(alert)).count();
    if doubtful > 0 {
        state.services.metrics.count_alerts(AlertOutcome::doubted, doubtful);
        tracing::warn!(alerts = doubtful, "ends of alerts were not believed: a Prometheus does not answer");
    }
    parsed
}

/// The good alerts beside a bad one are stored before it is refused.
/// Our own trouble is always 503: Alertmanager retries on 5xx, and drops what gets 4xx.
async fn take(
    state: &HttpState,
    parsed: Result<Parsed, String>,
    arrival: Arrival,
) -> Result<&'static str, Refusal> {
    let parsed = parsed.map_err(|reason| {
        tracing::warn!(%reason, "a webhook was refused");
        Refusal::bad_request(reason)
    })?;
    let taken = parsed.alerts.len() + parsed.beats.len();
    state.services.watch.hear(&parsed.beats).await;
    state.ingest.submit(parsed.alerts, Some(arrival)).await.map_err(|error| come_again(&error))?;
    tracing::info!(alerts = taken, "alerts of a webhook are stored");
    if parsed.faults.is_empty() {
        return Ok("stored\n");
    }
    state.services.metrics.count_alerts(AlertOutcome::refused, parsed.faults.len());
    let reason = explain(taken, &parsed.faults);
    tracing::warn!(%reason, "some alerts of a webhook were refused");
    Err(Refusal::bad_request(reason))
}

fn come_again(error: &IngestError) -> Refusal {
    match error {
        IngestError::QueueFull => Refusal::unavailable("Too many alerts are waiting: send them again."),
        IngestError::Stopping => Refusal::unavailable("The server is stopping: send them again."),
        IngestError::Store(_) => Refusal::unavailable("The store did not take the alerts: send them again."),
    }
}

fn explain(taken: usize, faults: &[String]) -> String {
    let told = faults.iter().take(TOLD_FAULTS).cloned().collect::<Vec<_>>().join(" ");
    let untold = faults.len().saturating_sub(TOLD_FAULTS);
    let more = if untold > 0 { format!(" And {untold} more.") } else { String::new() };
    format!("{taken} alerts were stored, {} could not be read. {told}{more}", faults.len())
}
