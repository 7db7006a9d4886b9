//! The schema with all that makes its answers quick: documents are parsed once, fitting ones are validated
//! once, and answers are kept until something that they were made of changes.

use std::sync::Arc;

use async_graphql::{MergedObject, SDLExportOptions, ValidationMode};
use moka::sync::Cache;

use super::answers::Answers;
use super::asked::Asked;
use super::documents::{Documents, MAX_COST, Types};
use super::entities::Entities;
use super::mutation::Mutation;
use super::operation::AskId;
use super::query::Query;
use super::subscription::Subscription;
use super::told::Told;
use crate::config::GraphqlConfig;
use crate::telemetry::{CacheName, GraphqlMetrics, OperationMetrics};

/// Most operations that are remembered to be valid, each with its variables.
const MAX_VALIDATIONS: u64 = 20_000;

/// The schema with its resolvers. Every request brings its own [`crate::desk::Desk`] as data.
#[derive(Clone)]
pub struct Schema(Arc<Parts>);

struct Parts {
    /// Checks every rule.
    strict: Executable,
    /// For what is known to keep the rules.
    checked: Executable,
    asked: Asked,
    valid: Cache<AskId, ()>,
    documents: Documents,
    answers: Answers,
    told: Told,
    metrics: GraphqlMetrics,
}

/// What can be asked.
// With what gateways of several services ask for.
#[derive(MergedObject)]
#[graphql(name = "Query")]
pub(super) struct Root(Query, Entities);

/// What can be asked.
// As everybody else sees it.
#[derive(MergedObject)]
#[graphql(name = "Query")]
struct PublishedRoot(Query);

pub(super) type Executable = async_graphql::Schema<Root, Mutation, Subscription>;

impl Schema {
    /// Builds the schema.
    pub fn new(config: GraphqlConfig, metrics: GraphqlMetrics) -> Self {
        let build = |mode| {
            let builder = Executable::build(Root(Query, Entities), Mutation, Subscription);
            let builder = builder.limit_complexity(MAX_COST).disable_suggestions().validation_mode(mode);
            if config.may_read_schema() { builder } else { builder.disable_introspection() }.finish()
        };
        let strict = build(ValidationMode::Strict);
        let types = Types::of(&strict.sdl());
        Self(Arc::new(Parts {
            strict,
            checked: build(ValidationMode::Fast),
            asked: Asked::new(metrics.clone()),
            valid: Cache::new(MAX_VALIDATIONS),
            documents: Documents::new(config.documents, config.may_read_schema(), types, metrics.clone()),
            answers: Answers::new(config.answer_cache_bytes(), metrics.clone()),
            told: Told::new(metrics.clone()),
            metrics,
        }))
    }

    /// Queries that were read before.
    pub(super) fn asked(&self) -> &Asked {
        &self.0.asked
    }

    /// Documents that may be executed.
    pub(super) fn documents(&self) -> &Documents {
        &self.0.documents
    }

    /// Answers that are kept.
    pub(super) fn answers(&self) -> &Answers {
        &self.0.answers
    }

    /// Changes that were executed a moment ago.
    pub(super) fn told(&self) -> &Told {
        &self.0.told
    }

    /// Who counts queries and mutations.
    pub(super) fn operations(&self) -> &OperationMetrics {
        &self.0.metrics.operations
    }

    /// Who executes this, and whether it is known to be valid.
    pub(super) fn executable(&self, ask: &AskId) -> (&Executable, bool) {
        let is_valid = self.0.valid.contains_key(ask);
        self.0.metrics.count_lookup(CacheName::validations, is_valid);
        (if is_valid { &self.0.checked } else { &self.0.strict }, is_valid)
    }

    /// Remembers that this keeps all rules.
    pub(super) fn note_valid(&self, ask: AskId) {
        self.0.valid.insert(ask, ());
    }
}

/// The schema in its definition language, as `schema/schema.graphql` holds it: without what only gateways
/// of several services ask for.
pub fn sdl() -> String {
    let schema = async_graphql::Schema::build(PublishedRoot(Query), Mutation, Subscription).finish();
    schema.sdl_with_options(SDLExportOptions::new().prefer_single_line_descriptions())
}
