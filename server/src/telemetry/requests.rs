//! Metrics of HTTP: requests by route, and how long they took to be answered.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::registry::{Registry, Unit};

use super::durations::{Durations, Running, seconds_by};

/// What is counted as one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct RequestLabels {
    /// As the router knows it, as `/regions/{id}`: never a path, because strangers choose paths.
    route: String,
    status: &'static str,
}

/// Requests, and how long they took.
pub struct RequestMetrics {
    durations: Durations<RequestLabels>,
}

/// A request that is not answered yet.
pub type RunningRequest = Running<RequestLabels>;

impl RequestMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let durations = seconds_by();
        let help = "Time from a request's arrival to the head of its answer, by route and kind of status; \
                    none: whoever asked did not wait for it";
        registry.register_with_unit("http_request_duration", help, Unit::Seconds, durations.clone());
        Self { durations }
    }

    /// A request begins.
    pub fn begin(&self, route: &str) -> RunningRequest {
        Running::begin(&self.durations, RequestLabels { route: route.to_owned(), status: "none" })
    }
}

impl RunningRequest {
    /// It is answered with this status.
    pub fn end(mut self, status: u16) {
        self.labels.status = match status {
            100..200 => "1xx",
            200..300 => "2xx",
            300..400 => "3xx",
            400..500 => "4xx",
            _ => "5xx",
        };
    }
}
