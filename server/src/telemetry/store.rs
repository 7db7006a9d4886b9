//! Metrics of the store: what it was asked to do, how long that took, how it ended.

use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::registry::{Registry, Unit};

use super::durations::{Durations, Running, seconds_by};

/// How a call of the store ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
#[expect(non_camel_case_types, reason = "the names are the label values")]
enum Outcome {
    done,
    failed,
    cut_off,
}

/// What is counted as one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct StoreLabels {
    operation: &'static str,
    outcome: Outcome,
}

/// Calls of the store, and how long they took.
#[derive(Clone)]
pub struct StoreMetrics {
    durations: Durations<StoreLabels>,
}

/// A call of the store that has not ended.
pub type RunningCall = Running<StoreLabels>;

impl StoreMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let durations = seconds_by();
        let help =
            "Time that the store took, by what it was asked to do; cut_off: nobody waited for its answer";
        registry.register_with_unit("store_operation_duration", help, Unit::Seconds, durations.clone());
        Self { durations }
    }

    /// The store is asked to do something.
    pub fn begin(&self, operation: &'static str) -> RunningCall {
        Running::begin(&self.durations, StoreLabels { operation, outcome: Outcome::cut_off })
    }
}

impl RunningCall {
    /// It answered, or failed.
    pub fn end(mut self, is_done: bool) {
        self.labels.outcome = if is_done { Outcome::done } else { Outcome::failed };
    }
}
