//! The states of an incident in GraphQL.

use async_graphql::Enum;

use crate::domain::incident::{CloseReason, Severity, Status};

/// The three states that staff know.
#[derive(Clone, Copy, Enum, PartialEq, Eq)]
#[graphql(remote = "Status")]
pub(super) enum IncidentStatus {
    /// Nobody has taken it.
    Open,
    /// A person works on it.
    InProgress,
    /// It is over.
    Closed,
}

/// How bad it is.
#[derive(Clone, Copy, Enum, PartialEq, Eq)]
#[graphql(name = "Severity", remote = "Severity")]
pub(super) enum IncidentSeverity {
    /// Guests see it, or are about to.
    Critical,
    /// It gets worse if nobody looks.
    Warning,
    /// Good to know.
    Info,
}

/// Why an incident closed.
#[derive(Clone, Copy, Enum, PartialEq, Eq)]
#[graphql(name = "CloseReason", remote = "CloseReason")]
pub(super) enum IncidentCloseReason {
    /// Its alert no longer fires.
    Resolved,
    /// A person closed it.
    ByPerson,
    /// Another service closed it.
    ByService,
    /// Its alert no longer fires, and nobody told us: found by comparing with the source.
    ResolvedAtSource,
}
