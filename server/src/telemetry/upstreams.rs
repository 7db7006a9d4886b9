//! Metrics of the sources that are asked while somebody waits.

use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use super::sources::SourceLabels;
use crate::sources::guard::State;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct QueryLabels {
    source: String,
    outcome: QueryOutcome,
}

/// What became of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
#[expect(non_camel_case_types, reason = "the names are the label values")]
pub enum QueryOutcome {
    /// It was answered.
    answered,
    /// It was asked, and not answered as it should be.
    failed,
    /// It was not asked: too many others wait, or the source is left alone.
    unasked,
}

/// What became of questions, and which sources are left alone.
#[derive(Default)]
pub struct UpstreamMetrics {
    queries: Family<QueryLabels, Counter>,
    breaker: Family<SourceLabels, Gauge>,
}

impl UpstreamMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let metrics = Self::default();
        let help = "Questions to a source while somebody waits, by what became of them";
        registry.register("queries", help, metrics.queries.clone());
        let help = "0 while a source is asked, 2 while it is left alone after failing again and again, 1 while it is to be tried again";
        registry.register("query_breaker_state", help, metrics.breaker.clone());
        metrics
    }

    /// Counts what became of a question.
    pub fn count(&self, source: &str, outcome: QueryOutcome) {
        self.queries.get_or_create(&QueryLabels { source: source.to_owned(), outcome }).inc();
    }

    /// This source is not asked any more.
    pub fn forget_breaker(&self, source: &str) {
        self.breaker.remove(&SourceLabels { source: source.to_owned() });
    }

    /// Shows how a source is treated.
    pub fn show_breaker(&self, source: &str, state: State) {
        let shown = match state {
            State::Closed => 0,
            State::HalfOpen => 1,
            State::Open => 2,
        };
        self.breaker.get_or_create(&SourceLabels { source: source.to_owned() }).set(shown);
    }
}
