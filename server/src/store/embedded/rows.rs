//! Incidents as rows: the document, and beside it the columns that indexes need.

use jiff::Timestamp;
use rusqlite::types::Value;
use rusqlite::{Connection, Row, Transaction, params, params_from_iter};

use super::log;
use crate::domain::delivery::next_wake;
use crate::domain::incident::{Incident, Status};
use crate::domain::search::{Term, terms};
use crate::store::documents::{IncidentDocument, key_text, signed, status_text, unsigned};
use crate::store::{Outcome, Page, PageQuery, StoreError};

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
    terms TEXT NOT NULL,
    revision INTEGER NOT NULL,
    document TEXT NOT NULL
) STRICT;
CREATE VIRTUAL TABLE IF NOT EXISTS found USING fts5(
    terms, content = 'incidents', content_rowid = 'row', detail = none, columnsize = 0,
    tokenize = \"unicode61 remove_diacritics 0 tokenchars ':-_.'\"
);
CREATE TRIGGER IF NOT EXISTS found_new AFTER INSERT ON incidents BEGIN
    INSERT INTO found (rowid, terms) VALUES (new.row, new.terms);
END;
CREATE TRIGGER IF NOT EXISTS found_changed AFTER UPDATE OF terms ON incidents WHEN old.terms <> new.terms BEGIN
    INSERT INTO found (found, rowid, terms) VALUES ('delete', old.row, old.terms);
    INSERT INTO found (rowid, terms) VALUES (new.row, new.terms);
END;
CREATE TRIGGER IF NOT EXISTS found_gone AFTER DELETE ON incidents BEGIN
    INSERT INTO found (found, rowid, terms) VALUES ('delete', old.row, old.terms);
END;
CREATE UNIQUE INDEX IF NOT EXISTS one_open ON incidents (region, key) WHERE status <> 'CLOSED';
CREATE INDEX IF NOT EXISTS newest ON incidents (key, occurrence_started_at DESC);
CREATE INDEX IF NOT EXISTS history ON incidents (region, status, opened_at DESC, id DESC);
CREATE INDEX IF NOT EXISTS recently_closed ON incidents (closed_at) WHERE status = 'CLOSED';
CREATE INDEX IF NOT EXISTS due ON incidents (wakes_at) WHERE wakes_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS changes (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    incident_id TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS numbers (region TEXT PRIMARY KEY, last INTEGER NOT NULL) STRICT;
";

/// Inserts revision 1, or replaces the revision before; a broken rule is a conflict, not an error.
pub(super) fn put(transaction: &Transaction<'_>, incident: &Incident) -> Result<Outcome, StoreError> {
    let sql = if incident.revision == 1 {
        "INSERT OR IGNORE INTO incidents
             (id, key, region, status, opened_at, closed_at, occurrence_started_at, wakes_at, revision, document,
              terms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"
    } else {
        "UPDATE OR IGNORE incidents
         SET key = ?2, region = ?3, status = ?4, opened_at = ?5, closed_at = ?6,
             occurrence_started_at = ?7, wakes_at = ?8, revision = ?9, document = ?10, terms = ?11
         WHERE id = ?1 AND revision = ?9 - 1"
    };
    let changed = transaction.prepare_cached(sql)?.execute(params![
        incident.id.0,
        key_text(&incident.key),
        incident.key.region.as_str(),
        status_text(incident.status),
        incident.opened_at.as_millisecond(),
        incident.closed_at.map(Timestamp::as_millisecond),
        incident.occurrence_started_at.as_millisecond(),
        next_wake(incident).map(Timestamp::as_millisecond),
        signed(incident.revision),
        encode(incident)?,
        Vec::from_iter(terms(incident)).join(" "),
    ])?;
    if changed == 0 {
        return Ok(Outcome::Conflict);
    }
    log::append(transaction, &incident.id)?;
    Ok(Outcome::Written)
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

pub(super) fn page(connection: &Connection, query: &PageQuery) -> Result<Page, StoreError> {
    let (filter, mut arguments) = filter(query);
    let count = format!("SELECT count(*) FROM incidents WHERE {filter}");
    let total: i64 = if query.count {
        connection.prepare_cached(&count)?.query_row(params_from_iter(&arguments), |row| row.get(0))?
    } else {
        0
    };
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

/// The conditions of a query, and what stands for their question marks.
fn filter(query: &PageQuery) -> (String, Vec<Value>) {
    let mut filter =
        format!("region IN ({}) AND status IN ({})", marks(query.regions.len()), marks(query.statuses.len()));
    let mut arguments: Vec<Value> = query.regions.iter().map(|region| region.to_string().into()).collect();
    arguments.extend(query.statuses.iter().map(|status: &Status| status_text(*status).to_owned().into()));
    if !query.terms.is_empty() {
        filter += " AND row IN (SELECT rowid FROM found WHERE found MATCH ?)";
        arguments.push(query.terms.iter().map(fts_term).collect::<Vec<_>>().join(" AND ").into());
    }
    let bounds = [("AND opened_at >= ?", query.opened.from), ("AND opened_at < ?", query.opened.until)];
    for (condition, bound) in bounds {
        if let Some(bound) = bound {
            filter = format!("{filter} {condition}");
            arguments.push(bound.as_millisecond().into());
        }
    }
    (filter, arguments)
}

/// A term in the language of FTS5; it holds no quotes.
fn fts_term(term: &Term) -> String {
    format!("\"{}\"{}", term.text, if term.is_prefix { "*" } else { "" })
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
