//! Counts every request, by its route: a path is what strangers choose.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::response::Response;

use super::HttpState;
use crate::telemetry::RunningRequest;

/// What no route matches: the portal's files, and what is not there.
const NO_ROUTE: &str = "other";

/// When a request arrived; every handler can ask for it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrived(pub(super) Instant);

/// A request that is counted when it is answered or given up.
pub(super) struct Measured(RunningRequest);

impl Measured {
    /// Notes when it arrives.
    pub(super) fn begin(state: &HttpState, request: &mut Request) -> Self {
        request.extensions_mut().insert(Arrived(Instant::now()));
        let route = request.extensions().get::<MatchedPath>().map_or(NO_ROUTE, MatchedPath::as_str);
        Self(state.services.metrics.requests.begin(route))
    }

    /// It is answered.
    pub(super) fn end(self, answer: &Response) {
        self.0.end(answer.status().as_u16());
    }
}
