//! A connection to a server of SFTP: only to one whose key is known, and as somebody with a key or a password.

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use russh::Preferred;
use russh::client::{self, AuthResult, Handle};
use russh::keys::known_hosts::{check_known_hosts_path, known_host_keys_path};
use russh::keys::{Algorithm, PrivateKey, PrivateKeyWithHashAlg, PublicKeyOrCertificate};
use russh_sftp::client::SftpSession;

use crate::config::{SftpConfig, SftpServer};

/// How long it may take until we are let in.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);
/// How often a server is asked whether it is still there; it may be silent three times.
const KEEPALIVE: Duration = Duration::from_secs(20);
/// How long one request may take.
const REQUEST_SECONDS: u64 = 120;

/// Who we are, and where.
pub(super) struct Login {
    server: SftpServer,
    credential: Credential,
    known_hosts: PathBuf,
}

enum Credential {
    Key(Arc<PrivateKey>),
    Password(String),
}

/// Why there is no connection; without secrets.
#[derive(Debug, thiserror::Error)]
pub(super) enum SshFault {
    #[error("{0}")]
    Settings(String),
    #[error("the server cannot be reached: {0}")]
    Unreachable(#[from] russh::Error),
    #[error("the server does not answer")]
    Silent,
    #[error("the server shows a key that is not in {}: it is another one, or nobody has put it there", .0.display())]
    UnknownServer(PathBuf),
    #[error("the server does not let in this user with this key or password")]
    Refused,
    #[error("the server lets us in, but gives no SFTP: {0}")]
    NoSftp(String),
}

impl Login {
    /// Reads key or password; says what is missing.
    pub(super) fn read(server: &SftpServer, config: &SftpConfig) -> Result<Self, SshFault> {
        let missing = |what: &str| SshFault::Settings(format!("set {what}"));
        let known_hosts = config.sftp_known_hosts.clone();
        let known_hosts = known_hosts.ok_or_else(|| missing("CINEPORTAL_BACKUP_SFTP_KNOWN_HOSTS"))?;
        let credential = match (&config.sftp_key_file, &config.sftp_password_file) {
            (Some(file), _) => Credential::Key(Arc::new(key(file)?)),
            (None, Some(file)) => Credential::Password(text(file)?.trim_end_matches(['\r', '\n']).to_owned()),
            (None, None) => {
                let either = "CINEPORTAL_BACKUP_SFTP_KEY_FILE or CINEPORTAL_BACKUP_SFTP_PASSWORD_FILE";
                return Err(missing(either));
            }
        };
        Ok(Self { server: server.clone(), credential, known_hosts })
    }

    async fn show(&self, handle: &mut Handle<KnownServer>) -> Result<AuthResult, russh::Error> {
        let user = &self.server.user;
        match &self.credential {
            Credential::Key(key) => {
                let key = PrivateKeyWithHashAlg::new(Arc::clone(key), None);
                handle.authenticate_publickey(user, key).await
            }
            Credential::Password(password) => handle.authenticate_password(user, password).await,
        }
    }

    /// A server with keys of several kinds shows one that we can look up.
    fn config(&self) -> client::Config {
        let known = known_host_keys_path(&self.server.host, self.server.port, &self.known_hosts);
        let known: Vec<Algorithm> =
            known.unwrap_or_default().iter().map(|(_, key)| key.algorithm()).collect();
        let mut preferred = Preferred::default();
        let kinds = preferred.key.iter().filter(|kind| known.contains(kind)).cloned().collect::<Vec<_>>();
        if !kinds.is_empty() {
            preferred.key = Cow::Owned(kinds);
        }
        client::Config { preferred, keepalive_interval: Some(KEEPALIVE), nodelay: true, ..Default::default() }
    }
}

/// A connection that is let in. It ends when this is dropped.
pub(super) struct Connection {
    pub(super) sftp: SftpSession,
    _handle: Handle<KnownServer>,
}

impl Connection {
    pub(super) async fn open(login: &Login) -> Result<Self, SshFault> {
        let opened = tokio::time::timeout(CONNECT_TIMEOUT, open(login)).await;
        opened.map_err(|_| SshFault::Silent)?
    }
}

async fn open(login: &Login) -> Result<Connection, SshFault> {
    let SftpServer { host, port, .. } = &login.server;
    let known = KnownServer { host: host.clone(), port: *port, known_hosts: login.known_hosts.clone() };
    let mut handle = client::connect(Arc::new(login.config()), (host.as_str(), *port), known).await?;
    if !login.show(&mut handle).await?.success() {
        return Err(SshFault::Refused);
    }
    let sftp = begin(&handle).await.map_err(SshFault::NoSftp)?;
    sftp.set_timeout(REQUEST_SECONDS);
    Ok(Connection { sftp, _handle: handle })
}

async fn begin(handle: &Handle<KnownServer>) -> Result<SftpSession, String> {
    let channel = handle.channel_open_session().await.map_err(|error| error.to_string())?;
    channel.request_subsystem(true, "sftp").await.map_err(|error| error.to_string())?;
    SftpSession::new(channel.into_stream()).await.map_err(|error| error.to_string())
}

/// Looks up the key that a server shows.
struct KnownServer {
    host: String,
    port: u16,
    known_hosts: PathBuf,
}

impl client::Handler for KnownServer {
    type Error = SshFault;

    async fn check_server_key(&mut self, shown: &PublicKeyOrCertificate) -> Result<bool, SshFault> {
        let PublicKeyOrCertificate::PublicKey { key, .. } = shown else { return Ok(false) };
        match check_known_hosts_path(&self.host, self.port, key, &self.known_hosts) {
            Ok(true) => Ok(true),
            Ok(false) | Err(_) => Err(SshFault::UnknownServer(self.known_hosts.clone())),
        }
    }
}

fn key(file: &Path) -> Result<PrivateKey, SshFault> {
    let wrong = |error: russh::keys::Error| SshFault::Settings(format!("{}: {error}", file.display()));
    russh::keys::decode_secret_key(&text(file)?, None).map_err(wrong)
}

fn text(file: &Path) -> Result<String, SshFault> {
    fs::read_to_string(file).map_err(|error| SshFault::Settings(format!("{}: {error}", file.display())))
}
