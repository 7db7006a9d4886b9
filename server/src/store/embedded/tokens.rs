//! Tokens as rows: the document as it was made, and beside it what changes later.

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use rusqlite::{Connection, Row, Transaction, TransactionBehavior, params};

use super::connection::{Shared, blocking, connect, read, share};
use super::layout;
use crate::access::ServiceToken;
use crate::store::documents::{TokenDocument, readable_token};
use crate::store::{Outcome, StoreError, TokenStore};

pub(super) const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS service_tokens (
    id TEXT PRIMARY KEY,
    last_used_at INTEGER,
    revoked_at INTEGER,
    document TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS secrets (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT;
";
const EMBED_KEY: &str = "embed_key";

/// The tokens of a folder.
pub(super) struct Tokens(Shared);

impl Tokens {
    /// Written by the connection of the store.
    pub(super) fn of_writer(writer: &Shared) -> Self {
        Self(Arc::clone(writer))
    }

    /// Opens the tokens of a folder beside a server that may be running there: it does not tell anybody of what
    /// it writes, and nobody needs to be told.
    pub(super) async fn open(folder: &Path) -> Result<Self, StoreError> {
        let folder = folder.to_owned();
        blocking(move || {
            std::fs::create_dir_all(&folder)
                .map_err(|error| StoreError::Unavailable(format!("{}: {error}", folder.display())))?;
            let mut connection = connect(&folder.join("cineportal.sqlite"))?;
            layout::bring_up_to_date_beside(&mut connection, &folder)?;
            Ok(Self(share(connection)))
        })
        .await
    }

    async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let mut connection = Arc::clone(&self.0).lock_owned().await;
        blocking(move || {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let result = work(&transaction)?;
            transaction.commit()?;
            Ok(result)
        })
        .await
    }
}

#[async_trait]
impl TokenStore for Tokens {
    async fn service_tokens(&self) -> Result<Vec<ServiceToken>, StoreError> {
        read(&self.0, all).await
    }

    async fn add_service_token(&self, token: &ServiceToken) -> Result<Outcome, StoreError> {
        let token = token.clone();
        self.write(move |transaction| insert(transaction, &token)).await
    }

    async fn revoke_service_token(&self, id: &str, at: Timestamp) -> Result<bool, StoreError> {
        let id = id.to_owned();
        self.write(move |transaction| {
            let sql = "UPDATE service_tokens SET revoked_at = COALESCE(revoked_at, ?2) WHERE id = ?1";
            Ok(transaction.execute(sql, params![id, at.as_millisecond()])? > 0)
        })
        .await
    }

    async fn note_token_use(&self, id: &str, at: Timestamp) -> Result<(), StoreError> {
        let id = id.to_owned();
        self.write(move |transaction| {
            let sql =
                "UPDATE service_tokens SET last_used_at = MAX(COALESCE(last_used_at, ?2), ?2) WHERE id = ?1";
            transaction.execute(sql, params![id, at.as_millisecond()])?;
            Ok(())
        })
        .await
    }

    async fn forget_service_token(&self, id: &str) -> Result<(), StoreError> {
        let id = id.to_owned();
        self.write(move |transaction| {
            transaction.execute("DELETE FROM service_tokens WHERE id = ?1", [id])?;
            Ok(())
        })
        .await
    }

    async fn embed_key(&self, fresh: &[u8]) -> Result<Vec<u8>, StoreError> {
        let fresh = fresh.to_owned();
        self.write(move |transaction| {
            let sql = "INSERT OR IGNORE INTO secrets (name, value) VALUES (?1, ?2)";
            transaction.execute(sql, params![EMBED_KEY, fresh])?;
            let sql = "SELECT value FROM secrets WHERE name = ?1";
            Ok(transaction.query_row(sql, [EMBED_KEY], |row| row.get(0))?)
        })
        .await
    }
}

/// Inserts a token that is new here.
pub(super) fn insert(connection: &Connection, token: &ServiceToken) -> Result<Outcome, StoreError> {
    let document = TokenDocument::from(token);
    let text = serde_json::to_string(&document).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let sql = "INSERT OR IGNORE INTO service_tokens (id, last_used_at, revoked_at, document)
               VALUES (?1, ?2, ?3, ?4)";
    let (used_at, revoked_at) = (token.last_used_at, token.revoked_at);
    let times = (used_at.map(Timestamp::as_millisecond), revoked_at.map(Timestamp::as_millisecond));
    let added = connection.execute(sql, params![document.id, times.0, times.1, text])?;
    Ok(if added == 0 { Outcome::Conflict } else { Outcome::Written })
}

/// All of them, in the order of their ids; one that cannot be read is an error.
pub(super) fn each(connection: &Connection) -> Result<Vec<ServiceToken>, StoreError> {
    documents(connection)?.into_iter().map(|document| document?.try_into()).collect()
}

fn all(connection: &Connection) -> Result<Vec<ServiceToken>, StoreError> {
    Ok(documents(connection)?.into_iter().filter_map(readable_token).collect())
}

fn documents(connection: &Connection) -> Result<Vec<Result<TokenDocument, StoreError>>, StoreError> {
    let sql = "SELECT document, last_used_at, revoked_at FROM service_tokens ORDER BY id";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([], |row| Ok(document(row)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn document(row: &Row<'_>) -> Result<TokenDocument, StoreError> {
    let text: String = row.get(0)?;
    let document: TokenDocument =
        serde_json::from_str(&text).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    Ok(document.later(moment(row, 1)?, moment(row, 2)?))
}

fn moment(row: &Row<'_>, column: usize) -> Result<Option<Timestamp>, StoreError> {
    let millisecond: Option<i64> = row.get(column)?;
    Ok(millisecond.and_then(|millisecond| Timestamp::from_millisecond(millisecond).ok()))
}
