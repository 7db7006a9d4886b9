//! The embedded store: SQLite in one folder. Nothing to install; one server.
//!
//! Its change feed is its own commit log: every commit appends to `changes` in the same transaction,
//! and the feed reads that table, woken by a watch channel that carries the newest sequence number.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use cineportal_regions::RegionId;
use futures::StreamExt;
use futures::stream;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params, params_from_iter};
use tokio::sync::{Mutex, watch};

use super::documents::{IncidentDocument, key_text, signed, status_text, unsigned};
use super::{Changes, Committed, Outcome, Page, PageQuery, Store, StoreError};
use crate::domain::incident::{Incident, IncidentId, IncidentKey, Status};

/// How many commits the log keeps for readers that lag behind.
const LOG_LENGTH: i64 = 100_000;
/// How many commits the feed reads at once.
const FEED_BATCH: i64 = 512;

const SCHEMA: &str = "
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

/// Incidents in `cineportal.sqlite` in one folder.
pub struct EmbeddedStore {
    /// Locked while the store is open: a second server on the same folder would not see our commits.
    _lock: File,
    writer: Shared,
    /// For the writer of alerts and the feed, which must not wait behind somebody's history.
    reader: Shared,
    history_reader: Shared,
    newest_sequence: watch::Sender<i64>,
}

impl EmbeddedStore {
    /// Opens the store of this folder; makes both where they are missing.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the folder cannot be written or is in use by another server.
    pub async fn open(folder: &Path) -> Result<Self, StoreError> {
        let folder = folder.to_owned();
        blocking(move || {
            std::fs::create_dir_all(&folder)
                .map_err(|error| StoreError::Unavailable(format!("{}: {error}", folder.display())))?;
            let lock = lock_folder(&folder)?;
            let path = folder.join("cineportal.sqlite");
            let writer = connect(&path)?;
            writer.execute_batch(SCHEMA)?;
            let newest = newest_sequence(&writer)?;
            Ok(Self {
                _lock: lock,
                writer: share(writer),
                reader: share(connect(&path)?),
                history_reader: share(connect(&path)?),
                newest_sequence: watch::Sender::new(newest),
            })
        })
        .await
    }

    async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let mut connection = Arc::clone(&self.writer).lock_owned().await;
        let newest = self.newest_sequence.clone();
        blocking(move || {
            let transaction = connection.transaction()?;
            let result = work(&transaction)?;
            let sequence = newest_sequence(&transaction)?;
            transaction.commit()?;
            newest.send_replace(sequence);
            Ok(result)
        })
        .await
    }
}

#[async_trait]
impl Store for EmbeddedStore {
    async fn newest(&self, keys: &[IncidentKey]) -> Result<Vec<Incident>, StoreError> {
        let keys: Vec<String> = keys.iter().map(key_text).collect();
        read(&self.reader, move |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT document FROM incidents WHERE key = ?1 ORDER BY occurrence_started_at DESC LIMIT 1",
            )?;
            let mut incidents = Vec::new();
            for key in keys {
                let document = statement.query_row([key], text).optional()?;
                incidents.extend(document.map(|document| decode(&document)).transpose()?);
            }
            Ok(incidents)
        })
        .await
    }

    async fn incident(&self, id: &IncidentId) -> Result<Option<Incident>, StoreError> {
        let id = id.0.clone();
        read(&self.reader, move |connection| {
            let mut statement = connection.prepare_cached("SELECT document FROM incidents WHERE id = ?1")?;
            let document = statement.query_row([id], text).optional()?;
            document.map(|document| decode(&document)).transpose()
        })
        .await
    }

    async fn commit(&self, incidents: &[Incident]) -> Result<Vec<Outcome>, StoreError> {
        let incidents = incidents.to_vec();
        self.write(move |transaction| {
            let outcomes =
                incidents.iter().map(|incident| put(transaction, incident)).collect::<Result<Vec<_>, _>>()?;
            transaction.execute(
                "DELETE FROM changes WHERE sequence <= (SELECT max(sequence) FROM changes) - ?1",
                [LOG_LENGTH],
            )?;
            Ok(outcomes)
        })
        .await
    }

    async fn take_numbers(&self, region: &RegionId, count: u32) -> Result<u64, StoreError> {
        let region = region.to_string();
        self.write(move |transaction| {
            let last: i64 = transaction.query_row(
                "INSERT INTO numbers (region, last) VALUES (?1, ?2)
                 ON CONFLICT (region) DO UPDATE SET last = last + ?2 RETURNING last",
                params![region, count],
                |row| row.get(0),
            )?;
            Ok(unsigned(last) + 1 - u64::from(count))
        })
        .await
    }

    async fn current(&self, closed_since: Timestamp) -> Result<Vec<Incident>, StoreError> {
        read(&self.reader, move |connection| {
            let sql = "SELECT document FROM incidents WHERE status <> 'CLOSED'
                       UNION ALL
                       SELECT document FROM incidents WHERE status = 'CLOSED' AND closed_at >= ?1";
            let mut statement = connection.prepare_cached(sql)?;
            let documents = statement.query_map([closed_since.as_millisecond()], text)?;
            documents
                .filter_map(|document| document.map(|document| readable(&document)).transpose())
                .map(|incident| Ok(incident?))
                .collect()
        })
        .await
    }

    async fn page(&self, query: &PageQuery) -> Result<Page, StoreError> {
        let query = query.clone();
        read(&self.history_reader, move |connection| page(connection, &query)).await
    }

    async fn watch(&self) -> Result<Changes, StoreError> {
        let newest = self.newest_sequence.subscribe();
        let start = *newest.borrow();
        let feed = FeedReader { reader: Arc::clone(&self.reader), newest, read: start };
        let batches = stream::try_unfold(feed, FeedReader::next_batch);
        Ok(batches.map(spread).flatten().boxed())
    }

    async fn ping(&self) -> Result<(), StoreError> {
        read(&self.reader, |connection| Ok(connection.query_row("SELECT 1", [], |_| Ok(()))?)).await
    }
}

/// Where one reader of the commit log stands.
struct FeedReader {
    reader: Shared,
    newest: watch::Receiver<i64>,
    read: i64,
}

impl FeedReader {
    async fn next_batch(mut self) -> Result<Option<(Vec<Committed>, Self)>, StoreError> {
        let read = self.read;
        if self.newest.wait_for(|newest| *newest > read).await.is_err() {
            return Ok(None);
        }
        let batch = self::read(&self.reader, move |connection| log_after(connection, read)).await?;
        self.read = batch.last().map_or(*self.newest.borrow(), |(sequence, _)| *sequence);
        let committed = batch
            .into_iter()
            .filter_map(|(sequence, incident)| {
                Some(Committed { cursor: sequence.to_string(), incident: incident? })
            })
            .collect();
        Ok(Some((committed, self)))
    }
}

fn spread(
    batch: Result<Vec<Committed>, StoreError>,
) -> stream::Iter<std::vec::IntoIter<Result<Committed, StoreError>>> {
    let items = match batch {
        Ok(committed) => committed.into_iter().map(Ok).collect(),
        Err(error) => vec![Err(error)],
    };
    stream::iter(items)
}

fn log_after(connection: &Connection, sequence: i64) -> Result<Vec<(i64, Option<Incident>)>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT sequence, document FROM changes JOIN incidents ON incidents.id = incident_id
         WHERE sequence > ?1 ORDER BY sequence LIMIT ?2",
    )?;
    let rows = statement.query_map(params![sequence, FEED_BATCH], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
    })?;
    rows.map(|row| {
        let (sequence, document) = row?;
        Ok((sequence, readable(&document)))
    })
    .collect()
}

/// Inserts version 1, or replaces the version before; a broken rule is a conflict, not an error.
fn put(transaction: &Transaction<'_>, incident: &Incident) -> Result<Outcome, StoreError> {
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
    transaction.prepare_cached("INSERT INTO changes (incident_id) VALUES (?1)")?.execute([&incident.id.0])?;
    Ok(Outcome::Written)
}

fn page(connection: &Connection, query: &PageQuery) -> Result<Page, StoreError> {
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

fn lock_folder(folder: &Path) -> Result<File, StoreError> {
    let path = folder.join("cineportal.lock");
    let file = File::create(&path)
        .map_err(|error| StoreError::Unavailable(format!("{}: {error}", path.display())))?;
    file.try_lock().map_err(|error| {
        StoreError::Unavailable(format!("{} is in use by another server ({error})", folder.display()))
    })?;
    Ok(file)
}

fn connect(path: &Path) -> Result<Connection, StoreError> {
    let connection = Connection::open(path)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    Ok(connection)
}

fn newest_sequence(connection: &Connection) -> Result<i64, StoreError> {
    let sql = "SELECT coalesce(max(sequence), 0) FROM changes";
    Ok(connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}

fn text(row: &Row<'_>) -> rusqlite::Result<String> {
    row.get(0)
}

fn encode(incident: &Incident) -> Result<String, StoreError> {
    serde_json::to_string(&IncidentDocument::from(incident))
        .map_err(|error| StoreError::Corrupt(error.to_string()))
}

fn decode(document: &str) -> Result<Incident, StoreError> {
    serde_json::from_str::<IncidentDocument>(document)
        .map(Incident::from)
        .map_err(|error| StoreError::Corrupt(error.to_string()))
}

/// One connection, used by one at a time. Whoever gives up waiting leaves the line.
type Shared = Arc<Mutex<Connection>>;

fn share(connection: Connection) -> Shared {
    Arc::new(Mutex::new(connection))
}

async fn read<T: Send + 'static>(
    connection: &Shared,
    work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let connection = Arc::clone(connection).lock_owned().await;
    blocking(move || work(&connection)).await
}

/// One document that cannot be read must not cost the board all others.
fn readable(document: &str) -> Option<Incident> {
    decode(document)
        .inspect_err(|error| tracing::error!(%error, "an incident cannot be read, and is not shown"))
        .ok()
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| StoreError::Unavailable(format!("a store task stopped: {error}")))?
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Unavailable(error.to_string())
    }
}
