//! Who we are at a server of SFTP, and how it is known.

use std::path::PathBuf;

use clap::Args;

/// Who we are at a server of SFTP, and how it is known.
#[derive(Args, Clone, Debug)]
pub struct SftpConfig {
    /// File with the private key, as `ssh-keygen -t ed25519` writes it; without a passphrase.
    #[arg(long, env = "CINEPORTAL_BACKUP_SFTP_KEY_FILE", value_name = "FILE")]
    pub sftp_key_file: Option<PathBuf>,
    /// File with the password, where there is no key.
    #[arg(
        long,
        env = "CINEPORTAL_BACKUP_SFTP_PASSWORD_FILE",
        value_name = "FILE",
        conflicts_with = "sftp_key_file"
    )]
    pub sftp_password_file: Option<PathBuf>,
    /// File with the server's own key, as `ssh-keyscan` writes it. No other server is talked to.
    #[arg(long, env = "CINEPORTAL_BACKUP_SFTP_KNOWN_HOSTS", value_name = "FILE")]
    pub sftp_known_hosts: Option<PathBuf>,
}
