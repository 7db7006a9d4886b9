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
}

/// How many incidents stand in each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) open: u32,
    pub(crate) in_progress: u32,
    /// Open or in progress, and critical.
    pub(crate) critical: u32,
}

impl Counts {
    /// All of both.
    pub(crate) fn plus(self, other: Self) -> Self {
        Self {
            open: self.open.saturating_add(other.open),
            in_progress: self.in_progress.saturating_add(other.in_progress),
            critical: self.critical.saturating_add(other.critical),
        }
    }

    /// How many are not closed.
    pub(crate) fn unresolved(self) -> u32 {
        self.open.saturating_add(self.in_progress)
    }
}
