//! The folder of backups: of this machine, or one that is mounted. One backup at a time is made there.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::BackupName;

/// What a backup is called until it is whole. There is one at most, so what was cut off is written over.
const PARTIAL: &str = ".cineportal-backup.partial";
/// Locked while a backup is made; it stays.
const LOCK: &str = ".cineportal-backup.lock";

/// The folder, taken for one backup.
pub(super) struct Folder {
    path: PathBuf,
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

impl Folder {
    /// Takes the folder, and makes it where it is missing.
    pub(super) fn take(path: &Path) -> Result<Self, FolderError> {
        let taken = fs::create_dir_all(path).and_then(|()| lock(path));
        let lock = taken.map_err(|error| FolderError { folder: path.to_owned(), error })?;
        Ok(Self { path: path.to_owned(), _lock: lock })
    }

    /// Where a backup lies until it is whole.
    pub(super) fn partial(&self) -> PathBuf {
        self.path.join(PARTIAL)
    }

    /// An empty file there, for nobody else to read: names of people come into it.
    pub(super) fn create_partial(&self) -> Result<File, FolderError> {
        let mut new = OpenOptions::new();
        let created = new.write(true).create(true).truncate(true).mode(0o600).open(self.partial());
        created.map_err(|error| self.failed(error))
    }

    /// Gives the whole backup its name, for good on return.
    pub(super) fn keep(&self, name: BackupName) -> Result<(), FolderError> {
        let to = self.path.join(name.to_string());
        if to.exists() {
            let reason = format!("{name} is there already");
            return Err(self.failed(io::Error::new(io::ErrorKind::AlreadyExists, reason)));
        }
        let renamed = fs::rename(self.partial(), to).and_then(|()| File::open(&self.path)?.sync_all());
        renamed.map_err(|error| self.failed(error))
    }

    /// Removes a backup.
    pub(super) fn remove(&self, name: BackupName) -> Result<(), FolderError> {
        fs::remove_file(self.path.join(name.to_string())).map_err(|error| self.failed(error))
    }

    /// The backups that are there, in any order.
    pub(super) fn names(&self) -> Result<Vec<BackupName>, FolderError> {
        names(&self.path)
    }

    fn failed(&self, error: io::Error) -> FolderError {
        FolderError { folder: self.path.clone(), error }
    }
}

/// The backups in a folder, in any order; nothing else that is there. None, where there is no folder.
pub(super) fn names(folder: &Path) -> Result<Vec<BackupName>, FolderError> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries,
    };
    let names = entries.and_then(|entries| {
        let names = entries.map(|entry| Ok(entry?.file_name().to_str().and_then(BackupName::parse)));
        names.collect::<io::Result<Vec<_>>>()
    });
    let names = names.map_err(|error| FolderError { folder: folder.to_owned(), error })?;
    Ok(names.into_iter().flatten().collect())
}

fn lock(folder: &Path) -> io::Result<File> {
    let lock = File::create(folder.join(LOCK))?;
    let busy = |error| io::Error::other(format!("another backup is being made there ({error})"));
    lock.try_lock().map_err(busy)?;
    Ok(lock)
}
