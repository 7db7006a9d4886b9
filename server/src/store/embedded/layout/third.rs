//! Layout 3: only what is closed is in the index of words. The triggers of before make room for the new ones, which are
//! made with all tables.

use rusqlite::Transaction;

use crate::store::StoreError;

const FORGET_OPEN: &str = "
DROP TRIGGER IF EXISTS found_new;
DROP TRIGGER IF EXISTS found_changed;
DROP TRIGGER IF EXISTS found_gone;
INSERT INTO found (found, rowid, terms) SELECT 'delete', row, terms FROM incidents WHERE status <> 'CLOSED';
";

/// Takes open incidents out of the index.
pub(super) fn reach(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    Ok(transaction.execute_batch(FORGET_OPEN)?)
}
