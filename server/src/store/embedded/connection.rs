//! Connections to the database file, and work on them away from the async threads.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::Mutex;

use crate::store::StoreError;

/// How much of the file each connection keeps in memory: the upper parts of all indexes of a long history.
const CACHE_KIBIBYTES: i64 = 16 * 1024;
/// The write-ahead log is moved into the file when it has so many pages of 4 KiB. A page that changes often
/// is then written less often.
const CHECKPOINT_PAGES: i64 = 4_000;

/// How long to wait for another program that writes.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// One connection, used by one at a time. Whoever gives up waiting leaves the line.
pub(super) type Shared = Arc<Mutex<Connection>>;

pub(super) fn share(connection: Connection) -> Shared {
    Arc::new(Mutex::new(connection))
}

pub(super) async fn read<T: Send + 'static>(
    connection: &Shared,
    work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let connection = Arc::clone(connection).lock_owned().await;
    blocking(move || work(&connection)).await
}

pub(super) async fn blocking<T: Send + 'static>(
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

pub(super) fn lock_folder(folder: &Path) -> Result<File, StoreError> {
    let path = folder.join("cineportal.lock");
    let file = File::create(&path)
        .map_err(|error| StoreError::Unavailable(format!("{}: {error}", path.display())))?;
    file.try_lock().map_err(|error| {
        StoreError::Unavailable(format!("{} is in use by another server ({error})", folder.display()))
    })?;
    Ok(file)
}

pub(super) fn connect(path: &Path) -> Result<Connection, StoreError> {
    let connection = Connection::open(path)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "cache_size", -CACHE_KIBIBYTES)?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    Ok(connection)
}
