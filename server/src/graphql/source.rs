//! A source of a region's readings in GraphQL.

use async_graphql::{Enum, SimpleObject};

use super::incident::DateTime;
use crate::watch::{Source, SourceState};

/// Where readings come from: the region's watchdog, an Alertmanager, a Prometheus.
#[derive(SimpleObject)]
#[graphql(name = "Source")]
pub(super) struct SourceObject {
    /// What it is called, as `prometheus 127.0.0.1:9090`.
    name: String,
    /// How it is.
    state: SourceStateName,
    /// When it was last heard of; null: never.
    as_of: Option<DateTime>,
    /// What is wrong with it, in a sentence; null: nothing.
    error: Option<String>,
}

impl From<Source> for SourceObject {
    fn from(source: Source) -> Self {
        let Source { name, state, as_of, error } = source;
        Self { name, state: state.into(), as_of: as_of.map(DateTime), error }
    }
}

/// How a source is.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(name = "SourceState", remote = "SourceState")]
enum SourceStateName {
    /// It answers, or was heard in time.
    Ok,
    /// It was asked and did not answer as it should.
    Failing,
    /// It should have been heard, and was not.
    Silent,
    /// It was neither asked nor heard yet.
    Unknown,
}
