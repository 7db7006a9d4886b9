//! Reading a backup: first its checksum, so that nothing that is damaged is taken for something else; then line by
//! line to its end, which says how many lines there must be.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, Take};

use zstd::Decoder;

use super::seal::{Hashing, SEAL_BYTES, is_seal};
use super::{End, FORMAT, FileError, Header, Summary};
use crate::store::{Kept, KeptCollection};

/// No line is longer; what says so is damaged.
const MAX_LINE_BYTES: u64 = 64 * 1024 * 1024;
/// What every Zstandard frame begins with.
const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// The frame of lines.
type Content = BufReader<Take<File>>;

/// A backup that is read.
pub(in crate::backup) struct BackupReader {
    lines: BufReader<Decoder<'static, Content>>,
    header: Header,
    counts: BTreeMap<String, u64>,
    line: u64,
    size_bytes: u64,
    has_ended: bool,
}

impl BackupReader {
    /// Checks the seal, and reads the first line.
    pub(in crate::backup) fn begin(mut file: File) -> Result<Self, FileError> {
        let size_bytes = file.metadata()?.len();
        let mut magic = [0; 4];
        if size_bytes <= SEAL_BYTES || file.read_exact(&mut magic).is_err() || magic != ZSTD_MAGIC {
            return Err(FileError::NoBackup("it does not begin as one"));
        }
        check_seal(&mut file, size_bytes)?;
        file.rewind()?;
        let content = BufReader::new(file.take(size_bytes - SEAL_BYTES));
        let lines = BufReader::new(Decoder::with_buffer(content)?.single_frame());
        let (counts, line) = (BTreeMap::new(), 0);
        let header =
            Header { format: 0, made_by: String::new(), made_at: jiff::Timestamp::MIN, collections: vec![] };
        let mut reader = Self { lines, header, counts, line, size_bytes, has_ended: false };
        reader.read_header()?;
        Ok(reader)
    }

    /// Up to so many things; fewer only at the end, which is checked then.
    pub(in crate::backup) fn batch(&mut self, limit: usize) -> Result<Vec<Kept>, FileError> {
        let mut batch = Vec::new();
        while batch.len() < limit && !self.has_ended {
            let line = self.next_line()?;
            if line.starts_with("{\"end\":") {
                self.end(&line)?;
            } else {
                let kept = Kept::from_json(&line).map_err(|error| self.unknown(&error))?;
                *self.counts.entry(kept.collection().name().to_owned()).or_default() += 1;
                batch.push(kept);
            }
        }
        Ok(batch)
    }

    /// What it holds; whole once the end was read.
    pub(in crate::backup) fn summary(&self) -> Summary {
        Summary { header: self.header.clone(), counts: self.counts.clone(), size_bytes: self.size_bytes }
    }

    fn read_header(&mut self) -> Result<(), FileError> {
        let line = self.next_line()?;
        let format = serde_json::from_str::<Format>(&line)
            .map_err(|_| FileError::NoBackup("its first line is another"))?;
        if format.cineportal_backup > FORMAT {
            return Err(FileError::TooNew(format.cineportal_backup));
        }
        self.header = serde_json::from_str(&line).map_err(|error| self.unknown(&error))?;
        let known = KeptCollection::ALL.map(KeptCollection::name);
        if let Some(unknown) = self.header.collections.iter().find(|name| !known.contains(&name.as_str())) {
            return Err(self.unknown(&format!("the collection {unknown} is not known here")));
        }
        self.counts = self.header.collections.iter().map(|name| (name.clone(), 0)).collect();
        Ok(())
    }

    fn next_line(&mut self) -> Result<String, FileError> {
        self.line += 1;
        let mut line = Vec::new();
        let read = (&mut self.lines).take(MAX_LINE_BYTES).read_until(b'\n', &mut line);
        read.map_err(|error| self.unreadable(&error))?;
        if line.pop() != Some(b'\n') {
            return Err(FileError::Damaged(format!("line {} is cut off", self.line)));
        }
        String::from_utf8(line).map_err(|error| FileError::Damaged(error.to_string()))
    }

    fn end(&mut self, line: &str) -> Result<(), FileError> {
        let End { end } = serde_json::from_str(line).map_err(|error| self.unknown(&error))?;
        let mut rest = Vec::new();
        let read = (&mut self.lines).take(1).read_to_end(&mut rest);
        read.map_err(|error| self.unreadable(&error))?;
        let behind = io::copy(self.lines.get_mut().get_mut(), &mut io::sink())?;
        if !rest.is_empty() || behind > 0 {
            return Err(FileError::Damaged("something follows its end".to_owned()));
        }
        if end != self.counts {
            return Err(FileError::Damaged(format!("it should hold {end:?}, and holds {:?}", self.counts)));
        }
        self.has_ended = true;
        Ok(())
    }

    /// What a disk cannot read is told as it is; all else is what Zstandard cannot make sense of.
    fn unreadable(&self, error: &io::Error) -> FileError {
        match error.raw_os_error() {
            Some(code) => FileError::Io(io::Error::from_raw_os_error(code)),
            None => FileError::Damaged(format!("at line {}: {error}", self.line)),
        }
    }

    fn unknown(&self, reason: &impl ToString) -> FileError {
        FileError::Unknown { line: self.line, reason: reason.to_string() }
    }
}

#[derive(serde::Deserialize)]
struct Format {
    cineportal_backup: u32,
}

fn check_seal(file: &mut File, size_bytes: u64) -> Result<(), FileError> {
    file.rewind()?;
    let mut content = Hashing::new(file.take(size_bytes - SEAL_BYTES));
    io::copy(&mut content, &mut io::sink())?;
    let mut seal = Vec::new();
    let expected = content.seal();
    content.inner.into_inner().read_to_end(&mut seal)?;
    match seal {
        seal if seal == expected => Ok(()),
        seal if is_seal(&seal) => Err(FileError::Damaged("its checksum is another".to_owned())),
        _ => Err(FileError::Damaged("its end is missing".to_owned())),
    }
}
