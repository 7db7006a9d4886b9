//! A region and how many incidents it has.

use super::AccentColour;

/// A part of the fleet with its own staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Region {
    pub(crate) id: String,
    pub(crate) name: String,
    /// IANA name, as `Europe/Copenhagen`.
    pub(crate) time_zone: String,
    pub(crate) accent: Option<AccentColour>,
    /// Nothing is heard of it since then, so a fault would not show.
    pub(crate) blind_since_ms: Option<i64>,
    pub(crate) counts: Counts,
    /// The panels of its page, in their order; empty where nobody asked.
    pub(crate) panels: Vec<String>,
}

/// How many incidents stand in each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) open: u32,
    pub(crate) in_progress: u32,
    /// Open or in progress, and critical.
    pub(crate) critical: u32,
    /// Open or in progress, and people are left in peace about them.
    pub(crate) muted: u32,
    /// Closed within the last 24 hours.
    pub(crate) closed: u32,
}

impl Counts {
    /// All of both.
    pub(crate) fn plus(self, other: Self) -> Self {
        Self {
            open: self.open.saturating_add(other.open),
            in_progress: self.in_progress.saturating_add(other.in_progress),
            critical: self.critical.saturating_add(other.critical),
            muted: self.muted.saturating_add(other.muted),
            closed: self.closed.saturating_add(other.closed),
        }
    }

    /// How many are not closed.
    pub(crate) fn unresolved(self) -> u32 {
        self.open.saturating_add(self.in_progress)
    }
}

/// How what is known of a region comes in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RegionHealth {
    pub(crate) sources: Vec<Source>,
    /// Nothing before it was read.
    pub(crate) machines: Option<MachineCounts>,
}

/// Where readings come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Source {
    pub(crate) name: String,
    pub(crate) state: SourceState,
    /// When it was last heard of.
    pub(crate) as_of_ms: Option<i64>,
    /// What is wrong with it, in the server's words.
    pub(crate) error: Option<String>,
}

/// How a source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SourceState {
    Ok,
    Failing,
    Silent,
    Unknown,
}

impl SourceState {
    /// Reads a word of the contract.
    pub(crate) fn from_wire(word: &str) -> Self {
        match word {
            "OK" => Self::Ok,
            "FAILING" => Self::Failing,
            "SILENT" => Self::Silent,
            _ => Self::Unknown,
        }
    }
}

/// How many machines of a region there are, as they were last read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MachineCounts {
    pub(crate) total: u32,
    pub(crate) online: u32,
    pub(crate) offline: u32,
    pub(crate) unknown: u32,
    /// The age of the oldest of these readings.
    pub(crate) as_of_ms: Option<i64>,
    pub(crate) error: Option<String>,
}
