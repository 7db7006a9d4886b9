//! What is said on connections before the server stops: that they will not stay open. Whoever keeps connections for
//! later then has none that ends under its next request.

use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, Version, header};
use axum::response::Response;

use super::HttpState;

/// Whether a connection can be told to end behind its answer.
pub(super) struct Keeping {
    has_the_header: bool,
}

impl Keeping {
    /// Notes what the client speaks.
    pub(super) fn begin(request: &Request) -> Self {
        Self { has_the_header: request.version() <= Version::HTTP_11 }
    }

    /// Ends the connection behind its answer while the server drains.
    pub(super) fn end(self, state: &HttpState, answer: &mut Response) {
        let is_a_socket = answer.status() == StatusCode::SWITCHING_PROTOCOLS;
        if state.draining.is_cancelled() && self.has_the_header && !is_a_socket {
            answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
    }
}
