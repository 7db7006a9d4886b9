//! The embedded store: SQLite in one folder. Nothing to install; one server.

mod closed;
mod connection;
mod facts;
mod heartbeats;
mod layout;
mod log;
mod newest;
mod page;
mod restoring;
mod retention;
mod rows;
mod sessions;
mod silences;
mod snapshot;
mod tokens;

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use cineportal_regions::RegionId;
use jiff::Timestamp;
use rusqlite::{OptionalExtension, Transaction, TransactionBehavior, params};
use tokio::sync::watch;

use self::connection::{Shared, blocking, connect, lock_folder, read, share};
#[cfg(test)]
pub(super) use self::restoring::TABLES;
use self::rows::{EncodedRow, decode, put, readable, text};
use super::documents::unsigned;
use super::{
    Changes, IncidentPage, Outcome, PageQuery, RestoreError, Restoring, Selection, Snapshot, Store,
    StoreError, TokenStore,
};
use crate::access::{Session, SessionId, SessionsOf};
use crate::domain::incident::{Incident, IncidentId, IncidentKey, Status};
use crate::domain::period_report::Facts;
use crate::domain::silence::Silence;
use crate::domain::watch::Heartbeat;

/// Incidents in `cineportal.sqlite` in one folder.
pub struct EmbeddedStore {
    /// Locked while the store is open: a second server on the same folder would not see our commits.
    _lock: File,
    writer: Shared,
    /// For the writer of alerts and the feed, which must not wait behind somebody's history.
    reader: Shared,
    history_reader: Shared,
    /// Whoever pages through history must not wait behind a report of a whole year.
    report_reader: Shared,
    newest_sequence: watch::Sender<i64>,
}

impl EmbeddedStore {
    /// Opens the store of this folder; makes both where they are missing, and brings an older layout to the newest.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the folder cannot be written or is in use by another server,
    /// [`StoreError::NewerLayout`] when a newer program has written it.
    pub async fn open(folder: &Path) -> Result<Self, StoreError> {
        let folder = folder.to_owned();
        blocking(move || {
            std::fs::create_dir_all(&folder)
                .map_err(|error| StoreError::Unavailable(format!("{}: {error}", folder.display())))?;
            let lock = lock_folder(&folder)?;
            let path = folder.join("cineportal.sqlite");
            let mut writer = connect(&path)?;
            layout::bring_up_to_date(&mut writer)?;
            let newest = log::newest_sequence(&writer)?;
            Ok(Self {
                _lock: lock,
                writer: share(writer),
                reader: share(connect(&path)?),
                history_reader: share(connect(&path)?),
                report_reader: share(connect(&path)?),
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
            // The command line may write a token meanwhile: whoever waits for its turn first does not fail later.
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let result = work(&transaction)?;
            let sequence = log::newest_sequence(&transaction)?;
            transaction.commit()?;
            newest.send_replace(sequence);
            Ok(result)
        })
        .await
    }
}

/// The tokens of a folder, also beside a server that is running on it.
///
/// # Errors
/// [`StoreError::Unavailable`] when the folder cannot be written.
pub(super) async fn open_tokens(folder: &Path) -> Result<Arc<dyn TokenStore>, StoreError> {
    Ok(Arc::new(tokens::Tokens::open(folder).await?))
}

/// Everything that a folder holds now, also beside a server that is running on it.
///
/// # Errors
/// [`StoreError::Unavailable`] when there is no store in the folder.
pub(super) async fn snapshot(folder: &Path) -> Result<Box<dyn Snapshot>, StoreError> {
    Ok(Box::new(snapshot::EmbeddedSnapshot::open(folder).await?))
}

/// Begins to fill a folder.
///
/// # Errors
/// [`RestoreError`] when a server is running on it, or something is there that must not be replaced.
pub(super) async fn restoring(folder: &Path, replace: bool) -> Result<Box<dyn Restoring>, RestoreError> {
    Ok(Box::new(restoring::EmbeddedRestoring::begin(folder, replace).await?))
}

/// Notes a sign of life in a folder, also beside a server that is running on it.
///
/// # Errors
/// [`StoreError::Unavailable`] when the folder cannot be written.
pub(super) async fn note_heartbeat(
    folder: &Path,
    name: &str,
    heartbeat: Heartbeat,
) -> Result<(), StoreError> {
    let (path, name) = (folder.join("cineportal.sqlite"), name.to_owned());
    blocking(move || heartbeats::note(&connect(&path)?, &name, heartbeat)).await
}

#[async_trait]
impl Store for EmbeddedStore {
    async fn newest(&self, keys: &[IncidentKey]) -> Result<Vec<Incident>, StoreError> {
        let keys = keys.to_vec();
        read(&self.reader, move |connection| newest::read(connection, &keys)).await
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
        let rows = incidents.iter().map(EncodedRow::of).collect::<Result<Vec<_>, _>>()?;
        self.write(move |transaction| {
            let outcomes = rows.iter().map(|row| put(transaction, row)).collect::<Result<Vec<_>, _>>()?;
            log::trim(transaction)?;
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
            let sql = "SELECT document FROM incidents INDEXED BY one_open WHERE status <> 'CLOSED'
                       UNION ALL
                       SELECT document FROM incidents INDEXED BY recently_closed
                       WHERE status = 'CLOSED' AND closed_at >= ?1";
            let mut statement = connection.prepare_cached(sql)?;
            let documents = statement.query_map([closed_since.as_millisecond()], text)?;
            documents
                .filter_map(|document| document.map(|document| readable(&document)).transpose())
                .map(|incident| Ok(incident?))
                .collect()
        })
        .await
    }

    async fn due(&self, now: Timestamp, limit: u32) -> Result<Vec<Incident>, StoreError> {
        read(&self.reader, move |connection| rows::due(connection, now, limit)).await
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        read(&self.reader, rows::next_due).await
    }

    async fn last_closed(&self, limit: u32) -> Result<Vec<Incident>, StoreError> {
        read(&self.history_reader, move |connection| closed::newest(connection, limit)).await
    }

    async fn closed_while_firing(&self, limit: u32) -> Result<Vec<Incident>, StoreError> {
        read(&self.history_reader, move |connection| closed::while_firing(connection, limit)).await
    }

    async fn page(&self, query: &PageQuery) -> Result<IncidentPage, StoreError> {
        let query = query.clone();
        read(&self.history_reader, move |connection| page::read(connection, &query)).await
    }

    async fn count(&self, selection: &Selection, at_most: u32) -> Result<u64, StoreError> {
        let selection = selection.clone();
        read(&self.history_reader, move |connection| page::count(connection, &selection, at_most)).await
    }

    async fn facts(
        &self,
        regions: &[RegionId],
        from: Timestamp,
        to: Timestamp,
        at_most: u32,
    ) -> Result<Vec<Facts>, StoreError> {
        let regions: Vec<String> = regions.iter().map(ToString::to_string).collect();
        read(&self.report_reader, move |connection| facts::read(connection, &regions, from, to, at_most))
            .await
    }

    async fn forget(&self, status: Status, updated_before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        self.write(move |transaction| retention::forget(transaction, status, updated_before, limit)).await
    }

    async fn silences(&self, over_since: Timestamp) -> Result<Vec<Silence>, StoreError> {
        read(&self.reader, move |connection| silences::not_over_before(connection, over_since)).await
    }

    async fn commit_silence(&self, silence: &Silence) -> Result<Outcome, StoreError> {
        let silence = silence.clone();
        self.write(move |transaction| silences::put(transaction, &silence)).await
    }

    async fn session(&self, id: &SessionId) -> Result<Option<Session>, StoreError> {
        let id = id.clone();
        read(&self.reader, move |connection| sessions::get(connection, &id)).await
    }

    async fn commit_session(&self, session: &Session) -> Result<Outcome, StoreError> {
        let session = session.clone();
        self.write(move |transaction| sessions::put(transaction, &session)).await
    }

    async fn end_sessions(&self, whose: &SessionsOf) -> Result<u64, StoreError> {
        let whose = whose.clone();
        self.write(move |transaction| sessions::end(transaction, &whose)).await
    }

    async fn forget_sessions(&self, ended_before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        self.write(move |transaction| sessions::forget(transaction, ended_before, limit)).await
    }

    async fn heartbeats(&self) -> Result<BTreeMap<String, Heartbeat>, StoreError> {
        read(&self.reader, heartbeats::all).await
    }

    async fn note_heartbeat(&self, name: &str, heartbeat: Heartbeat) -> Result<(), StoreError> {
        let name = name.to_owned();
        self.write(move |transaction| heartbeats::note(transaction, &name, heartbeat)).await
    }

    fn tokens(&self) -> Arc<dyn TokenStore> {
        Arc::new(tokens::Tokens::of_writer(&self.writer))
    }

    async fn watch(&self) -> Result<Changes, StoreError> {
        Ok(log::follow(Arc::clone(&self.reader), self.newest_sequence.subscribe()))
    }
}
