//! Where backups are kept, and where one of them is.

use std::fmt::{self, Display, Formatter};
use std::path::PathBuf;
use std::str::FromStr;

/// A place for backups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BackupPlace {
    /// A folder of this machine.
    Folder(PathBuf),
    /// On another machine.
    Remote(RemotePlace),
}

/// A backup, wherever it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BackupFile {
    /// A file of this machine.
    Local(PathBuf),
    /// On another machine, under this name.
    Remote(RemotePlace, String),
}

/// A place for backups on another machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RemotePlace {
    /// Objects of S3.
    S3 {
        /// The bucket.
        bucket: String,
        /// What their names begin with, without a slash at either end; may be empty.
        path: String,
    },
    /// Files of another machine, over SFTP.
    Sftp {
        /// The machine, and who we are there.
        server: SftpServer,
        /// The folder, from the root as that server shows it, without a slash at its end.
        folder: String,
    },
}

/// A server of SFTP, and who we are there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SftpServer {
    /// Who we are.
    pub user: String,
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
}

impl FromStr for BackupPlace {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once("://") {
            Some(_) => remote(text).map(Self::Remote).ok_or(PLACE_FORM),
            None if text.is_empty() => Err(PLACE_FORM),
            None => Ok(Self::Folder(PathBuf::from(text))),
        }
    }
}

impl FromStr for BackupFile {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() {
            return Err(FILE_FORM);
        }
        if !text.contains("://") {
            return Ok(Self::Local(PathBuf::from(text)));
        }
        let (place, name) = text.rsplit_once('/').ok_or(FILE_FORM)?;
        remote(place).map(|place| Self::Remote(place, name.to_owned())).ok_or(FILE_FORM)
    }
}

impl Display for RemotePlace {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::S3 { bucket, path } if path.is_empty() => write!(formatter, "s3://{bucket}"),
            Self::S3 { bucket, path } => write!(formatter, "s3://{bucket}/{path}"),
            Self::Sftp { server: SftpServer { user, host, port }, folder } => {
                write!(formatter, "sftp://{user}@{host}:{port}{folder}")
            }
        }
    }
}

fn remote(text: &str) -> Option<RemotePlace> {
    match text.split_once("://")? {
        ("s3", rest) => s3(rest),
        ("sftp", rest) => sftp(rest),
        _ => None,
    }
}

fn s3(rest: &str) -> Option<RemotePlace> {
    let (bucket, path) = rest.split_once('/').unwrap_or((rest, ""));
    let path = path.trim_matches('/').to_owned();
    (!bucket.is_empty()).then(|| RemotePlace::S3 { bucket: bucket.to_owned(), path })
}

/// A password has no place in an address, which comes into logs.
fn sftp(rest: &str) -> Option<RemotePlace> {
    let (login, folder) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    let (user, address) = login.rsplit_once('@').filter(|(user, _)| !user.contains(':'))?;
    let (host, port) = match address.rsplit_once(':') {
        // The colons of IPv6 stand in brackets.
        Some((host, port)) if !port.ends_with(']') => (host, port.parse().ok()?),
        _ => (address, 22),
    };
    let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    let server = SftpServer { user: user.to_owned(), host: host.to_owned(), port };
    let folder = folder.trim_end_matches('/').to_owned();
    (!user.is_empty() && !host.is_empty()).then_some(RemotePlace::Sftp { server, folder })
}

pub(in crate::config) const PLACE_FORM: &str =
    "write a folder, s3://BUCKET/PATH, or sftp://USER@HOST:PORT/PATH; no password";
pub(in crate::config) const FILE_FORM: &str =
    "write a file, s3://BUCKET/PATH/NAME, or sftp://USER@HOST:PORT/PATH/NAME; no password";

#[cfg(test)]
mod tests {
    use super::*;

    fn s3(bucket: &str, path: &str) -> RemotePlace {
        RemotePlace::S3 { bucket: bucket.to_owned(), path: path.to_owned() }
    }

    fn sftp(host: &str, port: u16, folder: &str) -> RemotePlace {
        let server = SftpServer { user: "kim".to_owned(), host: host.to_owned(), port };
        RemotePlace::Sftp { server, folder: folder.to_owned() }
    }

    #[test]
    fn a_place_is_a_folder_of_this_machine_or_a_bucket() {
        assert_eq!("/var/backups".parse(), Ok(BackupPlace::Folder("/var/backups".into())));
        assert_eq!("s3://cinema".parse(), Ok(BackupPlace::Remote(s3("cinema", ""))));
        assert_eq!("s3://cinema/a/b/".parse(), Ok(BackupPlace::Remote(s3("cinema", "a/b"))));
    }

    #[test]
    fn a_place_is_a_folder_of_another_machine() {
        for (text, place) in [
            ("sftp://kim@host/a/b/", sftp("host", 22, "/a/b")),
            ("sftp://kim@host:2222/a", sftp("host", 2222, "/a")),
            ("sftp://kim@[::1]:2222/a", sftp("::1", 2222, "/a")),
            ("sftp://kim@[::1]", sftp("::1", 22, "")),
        ] {
            assert_eq!(text.parse(), Ok(BackupPlace::Remote(place)), "{text}");
        }
    }

    #[test]
    fn no_other_place_is_guessed_at() {
        for text in [
            "",
            "s3://",
            "s3:///a",
            "ftp://host/a",
            "S3://cinema",
            "sftp://host/a",
            "sftp://kim:hush@host/a",
            "sftp://kim@host:x/a",
        ] {
            assert_eq!(text.parse::<BackupPlace>(), Err(PLACE_FORM), "{text}");
        }
    }

    #[test]
    fn a_backup_is_a_file_or_a_name_in_a_bucket() {
        assert_eq!("a/b".parse(), Ok(BackupFile::Local("a/b".into())));
        assert_eq!("s3://cinema/n".parse(), Ok(BackupFile::Remote(s3("cinema", ""), "n".to_owned())));
        assert_eq!("s3://cinema/a/b/n".parse(), Ok(BackupFile::Remote(s3("cinema", "a/b"), "n".to_owned())));
        assert_eq!(
            "sftp://kim@host/a/n".parse(),
            Ok(BackupFile::Remote(sftp("host", 22, "/a"), "n".to_owned()))
        );
        for text in ["", "s3://cinema", "ftp://host/n"] {
            assert_eq!(text.parse::<BackupFile>(), Err(FILE_FORM), "{text}");
        }
    }

    #[test]
    fn a_place_is_written_as_it_was_read() {
        for text in ["s3://cinema", "s3://cinema/a/b", "sftp://kim@host:22/a"] {
            assert_eq!(remote(text).map(|place| place.to_string()), Some(text.to_owned()));
        }
    }
}
