//! Where backups are kept: one file for each kind of place, and one list of those on other machines, [`remote`].

mod folder;
mod parts;
mod s3;
mod s3_client;
mod sftp;
mod ssh;

use std::path::PathBuf;

use async_trait::async_trait;

use self::folder::Folder;
use self::s3::Bucket;
use self::sftp::SftpFolder;
use super::BackupName;
use crate::config::{BackupPlace, RemoteConfig, RemotePlace};

/// A place for backups.
#[async_trait]
pub(super) trait Target: Send + Sync {
    /// The backups that are there, in any order; nothing else that is there.
    async fn names(&self) -> Result<Vec<BackupName>, TargetError>;

    /// Takes a finished file under this name: whole or not at all, and for good on return.
    async fn put(&self, file: PathBuf, name: BackupName) -> Result<(), TargetError>;

    /// Removes a backup. It is no fault if somebody else was faster.
    async fn remove(&self, name: BackupName) -> Result<(), TargetError>;
}

/// A place on another machine.
#[async_trait]
pub(super) trait Remote: Target {
    /// Brings a backup into a file of this machine, which is there and empty.
    async fn fetch(&self, name: BackupName, file: PathBuf) -> Result<(), TargetError>;
}

/// Why a place did not do it.
#[derive(Debug, thiserror::Error)]
#[error("{place}: {reason}")]
pub struct TargetError {
    /// Which place, without secrets.
    pub place: String,
    /// Why.
    pub reason: String,
}

/// The place that settings name; nobody is asked yet.
pub(super) fn open(place: &BackupPlace, config: &RemoteConfig) -> Result<Box<dyn Target>, TargetError> {
    Ok(match place {
        BackupPlace::Folder(folder) => Box::new(Folder::new(folder)),
        BackupPlace::Remote(place) => remote(place, config)?,
    })
}

/// A place on another machine; nobody is asked yet.
pub(super) fn remote(place: &RemotePlace, config: &RemoteConfig) -> Result<Box<dyn Remote>, TargetError> {
    let (kind, place) = (place, place.to_string());
    let opened = match kind {
        RemotePlace::S3 { bucket, path } => Bucket::open(bucket, path, &place, &config.s3).map(boxed),
        RemotePlace::Sftp { server, folder } => {
            SftpFolder::open(server, folder, &place, &config.sftp).map(boxed)
        }
    };
    opened.map_err(|reason| TargetError { place, reason })
}

fn boxed(remote: impl Remote + 'static) -> Box<dyn Remote> {
    Box::new(remote)
}
