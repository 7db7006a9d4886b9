//! A folder of another machine, over SFTP.

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use jiff::SignedDuration;
use russh_sftp::client::SftpSession;
use russh_sftp::client::error::Error as SftpError;
use russh_sftp::protocol::{FileAttributes, OpenFlags, StatusCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::parts::{Checksum, Parts, Receiving};
use super::ssh::{Connection, Login, SshFault};
use super::{Remote, Target, TargetError};
use crate::backup::BackupName;
use crate::config::{SftpConfig, SftpServer};

/// How much is read from a file at once.
const PART_BYTES: u64 = 1024 * 1024;

pub(super) struct SftpFolder {
    login: Login,
    /// What stands before each name.
    folder: String,
    place: String,
}

#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error(transparent)]
    Ssh(#[from] SshFault),
    #[error("{}", reason(.0))]
    Sftp(#[from] SftpError),
    #[error("a file on its way: {0}")]
    File(#[from] std::io::Error),
    #[error("{0} is there already")]
    There(BackupName),
    #[error("what was read back is not what was sent")]
    Damaged,
}

impl SftpFolder {
    /// Says what is missing in the settings.
    pub(super) fn open(
        server: &SftpServer,
        folder: &str,
        place: &str,
        config: &SftpConfig,
    ) -> Result<Self, String> {
        let login = Login::read(server, config).map_err(|fault| fault.to_string())?;
        Ok(Self { login, folder: folder.to_owned(), place: place.to_owned() })
    }

    fn at(&self, name: BackupName) -> String {
        format!("{}/{name}", self.folder)
    }

    /// Where a backup lies until it is whole.
    fn partial(&self, name: BackupName) -> String {
        format!("{}/.{name}.partial", self.folder)
    }

    fn told<T>(&self, result: Result<T, Fault>) -> Result<T, TargetError> {
        result.map_err(|fault| TargetError { place: self.place.clone(), reason: fault.to_string() })
    }

    async fn files(&self, sftp: &SftpSession) -> Result<Vec<String>, Fault> {
        let folder = if self.folder.is_empty() { "/" } else { &self.folder };
        Ok(sftp.read_dir(folder).await?.map(|entry| entry.file_name()).collect())
    }

    async fn send(&self, sftp: &SftpSession, file: &Path, name: BackupName) -> Result<(), Fault> {
        let there = self.files(sftp).await?;
        if there.contains(&name.to_string()) {
            return Err(Fault::There(name));
        }
        for old in there.iter().filter_map(|file| left_over(file)).filter(|old| is_older(*old, name)) {
            sftp.remove_file(self.partial(old)).await?;
        }
        let partial = self.partial(name);
        let sent = self.send_aside(sftp, file, &partial, name).await;
        if sent.is_err() {
            // The server may be away, so this may fail, too.
            let _ = sftp.remove_file(partial).await;
        }
        sent
    }

    /// It gets its name when it is whole and was read back. Nobody else's file is written over.
    async fn send_aside(
        &self,
        sftp: &SftpSession,
        file: &Path,
        partial: &str,
        name: BackupName,
    ) -> Result<(), Fault> {
        let sent = upload(sftp, file, partial).await?;
        if download(sftp, partial, None).await? != sent {
            return Err(Fault::Damaged);
        }
        Ok(sftp.rename(partial, self.at(name)).await?)
    }
}

#[async_trait]
impl Target for SftpFolder {
    async fn names(&self) -> Result<Vec<BackupName>, TargetError> {
        let work = async {
            let connection = Connection::open(&self.login).await?;
            let files = self.files(&connection.sftp).await?;
            Ok(files.iter().filter_map(|file| BackupName::parse(file)).collect())
        };
        self.told(work.await)
    }

    async fn put(&self, file: PathBuf, name: BackupName) -> Result<(), TargetError> {
        let work = async {
            let connection = Connection::open(&self.login).await?;
            self.send(&connection.sftp, &file, name).await
        };
        self.told(work.await)
    }

    async fn remove(&self, name: BackupName) -> Result<(), TargetError> {
        let work = async {
            let connection = Connection::open(&self.login).await?;
            match connection.sftp.remove_file(self.at(name)).await {
                Err(SftpError::Status(status)) if status.status_code == StatusCode::NoSuchFile => Ok(()),
                removed => Ok(removed?),
            }
        };
        self.told(work.await)
    }
}

#[async_trait]
impl Remote for SftpFolder {
    async fn fetch(&self, name: BackupName, file: PathBuf) -> Result<(), TargetError> {
        let work = async {
            let connection = Connection::open(&self.login).await?;
            download(&connection.sftp, &self.at(name), Some(&file)).await
        };
        self.told(work.await).map(|_checksum| ())
    }
}

/// What a program that was killed has left here.
fn left_over(file: &str) -> Option<BackupName> {
    BackupName::parse(file.strip_prefix('.')?.strip_suffix(".partial")?)
}

/// By a day: no program that works on it still lives.
fn is_older(one: BackupName, other: BackupName) -> bool {
    other.made_at().duration_since(one.made_at()) > SignedDuration::from_hours(24)
}

/// For nobody else to read, and on the disk of the other machine on return, where it knows how.
async fn upload(sftp: &SftpSession, from: &Path, to: &str) -> Result<Checksum, Fault> {
    let mut parts = Parts::open(from, PART_BYTES, u64::MAX)?;
    let flags = OpenFlags::CREATE | OpenFlags::TRUNCATE | OpenFlags::WRITE;
    let private = FileAttributes { permissions: Some(0o600), ..FileAttributes::empty() };
    let mut file = sftp.open_with_flags_and_attributes(to, flags, private).await?;
    loop {
        let part;
        (parts, part) = parts.next().await?;
        if part.is_empty() {
            break;
        }
        file.write_all(&part).await?;
    }
    file.flush().await?;
    file.sync_all().await?;
    file.close().await?;
    Ok(parts.checksum())
}

async fn download(sftp: &SftpSession, from: &str, to: Option<&Path>) -> Result<Checksum, Fault> {
    let receiving = Receiving::into_file(to)?;
    let mut file = sftp.open(from).await?;
    loop {
        let mut part = bytes::BytesMut::with_capacity(256 * 1024);
        if file.read_buf(&mut part).await? == 0 {
            break;
        }
        receiving.take(part.freeze()).await;
    }
    file.close().await?;
    Ok(receiving.end().await?)
}

/// What a server says, in the words of a person.
fn reason(error: &SftpError) -> String {
    match error {
        SftpError::Status(status) if status.status_code == StatusCode::NoSuchFile => {
            "there is no such folder, or no such backup".to_owned()
        }
        SftpError::Timeout => "the server does not answer".to_owned(),
        other => other.to_string(),
    }
}
