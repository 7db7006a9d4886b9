//! Settings of `backup` and `restore`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::{LogLinesConfig, StoreAddress};

/// Settings of `backup`.
#[derive(Args, Clone, Debug)]
pub struct BackupConfig {
    /// `embedded:DIR`, or a MongoDB address: `mongodb://HOST/DATABASE?replicaSet=NAME`. Servers may be running on it.
    #[arg(long, env = "CINEPORTAL_STORE", default_value = "embedded:./data", hide_env_values = true)]
    pub store: StoreAddress,
    /// Folder in which backups are kept.
    #[arg(long, env = "CINEPORTAL_BACKUP_TO", default_value = "./backups", value_name = "DIR")]
    pub to: PathBuf,
    /// Keep the newest so many backups, and remove older ones; all are kept if left out.
    #[arg(long, env = "CINEPORTAL_BACKUP_KEEP", value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub keep: Option<u32>,
    /// Go on running, and make a backup whenever the newest one is so many hours old. Left out: make one, and end.
    #[arg(long, env = "CINEPORTAL_BACKUP_EVERY_HOURS", value_name = "HOURS", value_parser = clap::value_parser!(u32).range(1..=720))]
    pub every_hours: Option<u32>,
    /// Which log lines there are, and how they look.
    #[command(flatten)]
    pub log: LogLinesConfig,
}

/// Settings of `restore`.
#[derive(Args, Clone, Debug)]
pub struct RestoreConfig {
    /// The backup.
    #[arg(value_name = "FILE")]
    pub from: PathBuf,
    /// `embedded:DIR`, or a MongoDB address: `mongodb://HOST/DATABASE?replicaSet=NAME`. No server may be running on it.
    #[arg(long, env = "CINEPORTAL_STORE", default_value = "embedded:./data", hide_env_values = true)]
    pub store: StoreAddress,
    /// Only read the backup, say whether it is whole and what is in it, and change nothing.
    #[arg(long, conflicts_with = "replace")]
    pub check: bool,
    /// Put the backup in the place of what the store holds.
    #[arg(long)]
    pub replace: bool,
}

impl BackupConfig {
    /// [`Self::every_hours`] as a duration.
    pub fn every(&self) -> Option<Duration> {
        self.every_hours.map(|hours| Duration::from_secs(u64::from(hours) * 3_600))
    }
}
