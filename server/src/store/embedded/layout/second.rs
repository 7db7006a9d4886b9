//! Layout 2: what is open is in the index of words, too. The triggers that put it there make room for the new ones, which
//! are made with all tables.

use rusqlite::Transaction;

use crate::store::StoreError;

const FORGET_OPEN: &str = "
DROP TRIGGER IF EXISTS found_new;
DROP TRIGGER IF EXISTS found_changed;
DROP TRIGGER IF EXISTS found_gone;
INSERT INTO found (found, rowid, terms) SELECT 'delete', row, terms FROM incidents WHERE status <> 'CLOSED';
";

/// Takes open incidents out of the index.
pub(super) fn leave(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    Ok(transaction.execute_batch(FORGET_OPEN)?)
}
