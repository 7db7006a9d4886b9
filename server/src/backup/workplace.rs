//! The folder in which a backup lies until it is whole, or until it is restored. One at a time.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// What is done in the folder.
#[derive(Clone, Copy, Debug)]
pub(super) enum Work {
    /// A backup is made.
    Backup,
    /// A backup is fetched to be restored.
    Restore,
}

impl Work {
    /// There is one file of each at most, so what was cut off is written over.
    fn partial(self) -> &'static str {
        match self {
            Self::Backup => ".cineportal-backup.partial",
            Self::Restore => ".cineportal-restore.partial",
        }
    }

    /// Locked meanwhile; it stays.
    fn lock(self) -> &'static str {
        match self {
            Self::Backup => ".cineportal-backup.lock",
            Self::Restore => ".cineportal-restore.lock",
        }
    }

    fn busy(self) -> &'static str {
        match self {
            Self::Backup => "another backup is being made there",
            Self::Restore => "another backup is being restored by way of it",
        }
    }
}

/// A folder, taken for one piece of work. What is left of it is removed when this is dropped.
pub(super) struct Workplace {
    folder: PathBuf,
    work: Work,
    _lock: File,
}

/// Why a folder cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{}: {error}", folder.display())]
pub struct FolderError {
    /// Which.
    pub folder: PathBuf,
    /// Why.
    pub error: io::Error,
}

impl Workplace {
    /// Takes the folder, and makes it where it is missing.
    pub(super) fn take(folder: &Path, work: Work) -> Result<Self, FolderError> {
        let taken = fs::create_dir_all(folder).and_then(|()| lock(folder, work));
        let lock = taken.map_err(|error| FolderError { folder: folder.to_owned(), error })?;
        Ok(Self { folder: folder.to_owned(), work, _lock: lock })
    }

    /// Where the backup lies.
    pub(super) fn partial(&self) -> PathBuf {
        self.folder.join(self.work.partial())
    }

    /// An empty file there, for nobody else to read: names of people come into it.
    pub(super) fn create_partial(&self) -> Result<File, FolderError> {
        let mut new = OpenOptions::new();
        let created = new.write(true).create(true).truncate(true).mode(0o600).open(self.partial());
        created.map_err(|error| FolderError { folder: self.folder.clone(), error })
    }
}

impl Drop for Workplace {
    fn drop(&mut self) {
        // Mostly there is none any more; and what cannot be removed is written over by the next one.
        let _ = fs::remove_file(self.partial());
    }
}

fn lock(folder: &Path, work: Work) -> io::Result<File> {
    let lock = File::create(folder.join(work.lock()))?;
    lock.try_lock().map_err(|error| io::Error::other(format!("{} ({error})", work.busy())))?;
    Ok(lock)
}
