//! Whether an alert comes and goes. Nobody has to configure that.

use jiff::{SignedDuration, Timestamp};

use super::incident::Incident;

/// So many beginnings within [`WINDOW`] are flapping.
const STARTS: usize = 3;
/// See [`STARTS`].
const WINDOW: SignedDuration = SignedDuration::from_hours(1);

/// Whether the alert of this incident began at least three times within the last hour.
pub fn is_flapping(incident: &Incident, now: Timestamp) -> bool {
    let recent = |start: &&Timestamp| now.duration_since(**start) <= WINDOW;
    incident.recent_starts.iter().filter(recent).count() >= STARTS
}

/// Notes one more beginning; keeps as many as [`is_flapping`] needs.
pub(super) fn note_start(incident: &mut Incident, start: Timestamp) {
    incident.recent_starts.push(start);
    let excess = incident.recent_starts.len().saturating_sub(STARTS);
    incident.recent_starts.drain(..excess);
}
