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
    /// Its alert comes and goes.
    pub(crate) flapping: bool,
    pub(crate) next_show_at_ms: Option<i64>,
    /// People are left in peace about it until then.
    pub(crate) muted_until_ms: Option<i64>,
    /// What belongs to it, if it is a cinema outage.
    pub(crate) members: Vec<Member>,
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

    /// Its place among others, as the server orders them (`docs/triage.md`): the next show first, then the
    /// worst, then what waits longest.
    pub(crate) fn rank(&self, now_ms: i64) -> (Band, i64, Severity, i64, &str) {
        let show_ms = self.next_show_at_ms.unwrap_or(0);
        (self.band(now_ms), show_ms, self.severity, self.opened_at_ms, &self.id)
    }

    fn band(&self, now_ms: i64) -> Band {
        match self.next_show_at_ms {
            Some(show_ms) if show_ms.saturating_sub(now_ms) <= SOON_MS => Band::Soon,
            Some(_) => Band::Later,
            None if self.severity == Severity::Critical => Band::CriticalUnknown,
            None => Band::Unknown,
        }
    }

    /// Which machines of a cinema outage fail, as `2 of 3 machines fail: a, b`; nothing for anything else.
    pub(crate) fn outage_text(&self) -> Option<String> {
        let failing = self.members.iter().filter(|member| !member.recovered);
        let mut failing: Vec<&str> = failing.map(|member| member.machine.as_str()).collect();
        failing.sort_unstable();
        let (count, all) = (failing.len(), self.members.len());
        (all > 0).then(|| format!("{count} of {all} machines fail: {}", failing.join(", ")))
    }
}

/// Up to here a known show comes before a critical fault whose show is not known.
const SOON_MS: i64 = 12 * 60 * 60 * 1_000;

/// Where the order puts an incident first of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Band {
    /// Its show is at most 12 hours away, or has begun.
    Soon,
    /// Critical, and no next show is known.
    CriticalUnknown,
    /// Its show is more than 12 hours away.
    Later,
    /// Not critical, and no next show is known.
    Unknown,
}

/// A machine of a cinema outage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) machine: String,
    /// It works again.
    pub(crate) recovered: bool,
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
    ByService,
    ResolvedAtSource,
}

impl CloseReason {
    /// The reason in a few words.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Resolved => "The fault went away",
            Self::ByPerson => "Closed by a person",
            Self::ByService => "Closed by another service",
            Self::ResolvedAtSource => "The fault went away unseen",
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
    fn an_outage_names_the_machines_that_still_fail() {
        let member = |machine: &str, recovered| Member { machine: machine.to_owned(), recovered };
        let members = vec![member("c", false), member("b", true), member("a", false)];
        let outage = Incident { members, ..incident("1") };
        assert_eq!(outage.outage_text().as_deref(), Some("2 of 3 machines fail: a, c"));
        assert_eq!(incident("1").outage_text(), None);
    }

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
        assert!(young_critical.rank(0) < old_warning.rank(0));
    }
}
