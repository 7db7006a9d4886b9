//! How many incidents of a list are of which kind, in GraphQL.

use async_graphql::SimpleObject;

use super::place::Cinema;
use super::state::{IncidentSeverity, IncidentStatus};
use crate::domain::tally::Tally;

/// How many incidents of a list, on all its pages, are of which kind. What has none is left out.
#[derive(SimpleObject)]
pub(super) struct IncidentTally {
    /// By status.
    by_status: Vec<StatusCount>,
    /// By severity, the worst first.
    by_severity: Vec<SeverityCount>,
    /// By kind of fault: the 100 with the most incidents, the most first.
    by_error: Vec<ErrorCount>,
    /// By cinema, as far as it is known: the 100 with the most incidents, the most first.
    by_cinema: Vec<CinemaCount>,
}

/// How many incidents have a status.
#[derive(SimpleObject)]
struct StatusCount {
    /// The status.
    status: IncidentStatus,
    /// How many incidents.
    count: u64,
}

/// How many incidents have a severity.
#[derive(SimpleObject)]
pub(super) struct SeverityCount {
    /// The severity.
    pub(super) severity: IncidentSeverity,
    /// How many incidents.
    pub(super) count: u64,
}

/// How many incidents are of a kind of fault.
#[derive(SimpleObject)]
struct ErrorCount {
    /// The kind of fault, as `machine_offline`.
    error_id: String,
    /// How many incidents.
    count: u64,
}

/// How many incidents are at a cinema.
#[derive(SimpleObject)]
struct CinemaCount {
    /// The cinema.
    cinema: Cinema,
    /// How many incidents.
    count: u64,
}

impl From<Tally> for IncidentTally {
    fn from(tally: Tally) -> Self {
        let status = |(status, count)| StatusCount { status: IncidentStatus::from(status), count };
        let severity =
            |(severity, count)| SeverityCount { severity: IncidentSeverity::from(severity), count };
        let error = |(error_id, count)| ErrorCount { error_id, count };
        let cinema = |(cinema, count)| CinemaCount { cinema: Cinema::from(cinema), count };
        Self {
            by_status: tally.by_status.into_iter().map(status).collect(),
            by_severity: tally.by_severity.into_iter().map(severity).collect(),
            by_error: tally.by_error.into_iter().map(error).collect(),
            by_cinema: tally.by_cinema.into_iter().map(cinema).collect(),
        }
    }
}
