//! The contract between the programs of CinePortal: the GraphQL schema and the names in Prometheus.

pub mod labels;
pub mod metrics;

/// The GraphQL schema in its definition language, as the server exports it.
/// A test in the server fails when this file and the code differ.
pub const SDL: &str = include_str!("../schema.graphql");
