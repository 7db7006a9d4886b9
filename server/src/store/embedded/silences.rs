//! Silences as rows: the document, and beside it what the index needs.

use jiff::Timestamp;
use rusqlite::{Connection, Transaction, params};

use super::rows::text;
use crate::domain::silence::Silence;
use crate::store::documents::{SilenceDocument, signed};
use crate::store::{Outcome, StoreError};

pub(super) const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS silences (
    id TEXT PRIMARY KEY,
    over_at INTEGER,
    version INTEGER NOT NULL,
    document TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS silences_over ON silences (over_at);
";

const INSERT: &str =
    "INSERT OR IGNORE INTO silences (id, over_at, version, document) VALUES (?1, ?2, ?3, ?4)";

/// Inserts version 1, or replaces the version before.
pub(super) fn put(transaction: &Transaction<'_>, silence: &Silence) -> Result<Outcome, StoreError> {
    let update =
        "UPDATE silences SET over_at = ?2, version = ?3, document = ?4 WHERE id = ?1 AND version = ?3 - 1";
    write(transaction, if silence.version == 1 { INSERT } else { update }, silence)
}

/// Inserts whichever version it is.
pub(super) fn insert(connection: &Connection, silence: &Silence) -> Result<Outcome, StoreError> {
    write(connection, INSERT, silence)
}

fn write(connection: &Connection, sql: &str, silence: &Silence) -> Result<Outcome, StoreError> {
    let changed = connection.prepare_cached(sql)?.execute(params![
        silence.id.0,
        silence.over_at().map(Timestamp::as_millisecond),
        signed(silence.version),
        encode(silence)?,
    ])?;
    Ok(if changed == 0 { Outcome::Conflict } else { Outcome::Written })
}

pub(super) fn not_over_before(
    connection: &Connection,
    over_since: Timestamp,
) -> Result<Vec<Silence>, StoreError> {
    let sql = "SELECT document FROM silences WHERE over_at IS NULL OR over_at >= ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let documents = statement.query_map([over_since.as_millisecond()], text)?;
    let documents = documents.collect::<Result<Vec<_>, _>>()?;
    Ok(documents.iter().filter_map(|document| readable(document)).collect())
}

/// All of them, in the order of their ids; one that cannot be read is an error.
pub(super) fn all(connection: &Connection) -> Result<Vec<Silence>, StoreError> {
    let mut statement = connection.prepare("SELECT document FROM silences ORDER BY id")?;
    let documents = statement.query_map([], text)?.collect::<Result<Vec<_>, _>>()?;
    documents.iter().map(|document| decode(document)).collect()
}

fn encode(silence: &Silence) -> Result<String, StoreError> {
    serde_json::to_string(&SilenceDocument::from(silence))
        .map_err(|error| StoreError::Corrupt(error.to_string()))
}

/// One document that cannot be read must not cost all others.
fn readable(document: &str) -> Option<Silence> {
    decode(document)
        .inspect_err(|error| tracing::error!(%error, "a silence cannot be read, and mutes nothing"))
        .ok()
}

fn decode(document: &str) -> Result<Silence, StoreError> {
    serde_json::from_str::<SilenceDocument>(document)
        .map_err(|error| StoreError::Corrupt(error.to_string()))
        .and_then(Silence::try_from)
}
