//! What Prometheus and the operator ask for: `/metrics` and `/healthz`.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::sync::watch;

use crate::metrics;
use crate::poll::Snapshot;

/// The routes of the exporter; each scrape is answered from the newest snapshot.
pub fn router(snapshots: watch::Receiver<Arc<Snapshot>>) -> Router {
    Router::new()
        .route("/metrics", get(metrics))
        .route("/healthz", get(async || "ok\n"))
        .with_state(snapshots)
}

async fn metrics(State(snapshots): State<watch::Receiver<Arc<Snapshot>>>) -> Response {
    let snapshot = snapshots.borrow().clone();
    // A large fleet is megabytes of text; writing it must not hold up the poller.
    let rendered = tokio::task::spawn_blocking(move || metrics::render(&snapshot)).await;
    match rendered.map_err(|error| error.to_string()).and_then(|text| text.map_err(|error| error.to_string()))
    {
        Ok(text) => ([(header::CONTENT_TYPE, metrics::CONTENT_TYPE)], text).into_response(),
        Err(error) => {
            tracing::error!(error, "cannot write the metrics: {error}");
            (StatusCode::INTERNAL_SERVER_ERROR, "the metrics could not be written\n").into_response()
        }
    }
}
