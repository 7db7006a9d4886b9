//! What is said on connections before the server stops: that they will not stay open. Whoever keeps connections for
//! later then has none that ends under its next request.

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, Version, header};
use axum::middleware::Next;
use axum::response::Response;

use super::HttpState;

/// Ends the connection behind its answer while the server drains.
pub(super) async fn end_connections(
    State(state): State<HttpState>,
    request: Request,
    next: Next,
) -> Response {
    let has_the_header = request.version() <= Version::HTTP_11;
    let mut answer = next.run(request).await;
    if state.draining.is_cancelled() && has_the_header && answer.status() != StatusCode::SWITCHING_PROTOCOLS {
        answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    answer
}
