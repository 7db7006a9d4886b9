//! Restoring a backup: it is read to its end before the store is touched, and the store shows all of it or nothing.

use std::fs::File;
use std::path::{Path, PathBuf};

use super::file::{BackupReader, FileError, Summary};
use super::make::{blocking, read_all};
use crate::config::StoreAddress;
use crate::store::{self, RestoreError, Restoring, StoreError};

/// How many documents the store takes at once.
const BATCH: usize = 1_000;

/// Why nothing was restored.
#[derive(Debug, thiserror::Error)]
pub enum RestoreFailure {
    /// What the file says.
    #[error("{}: {error}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        error: FileError,
    },
    /// The store holds something.
    #[error("{0}: say --replace to put the backup in its place")]
    NotEmpty(RestoreError),
    /// What the store says.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Reads a backup to its end, and says what is in it.
///
/// # Errors
/// [`RestoreFailure::File`], if it is not whole, or none that this program knows.
pub async fn check(path: &Path) -> Result<Summary, RestoreFailure> {
    let owned = path.to_owned();
    let checked = blocking(move || read_all(File::open(owned)?)).await;
    checked.map_err(|error| RestoreFailure::File { path: path.to_owned(), error })
}

/// Puts a backup into a store that is empty, or, if `replace` says so, in the place of what it holds.
///
/// # Errors
/// [`RestoreFailure`]; then the store is as it was.
pub async fn restore(path: &Path, address: &StoreAddress, replace: bool) -> Result<Summary, RestoreFailure> {
    let checked = check(path).await?;
    let mut restoring = store::restoring(address, replace).await.map_err(|error| match error {
        RestoreError::Store(error) => RestoreFailure::Store(error),
        there @ RestoreError::NotEmpty(_) => RestoreFailure::NotEmpty(there),
    })?;
    match fill(path, restoring.as_mut(), &checked).await {
        Ok(()) => {
            restoring.finish().await?;
            Ok(checked)
        }
        Err(failure) => {
            restoring.abandon().await?;
            Err(failure)
        }
    }
}

/// The file may have changed since it was checked; then it is not what was checked.
async fn fill(path: &Path, restoring: &mut dyn Restoring, checked: &Summary) -> Result<(), RestoreFailure> {
    let failed = |error| RestoreFailure::File { path: path.to_owned(), error };
    let owned = path.to_owned();
    let begun = blocking(move || BackupReader::begin(File::open(owned)?)).await;
    let (mut reader, mut batch) = next(begun.map_err(failed)?).await.map_err(failed)?;
    while !batch.is_empty() {
        let (read, added) = tokio::join!(next(reader), restoring.add(batch));
        added?;
        (reader, batch) = read.map_err(failed)?;
    }
    if reader.summary() == *checked {
        return Ok(());
    }
    Err(failed(FileError::Damaged("it was written to while it was read".to_owned())))
}

async fn next(mut reader: BackupReader) -> Result<(BackupReader, Vec<store::Kept>), FileError> {
    blocking(move || {
        let batch = reader.batch(BATCH)?;
        Ok((reader, batch))
    })
    .await
}
