//! Sessions as rows: the document, and beside it what they are ended by.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::rows::text;
use crate::access::{Session, SessionId, SessionsOf};
use crate::store::documents::{SessionDocument, signed};
use crate::store::{Outcome, StoreError};

pub(super) const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS sessions (
    id TEXT PRIMARY KEY,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    provider_session TEXT,
    ends_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    document TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS sessions_end ON sessions (ends_at);
CREATE INDEX IF NOT EXISTS sessions_of_person ON sessions (issuer, subject);
CREATE INDEX IF NOT EXISTS sessions_of_provider ON sessions (issuer, provider_session);
";

/// Inserts version 1, or replaces the version before.
pub(super) fn put(transaction: &Transaction<'_>, session: &Session) -> Result<Outcome, StoreError> {
    let sql = if session.version == 1 {
        "INSERT OR IGNORE INTO sessions (id, issuer, subject, provider_session, ends_at, version, document)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
    } else {
        "UPDATE sessions SET issuer = ?2, subject = ?3, provider_session = ?4, ends_at = ?5, version = ?6,
         document = ?7 WHERE id = ?1 AND version = ?6 - 1"
    };
    let document = serde_json::to_string(&SessionDocument::from(session)).map_err(|error| corrupt(&error))?;
    let changed = transaction.prepare_cached(sql)?.execute(params![
        session.id.0,
        session.person.issuer,
        session.person.subject,
        session.provider_session,
        session.ends_at.as_millisecond(),
        signed(session.version),
        document,
    ])?;
    Ok(if changed == 0 { Outcome::Conflict } else { Outcome::Written })
}

pub(super) fn get(connection: &Connection, id: &SessionId) -> Result<Option<Session>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT document FROM sessions WHERE id = ?1")?;
    let document = statement.query_row([&id.0], text).optional()?;
    let document =
        document.map(|text| serde_json::from_str::<SessionDocument>(&text).map_err(|error| corrupt(&error)));
    Ok(document.transpose()?.map(Session::from))
}

pub(super) fn end(transaction: &Transaction<'_>, whose: &SessionsOf) -> Result<u64, StoreError> {
    let ended = match whose {
        SessionsOf::Session(id) => transaction.execute("DELETE FROM sessions WHERE id = ?1", [&id.0])?,
        SessionsOf::ProviderSession { issuer, session } => {
            let sql = "DELETE FROM sessions WHERE issuer = ?1 AND provider_session = ?2";
            transaction.execute(sql, [issuer, session])?
        }
        SessionsOf::Person { issuer, subject } => {
            let sql = "DELETE FROM sessions WHERE issuer = ?1 AND subject = ?2";
            transaction.execute(sql, [issuer, subject])?
        }
    };
    Ok(ended as u64)
}

pub(super) fn forget(
    transaction: &Transaction<'_>,
    ended_before: Timestamp,
    limit: u32,
) -> Result<u64, StoreError> {
    let sql = "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE ends_at < ?1 LIMIT ?2)";
    let forgotten =
        transaction.prepare_cached(sql)?.execute(params![ended_before.as_millisecond(), limit])?;
    Ok(forgotten as u64)
}

fn corrupt(error: &serde_json::Error) -> StoreError {
    StoreError::Corrupt(error.to_string())
}
