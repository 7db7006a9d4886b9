//! One exporter as the fleet knows it: its last good reading, and what is wrong with it.

use std::collections::BTreeSet;

use cineportal_regions::RegionId;
use jiff::{SignedDuration, Timestamp};

use super::merged::At;
use super::reading::Reading;
use crate::domain::watch::ExporterState;

/// Older values are stale, also if the exporter answers: then its cloud does not. It asks every 5 minutes.
const STALE_AFTER: SignedDuration = SignedDuration::from_mins(15);

/// An exporter, and what came of reading it.
#[derive(Default)]
pub(super) struct Exporter {
    /// What it is called, without secrets.
    pub(super) name: String,
    /// The regions that named it as their own; `None`: it is one of the whole fleet.
    pub(super) own: Option<BTreeSet<RegionId>>,
    /// The last good reading.
    pub(super) reading: Option<Reading>,
    /// When it last answered.
    pub(super) answered_at: Option<Timestamp>,
    /// Since when it does not, and why.
    pub(super) failing: Option<Failing>,
}

/// Why an exporter cannot be read.
pub(super) struct Failing {
    /// Since when.
    pub(super) since: Timestamp,
    /// What it was the last time.
    pub(super) reason: String,
}

impl Exporter {
    /// The same exporter, which tells of machines of these regions only; `None`: of all.
    pub(super) fn speaking_for(self, own: Option<BTreeSet<RegionId>>) -> Self {
        let kept = |reading: Reading| match &own {
            Some(own) => reading.narrowed_to(own),
            None => reading,
        };
        Self { reading: self.reading.map(kept), own, ..self }
    }

    /// Why its values are older than they should be, in a sentence; `None` if they are not.
    pub(super) fn why_stale(&self, now: Timestamp) -> Option<String> {
        let as_of = self.reading.as_ref().map(|reading| reading.as_of);
        let is_old = |as_of: &Timestamp| now.duration_since(*as_of) > STALE_AFTER;
        match (&self.failing, as_of.filter(is_old)) {
            (Some(failing), _) => Some(failing.sentence()),
            (None, Some(as_of)) => Some(format!(
                "CineExporter answers, but has not read its machines since {}",
                to_second(as_of)
            )),
            (None, None) => None,
        }
    }

    /// How it is.
    pub(super) fn state(&self, now: Timestamp) -> ExporterState {
        let told = self.reading.as_ref().map(Reading::regions);
        ExporterState {
            name: format!("exporter {}", self.name),
            regions: self.own.clone().or(told),
            answered_at: self.answered_at,
            error: self.why_stale(now),
        }
    }
}

impl Failing {
    fn sentence(&self) -> String {
        format!("CineExporter has failed since {}: {}", to_second(self.since), self.reason)
    }
}

/// Why nothing is known about a place, in a sentence.
pub(super) fn why_unknown(exporters: &[Exporter], place: &[Option<At<'_>>]) -> String {
    let failing = || exporters.iter().find_map(|exporter| exporter.failing.as_ref());
    let is_unread = |exporter: &Exporter| exporter.reading.is_none();
    let reason = match failing() {
        _ if exporters.is_empty() => "no exporter is configured",
        _ if place.iter().flatten().next().is_none() => "the alert names no machine, screen or cinema",
        Some(failing) => return failing.sentence(),
        None if exporters.iter().any(is_unread) => "CineExporter has not been read yet",
        None => "no exporter lists this machine, screen or cinema",
    };
    reason.to_owned()
}

/// A time as a sentence holds it.
fn to_second(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}
