//! For whoever operates the server: is it alive, is it ready, how is it doing.

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use cineportal_metrics::Format;

use super::HttpState;
use super::error::Refusal;
use crate::clock;

/// The process answers.
pub(super) async fn alive() -> &'static str {
    "alive\n"
}

/// The server goes on serving, the board stands and follows the store, and it is known who is to be left in peace and
/// who may come in.
pub(super) async fn ready(State(state): State<HttpState>) -> Result<&'static str, Refusal> {
    if state.draining.is_cancelled() {
        return Err(Refusal::unavailable("The server is draining: it stops soon."));
    }
    if !state.services.feed.is_live() {
        return Err(Refusal::unavailable("The board does not follow the store yet."));
    }
    if state.services.silences.as_of().is_none() {
        return Err(Refusal::unavailable("The silences are not read yet."));
    }
    if !state.door.tokens().are_read() || !state.services.embeds.has_key() {
        return Err(Refusal::unavailable("The tokens are not read yet."));
    }
    Ok("ready\n")
}

/// All metrics: OpenMetrics for Prometheus, which asks for it, and plain text for everybody else.
pub(super) async fn metrics(State(state): State<HttpState>, headers: HeaderMap) -> Response {
    let metrics = &state.services.metrics;
    let now = clock::now();
    let (pending, oldest) = state.services.board.outbox(now);
    let oldest_seconds = oldest.map_or(0, |since| now.duration_since(since).as_secs());
    metrics.notifications.show_pending(pending, oldest_seconds);
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    let format = Format::accepted(accept);
    match metrics.text(format) {
        Ok(text) => ([(header::CONTENT_TYPE, format.content_type())], text).into_response(),
        Err(error) => {
            tracing::error!(%error, "metrics could not be written");
            Refusal::unavailable("Metrics cannot be written now.").into_response()
        }
    }
}
