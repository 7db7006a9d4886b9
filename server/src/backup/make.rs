//! Making a backup: from a snapshot of the store into a file that is not seen before it is whole.

use std::fs::File;

use super::file::{BackupReader, BackupWriter, FileError, Summary};
use super::target::TargetError;
use super::workplace::{FolderError, Workplace};
use crate::clock;
use crate::config::StoreAddress;
use crate::store::{self, Snapshot, StoreError};

/// How many lines are read back at once.
const BATCH: usize = 1_000;

/// Why there is no new backup.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// What the store says.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What its file says.
    #[error(transparent)]
    File(#[from] FileError),
    /// What the folder says in which it is made.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// What its place says.
    #[error(transparent)]
    Target(#[from] TargetError),
}

/// Writes everything that the store keeps aside, and reads it back: what cannot be read is no backup.
pub(super) async fn make(address: &StoreAddress, workplace: &Workplace) -> Result<Summary, BackupError> {
    let begun_at = clock::now();
    let mut snapshot = store::snapshot(address).await?;
    let writer = BackupWriter::begin(workplace.create_partial()?, begun_at)?;
    let written = write(snapshot.as_mut(), writer).await?;
    let partial = workplace.partial();
    let read = blocking(move || read_all(File::open(partial)?)).await?;
    if read == written {
        return Ok(written);
    }
    Err(FileError::Damaged(format!("it holds {:?} instead of {:?}", read.counts, written.counts)).into())
}

/// Reads a file to its end, which shows whether it is whole.
pub(super) fn read_all(file: File) -> Result<Summary, FileError> {
    let mut reader = BackupReader::begin(file)?;
    while !reader.batch(BATCH)?.is_empty() {}
    Ok(reader.summary())
}

/// Work on files, away from the async threads.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, FileError> + Send + 'static,
) -> Result<T, FileError> {
    let stopped = |error| FileError::Io(std::io::Error::other(format!("a task stopped: {error}")));
    tokio::task::spawn_blocking(work).await.map_err(stopped)?
}

/// While one batch is written, the next is read.
async fn write(snapshot: &mut dyn Snapshot, mut writer: BackupWriter) -> Result<Summary, BackupError> {
    let mut batch = snapshot.next().await?;
    while !batch.is_empty() {
        let adding = blocking(move || {
            writer.add(&batch)?;
            Ok(writer)
        });
        let (added, next) = tokio::join!(adding, snapshot.next());
        (writer, batch) = (added?, next?);
    }
    Ok(blocking(|| writer.finish()).await?)
}
