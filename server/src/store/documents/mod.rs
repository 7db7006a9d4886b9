//! How things are written down. Both stores use this one form: BSON in MongoDB, JSON in SQLite.

mod delivery;
mod facts;
mod incident;
mod kept;
mod moment;
mod names;
mod parts;
mod session;
mod show;
mod silence;
mod timeline;
mod token;

pub(super) use self::facts::FactsDocument;
pub(super) use self::incident::{IncidentDocument, key_text, status_text};
pub(super) use self::kept::KeptDocument;
pub(super) use self::moment::Moment;
pub(super) use self::session::SessionDocument;
pub(super) use self::silence::SilenceDocument;
pub(super) use self::token::{TokenDocument, readable_token};

/// Stores know no unsigned numbers; counts never come near the limit.
pub(super) fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Back again; a negative count cannot have been written by us.
pub(super) fn unsigned(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}
