//! Counts every request, by its route: a path is what strangers choose.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;

use super::HttpState;

/// What no route matches: the portal's files, and what is not there.
const NO_ROUTE: &str = "other";

/// When a request arrived; every handler can ask for it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrived(pub(super) Instant);

/// Notes when a request arrives, and counts it when it is answered or given up.
pub(super) async fn measure(State(state): State<HttpState>, mut request: Request, next: Next) -> Response {
    request.extensions_mut().insert(Arrived(Instant::now()));
    let route = request.extensions().get::<MatchedPath>().map_or(NO_ROUTE, MatchedPath::as_str);
    let running = state.services.metrics.requests.begin(route);
    let answer = next.run(request).await;
    running.end(answer.status().as_u16());
    answer
}
