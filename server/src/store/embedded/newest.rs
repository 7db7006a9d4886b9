//! The incident of a key that is open, or else the one whose occurrence began last. Each kind has an index.

use rusqlite::{Connection, OptionalExtension, params};

use super::rows::{decode, text};
use crate::domain::incident::{Incident, IncidentKey};
use crate::store::StoreError;
use crate::store::documents::key_text;

/// A new incident enters one small index by its key, which comes in no order, and not the one of a long history.
pub(super) const SCHEMA: &str = "
CREATE INDEX IF NOT EXISTS newest ON incidents (key, occurrence_started_at DESC) WHERE status = 'CLOSED';
";

/// One statement, so that whoever closes or reopens it meanwhile does not hide it.
const SQL: &str = "SELECT document FROM incidents WHERE row = (
    SELECT row FROM (
        SELECT row, 1 AS is_open FROM incidents INDEXED BY one_open
        WHERE region = ?1 AND key = ?2 AND status <> 'CLOSED'
        UNION ALL
        SELECT * FROM (
            SELECT row, 0 AS is_open FROM incidents INDEXED BY newest
            WHERE key = ?2 AND status = 'CLOSED' ORDER BY occurrence_started_at DESC LIMIT 1
        )
    ) ORDER BY is_open DESC LIMIT 1
)";

/// Of each key that has one.
pub(super) fn read(connection: &Connection, keys: &[IncidentKey]) -> Result<Vec<Incident>, StoreError> {
    let mut statement = connection.prepare_cached(SQL)?;
    let mut incidents = Vec::new();
    for key in keys {
        let document = statement.query_row(params![key.region.as_str(), key_text(key)], text).optional()?;
        incidents.extend(document.map(|document| decode(&document)).transpose()?);
    }
    Ok(incidents)
}
