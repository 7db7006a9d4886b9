//! An incident as the portal shows it.

use super::WebLink;

/// A fault that staff must know about; `version` rises by every change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Incident {
    pub(crate) id: String,
    pub(crate) number: String,
    pub(crate) version: i32,
    pub(crate) status: Status,
    pub(crate) severity: Severity,
    pub(crate) error_id: String,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) machine: Option<String>,
    pub(crate) cinema: Option<String>,
    pub(crate) screen: Option<String>,
    pub(crate) opened_at_ms: i64,
    pub(crate) closed_at_ms: Option<i64>,
    pub(crate) close_reason: Option<CloseReason>,
    pub(crate) firing: bool,
    pub(crate) occurrences: i32,
    pub(crate) assignee: Option<String>,
    pub(crate) labels: Vec<Label>,
    pub(crate) links: Vec<WebLink>,
}

impl Incident {
    /// Where it is, as `Screen 3, Scala Aarhus`; what is not known is left out.
    pub(crate) fn place(&self) -> String {
        let parts: Vec<&str> =
            [&self.screen, &self.cinema].into_iter().flatten().map(String::as_str).collect();
        if parts.is_empty() { "Place not known".to_owned() } else { parts.join(", ") }
    }

    /// Whether somebody still has to see to it.
    pub(crate) fn is_open(&self) -> bool {
        self.status != Status::Closed
    }

    /// Its place among others: the worst first, then what waits longest.
    pub(crate) fn rank(&self) -> (Severity, i64, &str) {
        (self.severity, self.opened_at_ms, &self.number)
    }
}

/// The three statuses that staff know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Open,
    InProgress,
    Closed,
}

impl Status {
    /// The status in a word or two.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::InProgress => "In progress",
            Self::Closed => "Closed",
        }
    }
}

/// How bad it is; the worst comes first in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Severity {
    Critical,
    Warning,
    Info,
}

impl Severity {
    /// The severity in a word.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Critical => "Critical",
            Self::Warning => "Warning",
            Self::Info => "Info",
        }
    }
}

/// Why an incident was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CloseReason {
    Resolved,
    ByPerson,
}

impl CloseReason {
    /// The reason in a few words.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Resolved => "The fault went away",
            Self::ByPerson => "Closed by a person",
        }
    }
}

/// A name and a value that came with the alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Label {
    pub(crate) name: String,
    pub(crate) value: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::samples::incident;

    #[test]
    fn a_place_is_screen_and_cinema() {
        assert_eq!(incident("1").place(), "Screen 3, Scala Aarhus");
    }

    #[test]
    fn a_place_leaves_out_what_is_not_known() {
        assert_eq!(Incident { screen: None, ..incident("1") }.place(), "Scala Aarhus");
        assert_eq!(Incident { screen: None, cinema: None, ..incident("1") }.place(), "Place not known");
    }

    #[test]
    fn the_worst_ranks_before_the_oldest() {
        let young_critical = Incident { opened_at_ms: 9, severity: Severity::Critical, ..incident("1") };
        let old_warning = Incident { opened_at_ms: 1, severity: Severity::Warning, ..incident("2") };
        assert!(young_critical.rank() < old_warning.rank());
    }
}
