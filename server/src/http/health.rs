//! For whoever operates the server: is it alive, is it ready, how is it doing.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::HttpState;
use super::error::Refusal;

/// The process answers.
pub(super) async fn alive() -> &'static str {
    "alive\n"
}

/// The board stands and follows the store.
pub(super) async fn ready(State(state): State<HttpState>) -> Result<&'static str, Refusal> {
    if !state.services.feed.is_live() {
        return Err(Refusal::unavailable("The board does not follow the store yet."));
    }
    Ok("ready\n")
}

/// All metrics, for Prometheus.
pub(super) async fn metrics(State(state): State<HttpState>) -> Response {
    match state.services.metrics.text() {
        Ok(text) => {
            let format = "application/openmetrics-text; version=1.0.0; charset=utf-8";
            ([(header::CONTENT_TYPE, format)], text).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "metrics could not be written");
            Refusal::unavailable("Metrics cannot be written now.").into_response()
        }
    }
}
