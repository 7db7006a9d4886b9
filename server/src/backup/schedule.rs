//! One backup, or one after the other: made, brought to its place, noted, and the oldest ones removed.

use std::path::Path;
use std::time::Duration;

use super::keeping::{surplus, wait};
use super::make::make;
use super::target::{self, Target, TargetError};
use super::workplace::{Work, Workplace};
use super::{BackupError, BackupName, Summary};
use crate::clock;
use crate::config::{BackupConfig, BackupPlace};
use crate::domain::watch::{Heartbeat, LAST_BACKUP};
use crate::store;

/// What failed is tried again this soon.
const RETRY: Duration = Duration::from_secs(5 * 60);

/// Makes one backup, and removes what is no longer kept.
///
/// # Errors
/// [`BackupError`]; then all earlier backups are still there.
pub async fn once(config: &BackupConfig) -> Result<(BackupName, Summary), BackupError> {
    let target = target::open(&config.to, &config.remote)?;
    // Whoever is not let in there is told so before a long history is read.
    target.names().await?;
    let workplace = Workplace::take(work_folder(config), Work::Backup)?;
    let summary = make(&config.store, &workplace).await?;
    let name = BackupName::of(summary.header.made_at);
    target.put(workplace.partial(), name).await?;
    note(config, name).await;
    if let Some(keep) = config.keep {
        remove_surplus(target.as_ref(), keep).await?;
    }
    Ok((name, summary))
}

/// A backup that stays on this machine is made where it stays, so that it only gets another name there.
fn work_folder(config: &BackupConfig) -> &Path {
    match &config.to {
        BackupPlace::Folder(folder) => folder,
        BackupPlace::Remote(_) => &config.remote.work_dir,
    }
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
    let target = target::open(&config.to, &config.remote)?;
    let newest = target.names().await?.into_iter().max();
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

async fn remove_surplus(target: &dyn Target, keep: u32) -> Result<(), TargetError> {
    for name in surplus(target.names().await?, keep) {
        target.remove(name).await?;
        tracing::info!(%name, "an old backup was removed");
    }
    Ok(())
}
