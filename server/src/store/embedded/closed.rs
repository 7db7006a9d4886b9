//! What closed last, and what is closed although it still fires.
//! Each question names its index: without statistics SQLite takes another one, and reads the whole history.

use rusqlite::{Connection, params};

use super::rows::{readable, text};
use crate::domain::incident::Incident;
use crate::store::StoreError;

/// Small: few incidents are closed while they fire.
pub(super) const SCHEMA: &str = "
CREATE INDEX IF NOT EXISTS closed_while_firing ON incidents (closed_at)
WHERE status = 'CLOSED' AND json_extract(document, '$.occurrence_ended_at') IS NULL;
";

pub(super) fn newest(connection: &Connection, limit: u32) -> Result<Vec<Incident>, StoreError> {
    let sql = "SELECT document FROM incidents INDEXED BY recently_closed
               WHERE status = 'CLOSED' ORDER BY closed_at DESC LIMIT ?1";
    select(connection, sql, limit)
}

pub(super) fn while_firing(connection: &Connection, limit: u32) -> Result<Vec<Incident>, StoreError> {
    let sql = "SELECT document FROM incidents INDEXED BY closed_while_firing
               WHERE status = 'CLOSED' AND json_extract(document, '$.occurrence_ended_at') IS NULL
               ORDER BY closed_at DESC LIMIT ?1";
    select(connection, sql, limit)
}

fn select(connection: &Connection, sql: &str, limit: u32) -> Result<Vec<Incident>, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let documents = statement.query_map(params![limit], text)?;
    let incidents = documents.filter_map(|document| document.map(|text| readable(&text)).transpose());
    Ok(incidents.collect::<Result<_, _>>()?)
}
