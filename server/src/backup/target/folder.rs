//! A folder of this machine, or one that is mounted.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use async_trait::async_trait;

use super::{Target, TargetError};
use crate::backup::BackupName;

pub(super) struct Folder {
    path: PathBuf,
}

impl Folder {
    pub(super) fn new(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    /// Works with files, away from the async threads.
    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Path) -> io::Result<T> + Send + 'static,
    ) -> Result<T, TargetError> {
        let path = self.path.clone();
        let done = tokio::task::spawn_blocking(move || work(&path)).await.map_err(io::Error::other);
        done.flatten().map_err(|error| TargetError {
            place: self.path.display().to_string(),
            reason: error.to_string(),
        })
    }
}

#[async_trait]
impl Target for Folder {
    async fn names(&self) -> Result<Vec<BackupName>, TargetError> {
        self.work(names).await
    }

    /// The file lies in the folder already. Nobody else makes a backup there meanwhile.
    async fn put(&self, file: PathBuf, name: BackupName) -> Result<(), TargetError> {
        self.work(move |folder| {
            let to = folder.join(name.to_string());
            if to.exists() {
                return Err(io::Error::new(io::ErrorKind::AlreadyExists, format!("{name} is there already")));
            }
            fs::rename(file, to)?;
            File::open(folder)?.sync_all()
        })
        .await
    }

    async fn remove(&self, name: BackupName) -> Result<(), TargetError> {
        self.work(move |folder| match fs::remove_file(folder.join(name.to_string())) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            removed => removed,
        })
        .await
    }
}

/// None, where there is no folder.
fn names(folder: &Path) -> io::Result<Vec<BackupName>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let names = entries.map(|entry| Ok(entry?.file_name().to_str().and_then(BackupName::parse)));
    Ok(names.collect::<io::Result<Vec<_>>>()?.into_iter().flatten().collect())
}
