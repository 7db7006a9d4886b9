//! Incidents as rows: the document, and beside it the columns that indexes need.

use jiff::Timestamp;
use rusqlite::{Connection, Row, Transaction, params, params_from_iter};

use super::log;
use crate::domain::incident::{Incident, Status};
use crate::store::documents::{IncidentDocument, key_text, signed, status_text, unsigned};
use crate::store::{Outcome, Page, PageQuery, StoreError};

pub(super) const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS incidents (
    id TEXT PRIMARY KEY,
    key TEXT NOT NULL,
    region TEXT NOT NULL,
    status TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    closed_at INTEGER,
    occurrence_started_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    document TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS one_open ON incidents (region, key) WHERE status <> 'CLOSED';
CREATE INDEX IF NOT EXISTS newest ON incidents (key, occurrence_started_at DESC);
CREATE INDEX IF NOT EXISTS history ON incidents (region, status, opened_at DESC, id DESC);
CREATE INDEX IF NOT EXISTS recently_closed ON incidents (closed_at) WHERE status = 'CLOSED';
CREATE TABLE IF NOT EXISTS changes (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    incident_id TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS numbers (region TEXT PRIMARY KEY, last INTEGER NOT NULL) STRICT;
";

/// Inserts version 1, or replaces the version before; a broken rule is a conflict, not an error.
pub(super) fn put(transaction: &Transaction<'_>, incident: &Incident) -> Result<Outcome, StoreError> {
    let sql = if incident.version == 1 {
        "INSERT OR IGNORE INTO incidents
             (id, key, region, status, opened_at, closed_at, occurrence_started_at, version, document)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
    } else {
        "UPDATE OR IGNORE incidents
         SET key = ?2, region = ?3, status = ?4, opened_at = ?5, closed_at = ?6,
             occurrence_started_at = ?7, version = ?8, document = ?9
         WHERE id = ?1 AND version = ?8 - 1"
    };
    let changed = transaction.prepare_cached(sql)?.execute(params![
        incident.id.0,
        key_text(&incident.key),
        incident.key.region.as_str(),
        status_text(incident.status),
        incident.opened_at.as_millisecond(),
        incident.closed_at.map(Timestamp::as_millisecond),
        incident.occurrence_started_at.as_millisecond(),
        signed(incident.version),
        encode(incident)?,
    ])?;
    if changed == 0 {
        return Ok(Outcome::Conflict);
    }
    log::append(transaction, &incident.id)?;
    Ok(Outcome::Written)
}

pub(super) fn page(connection: &Connection, query: &PageQuery) -> Result<Page, StoreError> {
    let filter =
        format!("region IN ({}) AND status IN ({})", marks(query.regions.len()), marks(query.statuses.len()));
    let mut arguments: Vec<rusqlite::types::Value> =
        query.regions.iter().map(|region| region.to_string().into()).collect();
    arguments.extend(query.statuses.iter().map(|status: &Status| status_text(*status).to_owned().into()));
    let count = format!("SELECT count(*) FROM incidents WHERE {filter}");
    let total: i64 =
        connection.prepare_cached(&count)?.query_row(params_from_iter(&arguments), |row| row.get(0))?;
    let mut behind = "";
    if let Some(after) = &query.after {
        behind = "AND (opened_at, id) < (?, ?)";
        arguments.push(after.opened_at.as_millisecond().into());
        arguments.push(after.id.0.clone().into());
    }
    arguments.push((i64::from(query.limit) + 1).into());
    let sql = format!(
        "SELECT document FROM incidents WHERE {filter} {behind} ORDER BY opened_at DESC, id DESC LIMIT ?"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let documents = statement.query_map(params_from_iter(&arguments), text)?;
    let mut incidents =
        documents.map(|document| decode(&document?)).collect::<Result<Vec<Incident>, StoreError>>()?;
    let has_next = incidents.len() > query.limit as usize;
    incidents.truncate(query.limit as usize);
    Ok(Page { incidents, has_next, total: unsigned(total) })
}

fn marks(count: usize) -> String {
    vec!["?"; count].join(", ")
}

pub(super) fn text(row: &Row<'_>) -> rusqlite::Result<String> {
    row.get(0)
}

fn encode(incident: &Incident) -> Result<String, StoreError> {
    serde_json::to_string(&IncidentDocument::from(incident))
        .map_err(|error| StoreError::Corrupt(error.to_string()))
}

pub(super) fn decode(document: &str) -> Result<Incident, StoreError> {
    serde_json::from_str::<IncidentDocument>(document)
        .map(Incident::from)
        .map_err(|error| StoreError::Corrupt(error.to_string()))
}

/// One document that cannot be read must not cost the board all others.
pub(super) fn readable(document: &str) -> Option<Incident> {
    decode(document)
        .inspect_err(|error| tracing::error!(%error, "an incident cannot be read, and is not shown"))
        .ok()
}
