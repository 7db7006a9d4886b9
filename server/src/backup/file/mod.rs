//! The file of a backup: lines of JSON in a Zstandard frame, and behind it a frame that decompressors skip, with
//! the SHA-256 of all before it.

mod reader;
mod seal;
mod writer;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub(super) use self::reader::BackupReader;
pub(super) use self::writer::BackupWriter;

/// The format that is written, and the newest that is read.
pub(super) const FORMAT: u32 = 1;

/// The first line.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Header {
    /// Its format; a program reads those that it knows.
    #[serde(rename = "cineportal_backup")]
    pub format: u32,
    /// The version of the program that made it.
    pub made_by: String,
    /// When it was begun: whatever was stored before is in it.
    pub made_at: Timestamp,
    /// The collections of which it holds everything.
    pub collections: Vec<String>,
}

/// The last line: of each collection, how many lines there are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct End {
    pub(super) end: BTreeMap<String, u64>,
}

/// What a backup holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Its first line.
    pub header: Header,
    /// Of each collection, how many there are.
    pub counts: BTreeMap<String, u64>,
    /// Its size.
    pub size_bytes: u64,
}

/// Why a file cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The disk says so.
    #[error("the file cannot be read or written: {0}")]
    Io(#[from] std::io::Error),
    /// It is something else.
    #[error("this is no backup of CinePortal: {0}")]
    NoBackup(&'static str),
    /// A newer program made it.
    #[error("the backup has format {0}, and this program reads up to {FORMAT}: take a newer one")]
    TooNew(u32),
    /// Not all of it is as it was written.
    #[error("the backup is damaged: {0}")]
    Damaged(String),
    /// A program wrote it that knows more than this one, or something that cannot be written down.
    #[error("line {line} cannot be understood: {reason}")]
    Unknown {
        /// Which line, from 1.
        line: u64,
        /// Why.
        reason: String,
    },
}
