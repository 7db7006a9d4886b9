//! An incident as the portal shows it.

use std::collections::HashSet;

use crate::texts::Texts;

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
    pub(crate) machine: Option<String>,
    pub(crate) cinema: Option<Cinema>,
    pub(crate) screen: Option<String>,
    pub(crate) opened_at_ms: i64,
    pub(crate) closed_at_ms: Option<i64>,
    pub(crate) close_reason: Option<CloseReason>,
    pub(crate) firing: bool,
    pub(crate) occurrences: i32,
    /// Its alert comes and goes.
    pub(crate) flapping: bool,
    pub(crate) next_show_at_ms: Option<i64>,
    /// Whether the minutes left are enough.
    pub(crate) fix_likely: FixLikely,
    /// People are left in peace about it until then.
    pub(crate) muted_until_ms: Option<i64>,
    /// What belongs to it, if it is a cinema outage.
    pub(crate) members: Vec<Member>,
    /// The open cinema outage that it belongs to.
    pub(crate) outage: Option<String>,
    pub(crate) assignee: Option<String>,
}

impl Incident {
    /// Where it is, as `Screen 3, Scala Aarhus`; what is not known is left out, up to nothing.
    pub(crate) fn place(&self) -> String {
        let cinema = self.cinema.as_ref().map(|cinema| cinema.name.as_str());
        let parts: Vec<&str> = self.screen.as_deref().into_iter().chain(cinema).collect();
        parts.join(", ")
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

    /// How many machines of a cinema outage fail, and of how many; nothing for anything else.
    pub(crate) fn failing_machines(&self) -> Option<(usize, usize)> {
        let failing = machines(self.members.iter().filter(|member| !member.recovered));
        (!self.members.is_empty()).then(|| (failing, machines(self.members.iter())))
    }
}

/// A machine belongs to an outage once for each of its incidents.
fn machines<'a>(members: impl Iterator<Item = &'a Member>) -> usize {
    members.map(|member| member.machine.as_str()).collect::<HashSet<_>>().len()
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
    /// In the words of people.
    pub(crate) fn text(self, texts: &Texts) -> &'static str {
        match self {
            Self::Open => texts.status.open,
            Self::InProgress => texts.status.in_progress,
            Self::Closed => texts.status.closed,
        }
    }

    /// All of them, in the order that staff think of them.
    pub(crate) const ALL: [Self; 3] = [Self::Open, Self::InProgress, Self::Closed];

    /// The word of the contract.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Open => "OPEN",
            Self::InProgress => "IN_PROGRESS",
            Self::Closed => "CLOSED",
        }
    }

    /// Reads a word of the contract. What we do not know stays among the open ones: better seen than lost.
    pub(crate) fn from_wire(word: &str) -> Self {
        Self::ALL.into_iter().find(|status| status.word() == word).unwrap_or(Self::Open)
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
    /// In the words of people.
    pub(crate) fn text(self, texts: &Texts) -> &'static str {
        match self {
            Self::Critical => texts.severity.critical,
            Self::Warning => texts.severity.warning,
            Self::Info => texts.severity.info,
        }
    }

    /// All of them, the worst first.
    pub(crate) const ALL: [Self; 3] = [Self::Critical, Self::Warning, Self::Info];

    /// The word of the contract.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Critical => "CRITICAL",
            Self::Warning => "WARNING",
            Self::Info => "INFO",
        }
    }

    /// Reads a word of the contract; one that we do not know is worth a look.
    pub(crate) fn from_wire(word: &str) -> Self {
        Self::ALL.into_iter().find(|severity| severity.word() == word).unwrap_or(Self::Warning)
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
    /// In the words of people.
    pub(crate) fn text(self, texts: &Texts) -> &'static str {
        match self {
            Self::Resolved => texts.closing.resolved,
            Self::ByPerson => texts.closing.by_person,
            Self::ByService => texts.closing.by_service,
            Self::ResolvedAtSource => texts.closing.resolved_at_source,
        }
    }

    /// Reads a word of the contract.
    pub(crate) fn from_wire(word: &str) -> Option<Self> {
        match word {
            "RESOLVED" => Some(Self::Resolved),
            "BY_PERSON" => Some(Self::ByPerson),
            "BY_SERVICE" => Some(Self::ByService),
            "RESOLVED_AT_SOURCE" => Some(Self::ResolvedAtSource),
            _ => None,
        }
    }
}

/// Whether a repair would be done before the next show, going by past ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FixLikely {
    Yes,
    No,
    Unknown,
}

impl FixLikely {
    /// Reads a word of the contract.
    pub(crate) fn from_wire(word: &str) -> Self {
        match word {
            "YES" => Self::Yes,
            "NO" => Self::No,
            _ => Self::Unknown,
        }
    }
}

/// A cinema, as far as an incident tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cinema {
    pub(crate) id: String,
    pub(crate) name: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::samples::incident;

    #[test]
    fn an_outage_counts_the_machines_that_still_fail() {
        let member = |machine: &str, recovered| Member { machine: machine.to_owned(), recovered };
        let members = vec![member("c", false), member("b", true), member("a", false), member("a", true)];
        let outage = Incident { members, ..incident("1") };
        assert_eq!(outage.failing_machines(), Some((2, 3)), "one machine has two incidents");
        assert_eq!(incident("1").failing_machines(), None);
    }

    #[test]
    fn a_place_is_screen_and_cinema() {
        assert_eq!(incident("1").place(), "Screen 3, Scala Aarhus");
    }

    #[test]
    fn a_place_leaves_out_what_is_not_known() {
        assert_eq!(Incident { screen: None, ..incident("1") }.place(), "Scala Aarhus");
        assert_eq!(Incident { screen: None, cinema: None, ..incident("1") }.place(), "");
    }

    #[test]
    fn the_worst_ranks_before_the_oldest() {
        let young_critical = Incident { opened_at_ms: 9, severity: Severity::Critical, ..incident("1") };
        let old_warning = Incident { opened_at_ms: 1, severity: Severity::Warning, ..incident("2") };
        assert!(young_critical.rank(0) < old_warning.rank(0));
    }
}
