//! What the fleet answers: each value with its age, and with what is wrong with it.

use std::sync::Arc;

use jiff::Timestamp;

use super::exporter::Exporter;
use super::merged::Listed;
use crate::domain::machine::Machine;
use crate::domain::triage;

/// When the next show at a place is, and how far that can be trusted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NextShow {
    /// When it begins; `None` where none is planned, or none is known.
    pub at: Option<Timestamp>,
    /// When that was true; `None` where nothing was ever read about the place.
    pub as_of: Option<Timestamp>,
    /// Why it is not known, or older than it should be, in one sentence.
    pub error: Option<String>,
}

/// A machine, and how far what is known of it can be trusted.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    /// The machine.
    pub machine: Arc<Machine>,
    /// When its exporter read it.
    pub as_of: Timestamp,
    /// Why that is older than it should be, in one sentence.
    pub error: Option<Arc<str>>,
}

impl Known {
    pub(super) fn new(listed: &Listed, exporter: &Exporter, error: Option<Arc<str>>) -> Option<Self> {
        let as_of = exporter.reading.as_ref()?.as_of;
        Some(Self { machine: Arc::clone(&listed.machine), as_of, error })
    }

    /// Its next show; one that is over does not count.
    pub fn next_show(&self, now: Timestamp) -> NextShow {
        let at = self.machine.next_show.filter(|show| triage::counts(*show, now));
        NextShow { at, as_of: Some(self.as_of), error: self.error.as_deref().map(str::to_owned) }
    }
}

/// How many machines there are, and how they are, as they were last read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MachineCounts {
    /// All of them.
    pub total: u32,
    /// The cloud sees them.
    pub online: u32,
    /// The cloud does not see them.
    pub offline: u32,
    /// Their exporter does not say.
    pub unknown: u32,
    /// When the oldest of these readings was true; `None` where there are no machines.
    pub as_of: Option<Timestamp>,
    /// Why one of them is older than it should be, in one sentence.
    pub error: Option<Arc<str>>,
}

impl MachineCounts {
    pub(super) fn of(machines: &[Known]) -> Self {
        let mut counts = Self::default();
        for known in machines {
            counts.total += 1;
            *match known.machine.online {
                Some(true) => &mut counts.online,
                Some(false) => &mut counts.offline,
                None => &mut counts.unknown,
            } += 1;
            counts.as_of = Some(counts.as_of.map_or(known.as_of, |as_of| as_of.min(known.as_of)));
            if counts.error.is_none() {
                counts.error.clone_from(&known.error);
            }
        }
        counts
    }
}
