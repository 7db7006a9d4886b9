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
        }
    }
}

fn remote(text: &str) -> Option<RemotePlace> {
    let rest = text.strip_prefix("s3://")?;
    let (bucket, path) = rest.split_once('/').unwrap_or((rest, ""));
    let path = path.trim_matches('/').to_owned();
    (!bucket.is_empty()).then(|| RemotePlace::S3 { bucket: bucket.to_owned(), path })
}

const PLACE_FORM: &str = "write a folder, or s3://BUCKET/PATH";
const FILE_FORM: &str = "write a file, or s3://BUCKET/PATH/NAME";

#[cfg(test)]
mod tests {
    use super::*;

    fn s3(bucket: &str, path: &str) -> RemotePlace {
        RemotePlace::S3 { bucket: bucket.to_owned(), path: path.to_owned() }
    }

    #[test]
    fn a_place_is_a_folder_or_a_bucket() {
        assert_eq!("/var/backups".parse(), Ok(BackupPlace::Folder("/var/backups".into())));
        assert_eq!("s3://cinema".parse(), Ok(BackupPlace::Remote(s3("cinema", ""))));
        assert_eq!("s3://cinema/a/b/".parse(), Ok(BackupPlace::Remote(s3("cinema", "a/b"))));
    }

    #[test]
    fn no_other_place_is_guessed_at() {
        for text in ["", "s3://", "s3:///a", "ftp://host/a", "S3://cinema"] {
            assert_eq!(text.parse::<BackupPlace>(), Err(PLACE_FORM), "{text}");
        }
    }

    #[test]
    fn a_backup_is_a_file_or_a_name_in_a_bucket() {
        assert_eq!("a/b".parse(), Ok(BackupFile::Local("a/b".into())));
        assert_eq!("s3://cinema/n".parse(), Ok(BackupFile::Remote(s3("cinema", ""), "n".to_owned())));
        assert_eq!("s3://cinema/a/b/n".parse(), Ok(BackupFile::Remote(s3("cinema", "a/b"), "n".to_owned())));
        for text in ["", "s3://cinema", "ftp://host/n"] {
            assert_eq!(text.parse::<BackupFile>(), Err(FILE_FORM), "{text}");
        }
    }

    #[test]
    fn a_place_is_written_as_it_was_read() {
        for text in ["s3://cinema", "s3://cinema/a/b"] {
            assert_eq!(remote(text).map(|place| place.to_string()), Some(text.to_owned()));
        }
    }
}
