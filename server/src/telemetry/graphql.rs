//! Metrics about what GraphQL executes, and what it remembers.

use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

use super::operations::OperationMetrics;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct LookupLabels {
    cache: CacheName,
    outcome: Outcome,
}

/// What is remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
#[expect(non_camel_case_types, reason = "the names are the label values")]
pub enum CacheName {
    /// Parsed documents.
    documents,
    /// Which documents fit the schema, with which variables.
    validations,
    /// Whole answers.
    answers,
    /// Changes as followers are told of them.
    told,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
#[expect(non_camel_case_types, reason = "the names are the label values")]
enum Outcome {
    hit,
    miss,
}

/// What GraphQL executes, and how much of it anew.
#[derive(Clone)]
pub struct GraphqlMetrics {
    /// Queries and mutations.
    pub operations: OperationMetrics,
    lookups: Family<LookupLabels, Counter>,
    answer_bytes: Gauge,
}

impl GraphqlMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let operations = OperationMetrics::register(registry);
        let metrics = Self { operations, lookups: Family::default(), answer_bytes: Gauge::default() };
        let help = "Looks into what GraphQL remembers, by whether it was there";
        registry.register("graphql_cache_lookups", help, metrics.lookups.clone());
        let help = "Size of the answers that are remembered";
        registry.register_with_unit("graphql_answer_cache", help, Unit::Bytes, metrics.answer_bytes.clone());
        metrics
    }

    /// Counts a look into what is remembered.
    pub fn count_lookup(&self, cache: CacheName, found: bool) {
        let outcome = if found { Outcome::hit } else { Outcome::miss };
        self.lookups.get_or_create(&LookupLabels { cache, outcome }).inc();
    }

    /// How large the remembered answers are, in bytes.
    pub fn measure_answers(&self, bytes: u64) {
        self.answer_bytes.set(i64::try_from(bytes).unwrap_or(i64::MAX));
    }
}
