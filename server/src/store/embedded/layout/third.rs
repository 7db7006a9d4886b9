//! Layout 3: open incidents are in indexes that only closed ones are looked up in, and who works on one is only in its
//! document. The indexes that are dropped here are made anew with all tables.

use rusqlite::Transaction;

use crate::store::StoreError;

/// The index of who works on what leads to those who have an assignee; so it goes last.
const CHANGE: &str = "
DROP INDEX IF EXISTS newest;
DROP INDEX IF EXISTS last_changed;
ALTER TABLE incidents ADD COLUMN assignee TEXT;
UPDATE incidents SET assignee = json_extract(document, '$.assignee')
WHERE json_extract(document, '$.assignee') IS NOT NULL;
DROP INDEX IF EXISTS assigned;
";

/// Gives the assignee a column, and makes room for the new indexes.
pub(super) fn leave(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    Ok(transaction.execute_batch(CHANGE)?)
}
