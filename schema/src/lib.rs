//! The contract between the programs of CinePortal: the GraphQL schema and the names in Prometheus.

pub mod labels;
pub mod metrics;

/// The GraphQL schema in its definition language, as the server exports it.
/// A test in the server fails when this file and the code differ.
pub const SDL: &str = include_str!("../schema.graphql");

/// The documents that the portal sends, by their names in `schema/operations`. A test of the portal keeps them
/// as they are sent; the server can be told to execute no others.
pub const DOCUMENTS: [(&str, &str); 6] = [
    ("close_incident", include_str!("../operations/close_incident.graphql")),
    ("incident_changes", include_str!("../operations/incident_changes.graphql")),
    ("more_incidents", include_str!("../operations/more_incidents.graphql")),
    ("overview", include_str!("../operations/overview.graphql")),
    ("region_board", include_str!("../operations/region_board.graphql")),
    ("start_progress", include_str!("../operations/start_progress.graphql")),
];
