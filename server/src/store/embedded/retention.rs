//! Forgetting what is old.

use jiff::Timestamp;
use rusqlite::{Transaction, params};

use crate::domain::incident::Status;
use crate::store::StoreError;
use crate::store::documents::status_text;

pub(super) const SCHEMA: &str = "
CREATE INDEX IF NOT EXISTS last_changed ON incidents (json_extract(document, '$.updated_at'))
WHERE status = 'CLOSED';
";

pub(super) fn forget(
    transaction: &Transaction<'_>,
    status: Status,
    updated_before: Timestamp,
    limit: u32,
) -> Result<u64, StoreError> {
    let (index, rows) = match status {
        Status::Closed => ("last_changed", "status = 'CLOSED'"),
        // Few, so each is looked at.
        Status::Open | Status::InProgress => ("one_open", "status <> 'CLOSED'"),
    };
    let sql = format!(
        "DELETE FROM incidents WHERE id IN (
             SELECT id FROM incidents INDEXED BY {index}
             WHERE {rows} AND status = ?1 AND json_extract(document, '$.updated_at') < ?2 AND wakes_at IS NULL
             LIMIT ?3)"
    );
    // Whole seconds, without what may follow them, compare as texts as they do as times.
    let before = updated_before.strftime("%Y-%m-%dT%H:%M:%S").to_string();
    let forgotten = transaction.prepare_cached(&sql)?.execute(params![status_text(status), before, limit])?;
    Ok(forgotten as u64)
}
