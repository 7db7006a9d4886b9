//! A bucket of Amazon S3, or of one of the many servers that speak as it does.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use futures::TryStreamExt;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::{BackoffConfig, GetResult, MultipartUpload, ObjectStore, ObjectStoreExt};
use object_store::{RetryConfig, path};

use super::parts::{Checksum, Parts, Receiving};
use super::s3_client::Connector;
use super::{Remote, Target, TargetError};
use crate::backup::BackupName;
use crate::config::S3Config;

/// S3 takes no smaller ones, but the last.
const PART_BYTES: u64 = 5 * 1024 * 1024;
/// S3 takes no more.
const MAX_PARTS: u64 = 10_000;
/// What fails is tried again a few times; the scheduler comes again later.
const RETRIES: usize = 5;

pub(super) struct Bucket {
    store: AmazonS3,
    /// What stands before each name.
    path: path::Path,
    place: String,
}

/// What S3 has taken.
struct Sent {
    checksum: Checksum,
    /// S3's name for this content.
    e_tag: Option<String>,
}

#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error("{}", reason(.0))]
    S3(#[from] object_store::Error),
    #[error("a file on its way: {0}")]
    File(#[from] io::Error),
    #[error("{0} is there already")]
    There(BackupName),
    #[error("another program has put a backup of the same name there")]
    Overtaken,
    #[error("what was read back is not what was sent")]
    Damaged,
}

impl Bucket {
    /// Says what is missing in the settings.
    pub(super) fn open(bucket: &str, path: &str, place: &str, config: &S3Config) -> Result<Self, String> {
        let connector = Connector::new().map_err(|error| error.to_string())?;
        let (id, secret) = access_key(config)?;
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(bucket)
            .with_region(&config.s3_region)
            .with_access_key_id(id)
            .with_secret_access_key(secret)
            // Not every server knows how to remove several at once.
            .with_disable_bulk_delete(true)
            .with_http_connector(connector)
            .with_retry(retries());
        if let Some(endpoint) = &config.s3_endpoint {
            builder = builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http://"));
        }
        let store = builder.build().map_err(|error| reason(&error))?;
        let path = path::Path::parse(path).map_err(|error| error.to_string())?;
        Ok(Self { store, path, place: place.to_owned() })
    }

    fn at(&self, name: BackupName) -> path::Path {
        self.path.clone().join(name.to_string())
    }

    fn told<T>(&self, result: Result<T, Fault>) -> Result<T, TargetError> {
        result.map_err(|fault| TargetError { place: self.place.clone(), reason: fault.to_string() })
    }

    async fn list(&self) -> Result<Vec<BackupName>, Fault> {
        let listed = self.store.list_with_delimiter(Some(&self.path)).await?.objects;
        Ok(listed.iter().filter_map(|object| BackupName::parse(object.location.filename()?)).collect())
    }

    /// Nobody sees anything before the last part is there.
    async fn upload(&self, file: &Path, name: BackupName) -> Result<Sent, Fault> {
        if self.list().await?.contains(&name) {
            return Err(Fault::There(name));
        }
        let parts = Parts::open(file, PART_BYTES, MAX_PARTS)?;
        let mut upload = self.store.put_multipart(&self.at(name)).await?;
        let sent = send(upload.as_mut(), parts).await;
        if sent.is_err() {
            // S3 would keep the parts, and charge for them. It may be away, so this may fail, too.
            let _ = upload.abort().await;
        }
        sent
    }

    /// What cannot be read back is no backup, and goes; but not what another program put there.
    async fn read_back(&self, name: BackupName, sent: &Sent) -> Result<(), Fault> {
        let checked = self.check(name, sent).await;
        if matches!(checked, Err(Fault::S3(_) | Fault::File(_) | Fault::Damaged)) {
            let _ = self.store.delete(&self.at(name)).await;
        }
        checked
    }

    async fn check(&self, name: BackupName, sent: &Sent) -> Result<(), Fault> {
        let found = self.store.get(&self.at(name)).await?;
        if sent.e_tag.is_some() && found.meta.e_tag != sent.e_tag {
            return Err(Fault::Overtaken);
        }
        let came_back = receive(found, None).await?;
        if came_back == sent.checksum { Ok(()) } else { Err(Fault::Damaged) }
    }
}

#[async_trait]
impl Target for Bucket {
    async fn names(&self) -> Result<Vec<BackupName>, TargetError> {
        self.told(self.list().await)
    }

    async fn put(&self, file: PathBuf, name: BackupName) -> Result<(), TargetError> {
        let sent = self.told(self.upload(&file, name).await)?;
        self.told(self.read_back(name, &sent).await)
    }

    async fn remove(&self, name: BackupName) -> Result<(), TargetError> {
        match self.store.delete(&self.at(name)).await {
            Err(object_store::Error::NotFound { .. }) => Ok(()),
            removed => self.told(removed.map_err(Fault::from)),
        }
    }
}

#[async_trait]
impl Remote for Bucket {
    async fn fetch(&self, name: BackupName, file: PathBuf) -> Result<(), TargetError> {
        let found = self.told(self.store.get(&self.at(name)).await.map_err(Fault::from))?;
        self.told(receive(found, Some(&file)).await).map(|_checksum| ())
    }
}

async fn send(upload: &mut dyn MultipartUpload, mut parts: Parts) -> Result<Sent, Fault> {
    loop {
        let part;
        (parts, part) = parts.next().await?;
        if part.is_empty() {
            break;
        }
        upload.put_part(part.into()).await?;
    }
    let e_tag = upload.complete().await?.e_tag;
    Ok(Sent { checksum: parts.checksum(), e_tag })
}

async fn receive(found: GetResult, file: Option<&Path>) -> Result<Checksum, Fault> {
    let receiving = Receiving::into_file(file)?;
    let mut parts = found.into_stream();
    while let Some(part) = parts.try_next().await? {
        receiving.take(part).await;
    }
    Ok(receiving.end().await?)
}

/// The id of the access key, and its secret.
fn access_key(config: &S3Config) -> Result<(&str, String), String> {
    let id = config.s3_access_key_id.as_deref().filter(|id| !id.is_empty());
    let secret = match (&config.s3_secret_access_key, &config.s3_secret_access_key_file) {
        (Some(secret), _) => Some(secret.reveal().to_owned()),
        (None, Some(file)) => {
            let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
            Some(text.trim().to_owned())
        }
        (None, None) => None,
    };
    id.zip(secret.filter(|secret| !secret.is_empty())).ok_or_else(|| NO_KEY.to_owned())
}

const NO_KEY: &str = "who we are there is missing: set CINEPORTAL_BACKUP_S3_ACCESS_KEY_ID, and \
    CINEPORTAL_BACKUP_S3_SECRET_ACCESS_KEY or CINEPORTAL_BACKUP_S3_SECRET_ACCESS_KEY_FILE";

fn retries() -> RetryConfig {
    let backoff = BackoffConfig { max_backoff: Duration::from_secs(2), ..BackoffConfig::default() };
    RetryConfig { backoff, max_retries: RETRIES, retry_timeout: Duration::from_secs(60) }
}

/// In few words: S3 answers with a page of XML, and the library tells all of it.
fn reason(error: &object_store::Error) -> String {
    let text = error.to_string();
    let code = text.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>"));
    match code.map(|(code, _)| code) {
        Some(code) if text.contains("403 Forbidden") => {
            format!("the access key is refused, or may not do this ({code})")
        }
        Some("NoSuchBucket") => "there is no such bucket".to_owned(),
        Some("NoSuchKey") => "there is no such backup".to_owned(),
        Some(code) => format!("S3 answers {code}"),
        None => root(error).to_string(),
    }
}

/// What lies below all that was wrapped around it.
fn root(error: &dyn std::error::Error) -> &dyn std::error::Error {
    error.source().map_or(error, root)
}
