//! What the two commands do, and what they say.

use std::path::Path;

use anyhow::Context;

use super::workplace::{Work, Workplace};
use super::{BackupName, Summary, check, once, restore, target};
use crate::config::{BackupConfig, BackupFile, RemotePlace, RestoreConfig};

/// Makes one backup; answers what is to be said.
///
/// # Errors
/// Why there is none.
pub async fn back_up(config: &BackupConfig) -> anyhow::Result<String> {
    let (name, summary) = once(config).await.context("no backup was made")?;
    Ok(format!("{name}: {}.\n", contents(&summary)))
}

/// Checks a backup, or restores it; answers what is to be said.
///
/// # Errors
/// Why nothing was restored, or what is wrong with the backup.
pub async fn restore_from(config: &RestoreConfig) -> anyhow::Result<String> {
    match &config.from {
        BackupFile::Local(file) => check_or_restore(config, file).await,
        BackupFile::Remote(place, name) => {
            let workplace = fetch(config, place, name).await.context(NOTHING_DONE)?;
            check_or_restore(config, &workplace.partial()).await.with_context(|| format!("{place}/{name}"))
        }
    }
}

const NOTHING_DONE: &str = "nothing was restored";

async fn check_or_restore(config: &RestoreConfig, file: &Path) -> anyhow::Result<String> {
    if config.check {
        return Ok(format!("The backup is whole: {}.\n", contents(&check(file).await?)));
    }
    let restored = restore(file, &config.store, config.replace).await;
    Ok(format!("Restored: {}.\n", contents(&restored.context(NOTHING_DONE)?)))
}

/// Brings a backup to this machine first: it is read twice, and must be the same both times.
async fn fetch(config: &RestoreConfig, place: &RemotePlace, name: &str) -> anyhow::Result<Workplace> {
    let backup = BackupName::parse(name).with_context(|| format!("{name:?} is not the name of a backup"))?;
    let remote = target::remote(place, &config.remote)?;
    let workplace = Workplace::take(&config.remote.work_dir, Work::Restore)?;
    workplace.create_partial()?;
    remote.fetch(backup, workplace.partial()).await?;
    Ok(workplace)
}

fn contents(Summary { header, counts, size_bytes }: &Summary) -> String {
    let counts = header.collections.iter().map(|name| {
        let count = counts.get(name).copied().unwrap_or(0);
        format!("{count} {}", name.replace('_', " "))
    });
    let counts = counts.collect::<Vec<_>>().join(", ");
    format!("{counts}; of {}, made by version {}, {size_bytes} bytes", header.made_at, header.made_by)
}
