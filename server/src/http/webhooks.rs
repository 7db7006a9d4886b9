//! Webhooks of alert senders. 2xx only when every alert in it is durable.

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode, header};

use super::HttpState;
use super::error::Refusal;
use super::origin;
use crate::ingest::alertmanager;
use crate::ingest::writer::IngestError;
use crate::telemetry::AlertOutcome;

/// How many faults are told; the rest is counted.
const TOLD_FAULTS: usize = 5;

/// Takes a webhook of Alertmanager. The good alerts beside a bad one are stored before it is refused.
/// Our own trouble is always 503: Alertmanager retries on 5xx, and drops what gets 4xx.
pub(super) async fn alertmanager(
    State(state): State<HttpState>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<&'static str, Refusal> {
    if headers.contains_key(header::ORIGIN) {
        return Err(Refusal::forbidden("Webhooks of web pages are not taken."));
    }
    if !origin::is_json(&headers) {
        let reason = "Send the webhook as application/json.";
        return Err(Refusal::with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE, reason));
    }
    let body = body.map_err(|error| Refusal::with_status(error.status(), format!("{error}.")))?;
    let parsed = alertmanager::parse(&body, state.regions()).map_err(|reason| {
        tracing::warn!(%reason, "a webhook was refused");
        Refusal::bad_request(reason)
    })?;
    let taken = parsed.alerts.len();
    state.ingest.submit(parsed.alerts).await.map_err(|error| come_again(&error))?;
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
