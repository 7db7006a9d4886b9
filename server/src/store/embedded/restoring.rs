//! Filling the database file in one transaction: whoever is killed in between leaves it as it was.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use rusqlite::{Connection, params};

use super::connection::{Shared, blocking, connect, lock_folder, share};
use super::{heartbeats, layout, rows, silences, tokens};
use crate::clock;
use crate::domain::incident::Incident;
use crate::store::documents::signed;
use crate::store::{Kept, KeptCollection, Outcome, RestoreError, Restoring, StoreError};

/// Indexes of a long history are written in no order; what is in memory need not be read again.
const CACHE_KIBIBYTES: i64 = 64 * 1024;

/// All tables but the log of commits. Those of which a backup knows nothing are emptied, too: sessions and
/// secrets belong to what was there before.
pub(in crate::store) const TABLES: [&str; 8] =
    ["found", "incidents", "silences", "service_tokens", "numbers", "heartbeats", "sessions", "secrets"];

/// A transaction that is not committed yet.
pub(super) struct EmbeddedRestoring {
    /// No server runs on the folder meanwhile.
    _lock: File,
    connection: Shared,
}

impl EmbeddedRestoring {
    /// Takes the folder for itself, makes it where it is missing, and begins.
    pub(super) async fn begin(folder: &Path, replace: bool) -> Result<Self, RestoreError> {
        let folder = folder.to_owned();
        let begun = blocking(move || {
            std::fs::create_dir_all(&folder)
                .map_err(|error| StoreError::Unavailable(format!("{}: {error}", folder.display())))?;
            let lock = lock_folder(&folder)?;
            let mut connection = connect(&folder.join("cineportal.sqlite"))?;
            connection.pragma_update(None, "cache_size", -CACHE_KIBIBYTES)?;
            layout::bring_up_to_date(&mut connection)?;
            connection.execute_batch("BEGIN IMMEDIATE")?;
            if let Some(there) = occupied(&connection)?.filter(|_| !replace) {
                return Ok(Err(there));
            }
            clear(&connection)?;
            Ok(Ok(Self { _lock: lock, connection: share(connection) }))
        });
        begun.await?.map_err(RestoreError::NotEmpty)
    }

    async fn work(
        &self,
        work: impl FnOnce(&Connection) -> Result<(), StoreError> + Send + 'static,
    ) -> Result<(), StoreError> {
        let connection = Arc::clone(&self.connection).lock_owned().await;
        blocking(move || work(&connection)).await
    }
}

#[async_trait]
impl Restoring for EmbeddedRestoring {
    async fn add(&mut self, kept: Vec<Kept>) -> Result<(), StoreError> {
        self.work(move |connection| kept.iter().try_for_each(|kept| put(connection, kept))).await
    }

    async fn finish(self: Box<Self>) -> Result<(), StoreError> {
        self.work(|connection| {
            connection.execute_batch("COMMIT")?;
            // The log has become as long as the backup; a reader beside us only leaves it so.
            connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
            Ok(())
        })
        .await
    }

    async fn abandon(self: Box<Self>) -> Result<(), StoreError> {
        self.work(|connection| Ok(connection.execute_batch("ROLLBACK")?)).await
    }
}

/// The first collection that holds something. Signs of life come by themselves.
fn occupied(connection: &Connection) -> Result<Option<&'static str>, StoreError> {
    for collection in KeptCollection::ALL.into_iter().filter(|one| *one != KeptCollection::Heartbeats) {
        let sql = format!("SELECT EXISTS (SELECT 1 FROM {})", collection.name());
        if connection.query_row(&sql, [], |row| row.get(0))? {
            return Ok(Some(collection.name()));
        }
    }
    Ok(None)
}

/// Tables are made anew, which costs less than to delete what is in them. Commits are numbered from the clock, so
/// that no cursor of before means one of them.
fn clear(connection: &Connection) -> Result<(), StoreError> {
    for table in TABLES {
        connection.execute_batch(&format!("DROP TABLE {table}"))?;
    }
    layout::make_tables(connection)?;
    connection.execute_batch("DELETE FROM changes; DELETE FROM sqlite_sequence WHERE name = 'changes'")?;
    let sql = "INSERT INTO sqlite_sequence (name, seq) VALUES ('changes', ?1)";
    connection.execute(sql, [clock::now().as_millisecond()])?;
    Ok(())
}

fn put(connection: &Connection, kept: &Kept) -> Result<(), StoreError> {
    let outcome = match kept {
        Kept::Incident(incident) => put_incident(connection, incident)?,
        Kept::Silence(silence) => silences::insert(connection, silence)?,
        Kept::ServiceToken(token) => tokens::insert(connection, token)?,
        Kept::Number { region, last } => {
            let sql = "INSERT OR IGNORE INTO numbers (region, last) VALUES (?1, ?2)";
            outcome(connection.prepare_cached(sql)?.execute(params![region.as_str(), signed(*last)])?)
        }
        Kept::Heartbeat { name, heartbeat } => {
            heartbeats::note(connection, name, *heartbeat)?;
            Outcome::Written
        }
    };
    match outcome {
        Outcome::Written => Ok(()),
        Outcome::Conflict => Err(StoreError::Corrupt(format!(
            "one of the {} stands in the way of another one",
            kept.collection().name()
        ))),
    }
}

fn put_incident(connection: &Connection, incident: &Incident) -> Result<Outcome, StoreError> {
    Ok(outcome(rows::insert(connection, incident)?))
}

fn outcome(changed: usize) -> Outcome {
    if changed == 0 { Outcome::Conflict } else { Outcome::Written }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Whoever adds a table decides whether backups hold it (`KeptCollection`) or restoring empties it.
    #[test]
    fn every_table_is_known_here() {
        let connection = Connection::open_in_memory().unwrap();
        layout::make_tables(&connection).unwrap();
        let sql = "SELECT name FROM pragma_table_list WHERE type IN ('table', 'virtual') AND name NOT LIKE 'sqlite_%'";
        let mut statement = connection.prepare(sql).unwrap();
        let names = statement.query_map([], |row| row.get(0)).unwrap();
        let tables: BTreeSet<String> = names.collect::<Result<_, _>>().unwrap();
        let known = TABLES.into_iter().chain(["changes"]).map(str::to_owned);
        assert_eq!(tables, known.collect::<BTreeSet<_>>());
    }

    #[test]
    fn commits_of_a_restored_store_have_numbers_that_none_had_before() {
        let connection = Connection::open_in_memory().unwrap();
        layout::make_tables(&connection).unwrap();
        clear(&connection).unwrap();
        connection.execute("INSERT INTO changes (incident_id) VALUES ('a')", []).unwrap();
        let sequence = super::super::log::newest_sequence(&connection).unwrap();
        assert!(sequence > 1_700_000_000_000, "{sequence}");
    }
}
