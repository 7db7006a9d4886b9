//! What was known, when an incident opened, of the next show on its screen. Kept with the incident, because
//! nobody can tell afterwards.

use jiff::Timestamp;

/// The next show as it was known at the opening.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ShowAtOpening {
    /// Nobody told of it; or the incident is older than this record.
    #[default]
    Unknown,
    /// None was planned.
    NonePlanned,
    /// It was to begin then.
    At(Timestamp),
}
