//! Layout 1: incidents are not found by words yet, do not count their writes beside what people see of them, and carry
//! nothing that is to be told. Every incident is read and written anew, so this leads straight to the newest layout.

use rusqlite::Transaction;
use serde_json::{Value, json};

use crate::domain::incident::Incident;
use crate::store::StoreError;
use crate::store::embedded::rows;

/// The names of indexes belong to the database, not to the table.
const SET_ASIDE: &str = "
ALTER TABLE incidents RENAME TO incidents_of_layout_1;
DROP INDEX IF EXISTS one_open;
DROP INDEX IF EXISTS newest;
DROP INDEX IF EXISTS history;
DROP INDEX IF EXISTS recently_closed;
";

/// Moves every incident into the new table.
pub(super) fn leave(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    transaction.execute_batch(SET_ASIDE)?;
    transaction.execute_batch(rows::SCHEMA)?;
    transaction.execute_batch(rows::FOUND)?;
    move_all(transaction)?;
    transaction.execute_batch("DROP TABLE incidents_of_layout_1")?;
    Ok(())
}

fn move_all(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    let mut statement = transaction.prepare("SELECT id, document FROM incidents_of_layout_1 ORDER BY id")?;
    let mut old = statement.query([])?;
    while let Some(row) = old.next()? {
        let (id, document): (String, String) = (row.get(0)?, row.get(1)?);
        let unreadable = |reason: &dyn std::fmt::Display| {
            StoreError::Corrupt(format!("the incident {id} of layout 1 cannot be brought along: {reason}"))
        };
        let incident = read(&document).map_err(|error| unreadable(&error))?;
        rows::insert(transaction, &incident)?;
    }
    Ok(())
}

/// What a document of layout 1 lacks: it tells of an alert, and each of its writes was one that people saw.
fn read(document: &str) -> Result<Incident, StoreError> {
    let unreadable = |error: serde_json::Error| StoreError::Corrupt(error.to_string());
    let mut document: Value = serde_json::from_str(document).map_err(unreadable)?;
    if let Some(fields) = document.as_object_mut() {
        let version = fields.get("version").cloned().unwrap_or_default();
        let lacking = [
            ("recent_starts", json!([])),
            ("origin", json!({ "kind": "MONITORING" })),
            ("revision", version),
        ];
        for (name, value) in lacking {
            fields.entry(name).or_insert(value);
        }
    }
    rows::decode(&document.to_string())
}
