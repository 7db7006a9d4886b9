//! Metrics of GraphQL's operations: how often, how long, how they end.

use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::registry::{Registry, Unit};

use super::durations::{Durations, Running, seconds_by};

/// What is not in `schema/operations` has no name of its own: strangers choose names.
const OTHER: &str = "other";

/// How an operation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
#[expect(non_camel_case_types, reason = "the names are the label values")]
pub enum OperationOutcome {
    /// Whole, without an error.
    answered,
    /// Some fields could not be told, or a change was refused.
    partial,
    /// It was not executed: it is not valid, too large, or not allowed.
    refused,
    /// By our fault, or because something did not answer that is needed.
    failed,
    /// It took too long, broke, or whoever asked did not wait.
    cut_off,
}

/// What is counted as one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct OperationLabels {
    operation: &'static str,
    outcome: OperationOutcome,
}

/// Queries and mutations, and how long they took.
#[derive(Clone)]
pub struct OperationMetrics {
    durations: Durations<OperationLabels>,
}

/// An operation that is being executed.
pub type RunningOperation = Running<OperationLabels>;

impl OperationMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let durations = seconds_by();
        let help =
            "Time that queries and mutations took, by their file in schema/operations and how they ended";
        registry.register_with_unit("graphql_operation_duration", help, Unit::Seconds, durations.clone());
        Self { durations }
    }

    /// An operation begins.
    pub fn begin(&self) -> RunningOperation {
        let outcome = OperationOutcome::cut_off;
        Running::begin(&self.durations, OperationLabels { operation: OTHER, outcome })
    }
}

impl RunningOperation {
    /// Its document is one of those that are published with this server.
    pub fn name(&mut self, published: Option<&'static str>) {
        self.labels.operation = published.unwrap_or(OTHER);
    }

    /// It ended.
    pub fn end(mut self, outcome: OperationOutcome) {
        self.labels.outcome = outcome;
    }
}
