//! One backup, or one after the other: made, named, noted, and the oldest ones removed.

use std::time::Duration;

use super::folder::{Folder, FolderError, names};
use super::keeping::{surplus, wait};
use super::make::make;
use super::{BackupError, BackupName, Summary};
use crate::clock;
use crate::config::BackupConfig;
use crate::domain::watch::{Heartbeat, LAST_BACKUP};
use crate::store;

/// What failed is tried again this soon.
const RETRY: Duration = Duration::from_secs(5 * 60);

/// Makes one backup, and removes what is no longer kept.
///
/// # Errors
/// [`BackupError`]; then all earlier backups are still there.
pub async fn once(config: &BackupConfig) -> Result<(BackupName, Summary), BackupError> {
    let folder = Folder::take(&config.to)?;
    let summary = make(&config.store, &folder).await?;
    let name = BackupName::of(summary.header.made_at);
    folder.keep(name)?;
    note(config, name).await;
    if let Some(keep) = config.keep {
        remove_surplus(&folder, keep)?;
    }
    Ok((name, summary))
}

/// Makes backups until it is told to stop. The newest one says when the next is due, so that whoever starts again
/// goes on as before.
pub async fn run(config: &BackupConfig, every: Duration, shutdown: impl Future<Output = ()>) {
    let work = async {
        loop {
            let pause = next(config, every).await.unwrap_or_else(|error| {
                tracing::error!(%error, "there is no new backup; it is tried again in some minutes");
                RETRY.min(every)
            });
            tokio::time::sleep(pause).await;
        }
    };
    tokio::select! {
        () = shutdown => {}
        () = work => {}
    }
}

/// Makes a backup, if one is due. Answers how long to wait then.
async fn next(config: &BackupConfig, every: Duration) -> Result<Duration, BackupError> {
    let newest = names(&config.to)?.into_iter().max();
    let pause = wait(newest, every, clock::now());
    if pause > Duration::ZERO {
        return Ok(pause);
    }
    let (name, Summary { counts, size_bytes, .. }) = once(config).await?;
    tracing::info!(%name, ?counts, size_bytes, "a backup was made");
    Ok(every)
}

/// Servers tell by it when the last backup was made. The backup is there also if that cannot be noted.
async fn note(config: &BackupConfig, name: BackupName) {
    let heartbeat = Heartbeat { heard_at: Some(name.made_at()), lost_at: None };
    if let Err(error) = store::note_heartbeat(&config.store, LAST_BACKUP, heartbeat).await {
        tracing::warn!(%error, "the store could not note that a backup was made");
    }
}

fn remove_surplus(folder: &Folder, keep: u32) -> Result<(), FolderError> {
    for name in surplus(folder.names()?, keep) {
        folder.remove(name)?;
        tracing::info!(%name, "an old backup was removed");
    }
    Ok(())
}
