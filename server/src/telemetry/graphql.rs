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
    /// Queries, by the bytes of their request.
    requests,
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

/// How often something was remembered. Made at once, so that it costs a lookup nothing, and each series begins at 0.
#[derive(Clone)]
struct Lookups {
    hits: Counter,
    misses: Counter,
}

#[derive(Clone)]
struct AllLookups {
    requests: Lookups,
    documents: Lookups,
    validations: Lookups,
    answers: Lookups,
    told: Lookups,
}

/// What GraphQL executes, and how much of it anew.
#[derive(Clone)]
pub struct GraphqlMetrics {
    /// Queries and mutations.
    pub operations: OperationMetrics,
    lookups: AllLookups,
    answer_bytes: Gauge,
}

impl GraphqlMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let operations = OperationMetrics::register(registry);
        let (by_labels, answer_bytes) = (Family::default(), Gauge::default());
        let help = "Looks into what GraphQL remembers, by whether it was there";
        registry.register("graphql_cache_lookups", help, by_labels.clone());
        let help = "Size of the answers that are remembered";
        registry.register_with_unit("graphql_answer_cache", help, Unit::Bytes, answer_bytes.clone());
        Self { operations, lookups: AllLookups::of(&by_labels), answer_bytes }
    }

    /// Counts a look into what is remembered.
    pub fn count_lookup(&self, cache: CacheName, found: bool) {
        let Lookups { hits, misses } = self.lookups.of_cache(cache);
        if found {
            hits.inc()
        } else {
            misses.inc()
        };
    }

    /// How large the remembered answers are, in bytes.
    pub fn measure_answers(&self, bytes: u64) {
        self.answer_bytes.set(i64::try_from(bytes).unwrap_or(i64::MAX));
    }
}

impl AllLookups {
    fn of(by_labels: &Family<LookupLabels, Counter>) -> Self {
        Self {
            requests: Lookups::of(CacheName::requests, by_labels),
            documents: Lookups::of(CacheName::documents, by_labels),
            validations: Lookups::of(CacheName::validations, by_labels),
            answers: Lookups::of(CacheName::answers, by_labels),
            told: Lookups::of(CacheName::told, by_labels),
        }
    }

    fn of_cache(&self, cache: CacheName) -> &Lookups {
        match cache {
            CacheName::requests => &self.requests,
            CacheName::documents => &self.documents,
            CacheName::validations => &self.validations,
            CacheName::answers => &self.answers,
            CacheName::told => &self.told,
        }
    }
}

impl Lookups {
    fn of(cache: CacheName, by_labels: &Family<LookupLabels, Counter>) -> Self {
        let counter = |outcome| by_labels.get_or_create_owned(&LookupLabels { cache, outcome });
        Self { hits: counter(Outcome::hit), misses: counter(Outcome::miss) }
    }
}
