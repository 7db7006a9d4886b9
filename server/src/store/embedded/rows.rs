//! Incidents as rows: the document, and beside it the columns that indexes need.

use cineportal_regions::RegionId;
use jiff::Timestamp;
use rusqlite::{Connection, Row, Transaction, params};

use super::log;
use crate::domain::delivery::next_wake;
use crate::domain::incident::{Incident, IncidentId};
use crate::domain::search::terms;
use crate::store::documents::{IncidentDocument, key_text, signed, status_text};
use crate::store::{Outcome, StoreError};

/// An alert opens an incident in as few indexes as can be: what asks for closed ones holds only those.
pub(super) const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS incidents (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    key TEXT NOT NULL,
    region TEXT NOT NULL,
    status TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    closed_at INTEGER,
    occurrence_started_at INTEGER NOT NULL,
    wakes_at INTEGER,
    assignee TEXT,
    terms TEXT NOT NULL,
    revision INTEGER NOT NULL,
    document TEXT NOT NULL
) STRICT;
CREATE VIRTUAL TABLE IF NOT EXISTS found USING fts5(
    terms, content = 'incidents', content_rowid = 'row', detail = none, columnsize = 0,
    tokenize = \"unicode61 remove_diacritics 0 tokenchars ':-_.'\"
);
CREATE UNIQUE INDEX IF NOT EXISTS one_open ON incidents (region, key) WHERE status <> 'CLOSED';
CREATE INDEX IF NOT EXISTS history ON incidents (region, status, opened_at DESC, id DESC);
CREATE INDEX IF NOT EXISTS recently_closed ON incidents (closed_at) WHERE status = 'CLOSED';
CREATE INDEX IF NOT EXISTS due ON incidents (wakes_at) WHERE wakes_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS changes (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    incident_id TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS numbers (region TEXT PRIMARY KEY, last INTEGER NOT NULL) STRICT;
";
/// Only what is closed is in the index of words: to enter it costs more than all else of an alert.
pub(super) const FOUND: &str = "
CREATE TRIGGER IF NOT EXISTS found_new AFTER INSERT ON incidents WHEN new.status = 'CLOSED' BEGIN
    INSERT INTO found (rowid, terms) VALUES (new.row, new.terms);
END;
CREATE TRIGGER IF NOT EXISTS found_changed AFTER UPDATE OF status, terms ON incidents
WHEN 'CLOSED' IN (old.status, new.status) AND (old.status, old.terms) <> (new.status, new.terms) BEGIN
    INSERT INTO found (found, rowid, terms) SELECT 'delete', old.row, old.terms WHERE old.status = 'CLOSED';
    INSERT INTO found (rowid, terms) SELECT new.row, new.terms WHERE new.status = 'CLOSED';
END;
CREATE TRIGGER IF NOT EXISTS found_gone AFTER DELETE ON incidents WHEN old.status = 'CLOSED' BEGIN
    INSERT INTO found (found, rowid, terms) VALUES ('delete', old.row, old.terms);
END;
";

const INSERT: &str = "INSERT OR IGNORE INTO incidents
         (id, key, region, status, opened_at, closed_at, occurrence_started_at, wakes_at, revision, document, terms,
          assignee)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
const REPLACE: &str = "UPDATE OR IGNORE incidents
     SET key = ?2, region = ?3, status = ?4, opened_at = ?5, closed_at = ?6,
         occurrence_started_at = ?7, wakes_at = ?8, revision = ?9, document = ?10, terms = ?11,
         assignee = ?12
     WHERE id = ?1 AND revision = ?9 - 1";

/// An incident as it is written, ready before it is its turn: one at a time writes.
pub(super) struct EncodedRow {
    id: IncidentId,
    key: String,
    region: RegionId,
    status: &'static str,
    opened_at: i64,
    closed_at: Option<i64>,
    occurrence_started_at: i64,
    wakes_at: Option<i64>,
    revision: i64,
    document: String,
    terms: String,
    assignee: Option<String>,
}

impl EncodedRow {
    /// Of this incident.
    pub(super) fn of(incident: &Incident) -> Result<Self, StoreError> {
        Ok(Self {
            id: incident.id.clone(),
            key: key_text(&incident.key),
            region: incident.key.region.clone(),
            status: status_text(incident.status),
            opened_at: incident.opened_at.as_millisecond(),
            closed_at: incident.closed_at.map(Timestamp::as_millisecond),
            occurrence_started_at: incident.occurrence_started_at.as_millisecond(),
            wakes_at: next_wake(incident).map(Timestamp::as_millisecond),
            revision: signed(incident.revision),
            document: encode(incident)?,
            terms: Vec::from_iter(terms(incident)).join(" "),
            assignee: incident.assignee.clone(),
        })
    }

    fn write(&self, connection: &Connection, sql: &str) -> Result<usize, StoreError> {
        Ok(connection.prepare_cached(sql)?.execute(params![
            self.id.0,
            self.key,
            self.region.as_str(),
            self.status,
            self.opened_at,
            self.closed_at,
            self.occurrence_started_at,
            self.wakes_at,
            self.revision,
            self.document,
            self.terms,
            self.assignee,
        ])?)
    }
}

/// Inserts revision 1, or replaces the revision before; a broken rule is a conflict, not an error.
pub(super) fn put(transaction: &Transaction<'_>, row: &EncodedRow) -> Result<Outcome, StoreError> {
    let sql = if row.revision == 1 { INSERT } else { REPLACE };
    if row.write(transaction, sql)? == 0 {
        return Ok(Outcome::Conflict);
    }
    log::append(transaction, &row.id)?;
    Ok(Outcome::Written)
}

/// Inserts whichever revision it is, and tells nobody. Answers how many were written: none, if a rule is broken.
pub(super) fn insert(connection: &Connection, incident: &Incident) -> Result<usize, StoreError> {
    EncodedRow::of(incident)?.write(connection, INSERT)
}

pub(super) fn due(connection: &Connection, now: Timestamp, limit: u32) -> Result<Vec<Incident>, StoreError> {
    let sql = "SELECT document FROM incidents WHERE wakes_at <= ?1 ORDER BY wakes_at LIMIT ?2";
    let mut statement = connection.prepare_cached(sql)?;
    let documents = statement.query_map(params![now.as_millisecond(), limit], text)?;
    documents
        .filter_map(|document| document.map(|document| readable(&document)).transpose())
        .map(|incident| Ok(incident?))
        .collect()
}

pub(super) fn next_due(connection: &Connection) -> Result<Option<Timestamp>, StoreError> {
    let sql = "SELECT min(wakes_at) FROM incidents WHERE wakes_at IS NOT NULL";
    let millisecond: Option<i64> = connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
    let instant = millisecond.map(Timestamp::from_millisecond).transpose();
    instant.map_err(|error| StoreError::Corrupt(error.to_string()))
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
