//! Writing a backup, line by line.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};

use jiff::Timestamp;
use zstd::Encoder;

use super::seal::Hashing;
use super::{End, FORMAT, FileError, Header, Summary};
use crate::store::{Kept, KeptCollection};

/// Fast, and within a few percent of what much slower levels save.
const LEVEL: i32 = 3;

/// A backup that is not whole yet.
pub(in crate::backup) struct BackupWriter {
    encoder: Encoder<'static, Hashing<BufWriter<File>>>,
    header: Header,
    counts: BTreeMap<String, u64>,
    lines: u64,
}

impl BackupWriter {
    /// Begins with the first line, into an empty file.
    pub(in crate::backup) fn begin(file: File, made_at: Timestamp) -> Result<Self, FileError> {
        let collections: Vec<String> = KeptCollection::ALL.map(|one| one.name().to_owned()).into();
        let counts = collections.iter().map(|name| (name.clone(), 0)).collect();
        let made_by = env!("CARGO_PKG_VERSION").to_owned();
        let header = Header { format: FORMAT, made_by, made_at, collections };
        let mut encoder = Encoder::new(Hashing::new(BufWriter::new(file)), LEVEL)?;
        encoder.include_checksum(true)?;
        let mut writer = Self { encoder, header, counts, lines: 0 };
        let first = serde_json::to_string(&writer.header).map_err(|error| writer.unknown(&error))?;
        writer.line(&first)?;
        Ok(writer)
    }

    /// Writes one line each.
    pub(in crate::backup) fn add(&mut self, all: &[Kept]) -> Result<(), FileError> {
        for kept in all {
            let line = kept.to_json().map_err(|error| self.unknown(&error))?;
            self.line(&line)?;
            *self.counts.entry(kept.collection().name().to_owned()).or_default() += 1;
        }
        Ok(())
    }

    /// Writes the last line and the seal; all of it is on the disk on return.
    pub(in crate::backup) fn finish(mut self) -> Result<Summary, FileError> {
        let end = End { end: self.counts.clone() };
        let last = serde_json::to_string(&end).map_err(|error| self.unknown(&error))?;
        self.line(&last)?;
        let mut hashing = self.encoder.finish()?;
        let seal = hashing.seal();
        hashing.write_all(&seal)?;
        let size_bytes = hashing.bytes;
        let file = hashing.inner.into_inner().map_err(std::io::IntoInnerError::into_error)?;
        file.sync_all()?;
        Ok(Summary { header: self.header, counts: self.counts, size_bytes })
    }

    fn line(&mut self, text: &str) -> Result<(), FileError> {
        self.lines += 1;
        self.encoder.write_all(text.as_bytes())?;
        self.encoder.write_all(b"\n")?;
        Ok(())
    }

    fn unknown(&self, reason: &impl ToString) -> FileError {
        FileError::Unknown { line: self.lines + 1, reason: reason.to_string() }
    }
}
