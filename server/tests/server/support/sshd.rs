//! A real server of SFTP: OpenSSH's, on a port of its own, with keys of its own.

use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use russh::server::{self, Auth};
use tempfile::TempDir;
use tokio::net::TcpListener;

use super::PATIENCE;
use super::line::Line;
use super::process::{Process, free_address};

/// What lets in at the other door.
pub(crate) const PASSWORD: &str = "a-password-of-kim";

/// Listens until it is dropped.
pub(crate) struct Sshd {
    /// The line to it.
    pub(crate) line: Line,
    folder: TempDir,
    _process: Process,
}

impl Sshd {
    /// Starts; it lets in who runs the tests, with the key in `key`.
    pub(crate) async fn start() -> Self {
        let (folder, address) = (tempfile::tempdir().unwrap(), free_address());
        let at = |name: &str| folder.path().join(name);
        for name in ["host_key", "key", "other_key"] {
            make_key(&at(name));
        }
        std::fs::create_dir(at("backups")).unwrap();
        std::fs::copy(at("key.pub"), at("authorized_keys")).unwrap();
        std::fs::write(at("config"), settings(folder.path(), &address.to_string())).unwrap();
        make_room_for_privileges();
        let process = Process::start(Command::new(PROGRAM).arg("-D").arg("-f").arg(at("config")));
        let answering = async {
            while TcpStream::connect(address).is_err() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, answering).await.expect("sshd does not answer");
        let line = Line::to(address).await;
        let host_key = std::fs::read_to_string(at("host_key.pub")).unwrap();
        let known = format!("[127.0.0.1]:{} {host_key}", line.address.port());
        std::fs::write(at("known_hosts"), known).unwrap();
        Self { line, folder, _process: process }
    }

    /// A file of its folder: `key`, `other_key`, `known_hosts`, or the folder `backups`.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Opens another server, with the same key, for passwords; answers its address. `known_doors` knows it.
    pub(crate) async fn open_password_door(&self) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let host_key = std::fs::read_to_string(self.file("host_key.pub")).unwrap();
        let known = format!("[127.0.0.1]:{} {host_key}", address.port());
        std::fs::write(self.file("known_doors"), known).unwrap();
        let keys = vec![russh::keys::load_secret_key(self.file("host_key"), None).unwrap()];
        let config = Arc::new(server::Config { keys, ..server::Config::default() });
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let session = server::run_stream(Arc::clone(&config), socket, PasswordDoor).await;
                let _ended = session.unwrap().await;
            }
        });
        address
    }

    /// This folder of it, as `--to` takes it.
    pub(crate) fn place(&self, folder: &Path) -> String {
        let user = Command::new("id").arg("-un").output().unwrap().stdout;
        let user = String::from_utf8(user).unwrap();
        format!("sftp://{}@{}{}", user.trim(), self.line.address, folder.display())
    }
}

/// Lets in `kim` with [`PASSWORD`], and nobody further.
struct PasswordDoor;

impl server::Handler for PasswordDoor {
    type Error = russh::Error;

    async fn auth_password(&mut self, user: &str, password: &str) -> Result<Auth, russh::Error> {
        Ok(if (user, password) == ("kim", PASSWORD) { Auth::Accept } else { Auth::reject() })
    }
}

/// It runs itself again for each connection, and insists on knowing where it is.
const PROGRAM: &str = "/usr/sbin/sshd";

fn settings(folder: &Path, address: &str) -> String {
    let folder = folder.display();
    format!(
        "ListenAddress {address}\nHostKey {folder}/host_key\nAuthorizedKeysFile {folder}/authorized_keys\n\
         PidFile none\nStrictModes no\nUsePAM no\nPasswordAuthentication no\nPermitRootLogin prohibit-password\n\
         Subsystem sftp internal-sftp\n"
    )
}

fn make_key(file: &Path) {
    let made = Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(file).status();
    assert!(made.unwrap().success(), "ssh-keygen did not make {}", file.display());
}

/// Where root runs it, it wants an empty folder, which Debian makes when the machine starts.
fn make_room_for_privileges() {
    let _not_root = std::fs::create_dir("/run/sshd");
}
