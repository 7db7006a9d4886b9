//! Settings of `backup` and `restore`.

mod place;
mod s3;
mod sftp;

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

pub use self::place::{BackupFile, BackupPlace, RemotePlace, SftpServer};
pub(super) use self::place::{FILE_FORM, PLACE_FORM};
pub(super) use self::s3::ENDPOINT_FORM;
pub use self::s3::{S3Config, S3Secret};
pub use self::sftp::SftpConfig;
use super::{LogLinesConfig, StoreAddress};

/// Settings of `backup`.
#[derive(Args, Clone, Debug)]
pub struct BackupConfig {
    /// `embedded:DIR`, or a MongoDB address: `mongodb://HOST/DATABASE?replicaSet=NAME`. Servers may be running on it.
    #[arg(long, env = "CINEPORTAL_STORE", default_value = "embedded:./data", hide_env_values = true)]
    pub store: StoreAddress,
    /// Where backups are kept: a folder, `s3://BUCKET/PATH`, or `sftp://USER@HOST:PORT/PATH`.
    #[arg(long, env = "CINEPORTAL_BACKUP_TO", default_value = "./backups", value_name = "PLACE")]
    pub to: BackupPlace,
    /// Keep the newest so many backups, and remove older ones; all are kept if left out.
    #[arg(long, env = "CINEPORTAL_BACKUP_KEEP", value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub keep: Option<u32>,
    /// Go on running, and make a backup whenever the newest one is so many hours old. Left out: make one, and end.
    #[arg(long, env = "CINEPORTAL_BACKUP_EVERY_HOURS", value_name = "HOURS", value_parser = clap::value_parser!(u32).range(1..=720))]
    pub every_hours: Option<u32>,
    /// How places on other machines are reached.
    #[command(flatten)]
    pub remote: RemoteConfig,
    /// Which log lines there are, and how they look.
    #[command(flatten)]
    pub log: LogLinesConfig,
}

/// Settings of `restore`.
#[derive(Args, Clone, Debug)]
pub struct RestoreConfig {
    /// The backup: a file, `s3://BUCKET/PATH/NAME`, or `sftp://USER@HOST:PORT/PATH/NAME`.
    #[arg(value_name = "FILE")]
    pub from: BackupFile,
    /// `embedded:DIR`, or a MongoDB address: `mongodb://HOST/DATABASE?replicaSet=NAME`. No server may be running on it.
    #[arg(long, env = "CINEPORTAL_STORE", default_value = "embedded:./data", hide_env_values = true)]
    pub store: StoreAddress,
    /// Only read the backup, say whether it is whole and what is in it, and change nothing.
    #[arg(long, conflicts_with = "replace")]
    pub check: bool,
    /// Put the backup in the place of what the store holds.
    #[arg(long)]
    pub replace: bool,
    /// How places on other machines are reached.
    #[command(flatten)]
    pub remote: RemoteConfig,
}

/// How places on other machines are reached.
#[derive(Args, Clone, Debug)]
pub struct RemoteConfig {
    /// Folder in which a backup lies on its way to another machine, or from there; it needs room for one.
    #[arg(long, env = "CINEPORTAL_BACKUP_WORK_DIR", default_value = "./backups", value_name = "DIR")]
    pub work_dir: PathBuf,
    /// Which S3.
    #[command(flatten)]
    pub s3: S3Config,
    /// Who we are at a server of SFTP.
    #[command(flatten)]
    pub sftp: SftpConfig,
}

impl BackupConfig {
    /// [`Self::every_hours`] as a duration.
    pub fn every(&self) -> Option<Duration> {
        self.every_hours.map(|hours| Duration::from_secs(u64::from(hours) * 3_600))
    }
}
