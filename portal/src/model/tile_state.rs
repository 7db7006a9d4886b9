//! How a machine on the wall is.

use super::{Incident, Machine, Severity, Status};
use crate::texts::Texts;

/// How a machine is, what needs somebody first first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum TileState {
    /// Has an open incident that is critical.
    Critical,
    Warning,
    Info,
    /// Somebody works on all its incidents.
    InProgress,
    /// The cloud does not see it, and no incident says so yet.
    Offline,
    /// Nothing that can be trusted is known.
    Unknown,
    Fine,
}

impl TileState {
    /// All of them, in the order of the legend.
    pub(crate) const ALL: [Self; 7] = [
        Self::Critical,
        Self::Warning,
        Self::Info,
        Self::InProgress,
        Self::Offline,
        Self::Unknown,
        Self::Fine,
    ];

    /// For style sheets.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::Warning => "warning",
            Self::Info => "info",
            Self::InProgress => "in-progress",
            Self::Offline => "offline",
            Self::Unknown => "unknown",
            Self::Fine => "fine",
        }
    }

    /// In the words of people.
    pub(crate) fn text(self, texts: &Texts) -> &'static str {
        match self {
            Self::Critical => texts.severity.critical,
            Self::Warning => texts.severity.warning,
            Self::Info => texts.severity.info,
            Self::InProgress => texts.status.in_progress,
            Self::Offline => texts.machines.offline,
            Self::Unknown => texts.machines.unknown,
            Self::Fine => texts.machines.fine,
        }
    }

    /// One letter or sign of it.
    pub(crate) fn letter(self, texts: &Texts) -> &'static str {
        let words = &texts.machines;
        match self {
            Self::Critical => words.letter_critical,
            Self::Warning => words.letter_warning,
            Self::Info => words.letter_info,
            Self::InProgress => words.letter_in_progress,
            Self::Offline => words.letter_offline,
            Self::Unknown => words.letter_unknown,
            Self::Fine => words.letter_fine,
        }
    }

    /// What an incident that is not closed says of its machine.
    pub(super) fn of_incident(incident: &Incident) -> Self {
        match (incident.status, incident.severity) {
            (Status::InProgress, _) => Self::InProgress,
            (_, Severity::Critical) => Self::Critical,
            (_, Severity::Warning) => Self::Warning,
            (_, Severity::Info) => Self::Info,
        }
    }

    /// Without a reading that can be trusted nothing is fine, and nothing is offline.
    pub(super) fn of_reading(machine: &Machine, doubt: bool) -> Self {
        match machine.online.filter(|_| !doubt && machine.error.is_none()) {
            Some(true) => Self::Fine,
            Some(false) => Self::Offline,
            None => Self::Unknown,
        }
    }
}
