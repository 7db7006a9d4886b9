//! What the two commands do, and what they say.

use anyhow::Context;

use super::{Summary, check, once, restore};
use crate::config::{BackupConfig, RestoreConfig};

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
    if config.check {
        return Ok(format!("The backup is whole: {}.\n", contents(&check(&config.from).await?)));
    }
    let restored = restore(&config.from, &config.store, config.replace).await;
    Ok(format!("Restored: {}.\n", contents(&restored.context("nothing was restored")?)))
}

fn contents(Summary { header, counts, size_bytes }: &Summary) -> String {
    let counts = header.collections.iter().map(|name| {
        let count = counts.get(name).copied().unwrap_or(0);
        format!("{count} {}", name.replace('_', " "))
    });
    let counts = counts.collect::<Vec<_>>().join(", ");
    format!("{counts}; of {}, made by version {}, {size_bytes} bytes", header.made_at, header.made_by)
}
